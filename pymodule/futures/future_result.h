// What a vh.Future answers: its result or exception, and the wait for it on a thread without an event loop.
//
// Thread: any, GIL held.
#pragma once

#include "pymodule/futures/future.h"

namespace vhpy::py {

// The result of a future that is done; null with the exception set that ended the call. A cancelled one gives
// null with nothing set: coroutines and threads are told by different exceptions. Blocks: no.
Owned settled_result(Future& future);

// The exception for a future that is not done although the time of its command is up. Withdraws the call if it has not
// started. Returns null. Blocks: no.
PyObject* give_up(const Future& future, queue::Command& command);

// Methods: result(timeout=None) and exception(timeout=None). Block: up to the timeout, without the GIL.
PyObject* future_result(PyObject* self, PyObject* args, PyObject* keywords);
PyObject* future_exception(PyObject* self, PyObject* args, PyObject* keywords);

}  // namespace vhpy::py
