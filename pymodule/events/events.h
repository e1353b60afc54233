// vh.events(): opens a stream of hook events. See event_stream.h.
#pragma once

#include "pymodule/python.h"

namespace vhpy::py {

// Thread: any, GIL held. Blocks: no.
extern PyMethodDef events_method;

}  // namespace vhpy::py
