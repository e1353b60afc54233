// vh.stats(): what the queue to the hub thread tells about itself.
//
// Thread: any, GIL held; never needs the hub thread. Blocks: no.
#pragma once

#include "pymodule/python.h"

namespace vhpy::py {

extern PyMethodDef stats_method;

}  // namespace vhpy::py
