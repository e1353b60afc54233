// Waits of the hub thread in an isolated script that the hub can interrupt, from Python 3.12 on.
//
// There a wait for a lock in a sub-interpreter goes on whatever is asked of it (isolated_interrupt.h). What a hook or an UnLoad waits
// by is mostly Thread.join(), Event.wait(), Queue.get() or a future, and all of these end in threading.Condition.wait() or in
// Thread.join(): those two are replaced by ones that wait again and again for a short time on the hub thread, and between two of
// them the interruption is met. Other threads wait as ever. A bare lock.acquire(), a sleep or a read stays what it is.
#pragma once

namespace vhpy::py {

// In the current interpreter, for good. Thread: hub, GIL held. False with a Python exception set. Nothing before Python 3.12.
bool make_waits_interruptible();

}  // namespace vhpy::py
