// One `await` of the next event of a vh.EventStream, as `async for` makes it.
//
// Thread: the event loop's, GIL held. Blocks: no.
#pragma once

#include "pymodule/python.h"

namespace vhpy::py {

// The type, once per interpreter. Null with an exception set when memory is short.
Owned make_event_awaiter_type();

// EventStream.__anext__(): an awaitable. Null with an exception set when memory is short.
PyObject* await_event(PyObject* stream);

}  // namespace vhpy::py
