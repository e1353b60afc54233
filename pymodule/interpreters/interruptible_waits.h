// Waits of the hub thread in an isolated script that the hub can interrupt.
//
// In a sub-interpreter a sleep or a select goes on whatever is asked of it (isolated_interrupt.h), and from Python 3.12 on a wait for
// a lock too. What a hook or an UnLoad waits by is mostly time.sleep(), an event loop, Thread.join(), Event.wait(), Queue.get() or a
// future; these end in time.sleep(), select.select(), the select() of a selector, Thread.join() and threading.Condition.wait(), which
// are replaced by ones that on the hub thread wait again and again for a short time: between two of them the interruption is met.
// Other threads wait as ever. A read of a socket or a pipe, and from 3.12 on a bare lock.acquire(), stay what they are.
#pragma once

namespace vhpy::py {

// In the current interpreter, for good. Thread: hub, GIL held. False with a Python exception set.
bool make_waits_interruptible();

}  // namespace vhpy::py
