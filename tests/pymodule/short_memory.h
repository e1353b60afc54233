// Memory that runs out, for Python's allocator.
#pragma once

#include "pymodule/python.h"

namespace vhpy::tests {

// call_with_memory_for(count, callable, *args): what it returns, or raises, when Python's allocator gives `count` times and
// then never more, on this thread. METH_FASTCALL. Thread: any, GIL held.
PyObject* call_with_memory_for(PyObject* module, PyObject* const* args, Py_ssize_t count);

}  // namespace vhpy::tests
