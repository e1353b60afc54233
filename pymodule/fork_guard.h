// What a process that a script forks may do of the hub: nothing. It has a copy of the hub's memory without the hub's
// threads, and the hub's sockets. Calls of vh raise vh.Closed there at once, and a child that returns from a script's code
// on what was the hub thread ends, instead of going on as a second hub.
//
// Thread: any, unless said otherwise.
#pragma once

namespace vhpy::py {

// Before Python runs; a second call does nothing.
void install_fork_guard();

// Whether this process is a forked child.
bool in_forked_child() noexcept;

// Ends the process if it is a forked child; 1 is its status. Thread: the hub's, where a script's code has returned.
void end_forked_child() noexcept;

}  // namespace vhpy::py
