// KeyboardInterrupt in Python code that the hub thread runs in a sub-interpreter, where Python runs no signal handlers.
//
// Two things together: a call that Python is to make soon, which raises, and a signal that ends a wait early. Code that runs makes
// the call at its next instruction. Whoever waits for a lock makes it when the signal comes, and so do Thread.join(), Event.wait(),
// queues and futures, which wait for locks; but from Python 3.12 on such a wait makes no calls outside of the main interpreter
// (Py_MakePendingCalls() in ceval_gil.c), and goes on. So does a sleep, a select or a read in every version, which look for signals of
// the main interpreter only. interruptible_waits.h makes that good for all but a read and, from 3.12 on, a bare lock.acquire(), which
// are met by the interruption when they return.
#pragma once

#include "pymodule/python.h"

namespace vhpy::py {

// The hub thread enters this sub-interpreter; null: the main one, or none. Returns the one before. Thread: hub, without a GIL.
PyInterpreterState* enter_isolated(PyInterpreterState* isolated);

// Whether it is in one. Thread: any. Blocks: no; signal handlers may ask.
bool in_isolated() noexcept;

// Raises in what `hub_thread` runs in the sub-interpreter that it is in, once. False if it is in none. SIGURG must have a handler,
// and be let through. Thread: any. Blocks: no, but for the hub thread's entering and leaving.
bool interrupt_isolated(unsigned long hub_thread) noexcept;

// Raises it in the calling thread, if that is the one to be interrupted and it has not been raised yet: for waits in slices, which
// else would have to wait until Python makes the call on this thread rather than on another one that is busy in the same interpreter.
// False with the exception set. Thread: any, GIL held.
bool meet_interruption() noexcept;

// Takes back what has not been raised yet. Thread: hub.
void take_back_isolated() noexcept;

}  // namespace vhpy::py
