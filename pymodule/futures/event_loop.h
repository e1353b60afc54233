// The bridge from settled commands to one event loop: asyncio's, uvloop's, or any with add_reader() and
// call_later().
//
//     hub thread --(Mailbox: lock-free list, one byte)--> loop's thread: deliver() --> futures of this loop
//
// The hub thread knows tickets (numbers) only; which future a ticket stands for is known here, under the GIL.
// Deadlines of all awaited calls share one timer, set to the earliest.
//
// Owner: the loop, through the callback given to add_reader(). So a loop that is closed, or collected, frees
// its bridge and the descriptor with it; futures that were still pending there are forgotten, their commands
// run or expire alone. Thread: the loop's, GIL held, unless said otherwise. Blocks: no.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <unordered_map>
#include <vector>

#include "pymodule/futures/future.h"
#include "pymodule/shared.h"
#include "queue/mailbox.h"

namespace vhpy::py {

struct Bridge {
  struct Due {
    queue::TimePoint at;
    std::uint64_t ticket;
  };

  PyObject* self;  // the Python object around it (BridgeObject)
  std::shared_ptr<Shared> shared;
  Owned loop;
  std::shared_ptr<queue::Mailbox> mailbox{};
  std::uint64_t id;  // never used twice, unlike an address
  std::uint64_t last_ticket = 0;
  std::unordered_map<std::uint64_t, Owned> pending{};  // futures, and streams of events, by ticket
  std::deque<Due> due{};                          // earliest first; entries whose ticket is gone are skipped
  std::optional<queue::TimePoint> timer_at{};     // when the next timer of ours goes off
  std::vector<queue::Mailbox::Delivery> batch{};  // kept for its memory
};

struct BridgeObject {
  PyObject head;
  Bridge bridge;
};

// The type, once per interpreter. Null with an exception set when memory is short.
Owned make_bridge_type();

// The bridge of a loop, made when it has none. Borrowed: the loop keeps it. Null with an exception set if the
// loop has no add_reader(), or no descriptor is left.
Bridge* bridge_of(const std::shared_ptr<Shared>& shared, Borrowed loop);

// From now on the future is woken on this loop. False with RuntimeError set if another loop watches it. command: the
// future's, by a reference of the caller's own, because a thread in result() takes the future's away.
bool watch(Bridge& bridge, Future& future, const queue::Ref<queue::Command>& command);

}  // namespace vhpy::py
