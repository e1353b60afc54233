// KeyboardInterrupt in Python code of a sub-interpreter, where Python runs no signal handlers.
//
// It reaches code that runs, at its next instruction. What sleeps, waits for a lock or sits in a system call meets it when
// that returns.
#pragma once

#include "pymodule/python.h"

namespace vhpy::py {

// Has `thread`, by its Python identifier, raise KeyboardInterrupt in `interpreter`, which must not end meanwhile. Thread:
// any that holds no GIL. Blocks: until that interpreter's GIL is free.
void raise_asynchronously(PyInterpreterState* interpreter, unsigned long thread);

// Takes back what has not been raised yet. Thread: `thread` itself, inside.
inline void take_back_asynchronous(unsigned long thread) { PyThreadState_SetAsyncExc(thread, nullptr); }

}  // namespace vhpy::py
