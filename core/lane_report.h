// What !pystats says of the queue between scripts' threads and the hub thread.
//
// Thread: any; never needs the hub thread. Blocks: no.
#pragma once

#include <string>

#include "queue/lane.h"

namespace vhpy {

// A few lines, separated by "\r\n".
std::string lane_report(queue::Lane& lane);

}  // namespace vhpy
