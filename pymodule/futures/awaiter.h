// One `await` of a vh.Future: the iterator that yields to the event loop until the call is done.
//
// Owner: the awaiting coroutine. Thread: the loop's, GIL held. Blocks: no.
#pragma once

#include "pymodule/futures/future.h"

namespace vhpy::py {

// The slot am_await of vh.Future.
PyObject* await_future(PyObject* future);

// What awaitables have in common. Sets StopIteration with this value, also if it is a tuple.
void stop_iteration(Borrowed value);
// The method throw(): sets the exception that its arguments say. Returns null.
PyObject* raise_thrown_in(PyObject* args);

}  // namespace vhpy::py
