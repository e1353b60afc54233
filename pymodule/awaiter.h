// One `await` of a vh.Future: the iterator that yields to the event loop until the call is done.
//
// Owner: the awaiting coroutine. Thread: the loop's, GIL held. Blocks: no.
#pragma once

#include "pymodule/future.h"

namespace vhpy::py {

// The slot am_await of vh.Future.
PyObject* await_future(PyObject* future);

}  // namespace vhpy::py
