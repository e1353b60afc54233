// vh.on_main(): a Python function on the hub thread, its result or its exception back.
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include "pymodule/futures/future.h"
#include "pymodule/python.h"

namespace vhpy::py {

// The method as CPython wants it; bound to an instance of vh.
extern PyMethodDef on_main_method;

}  // namespace vhpy::py
