// Settled commands on their way to one event loop. Producers: any thread that settles commands (lock-free, no GIL).
// Consumer: the loop's thread, woken through one file descriptor, which takes the whole batch at once.
//
// Owner: shared (std::shared_ptr) by the loop's side and by each Ticket under way, so either may go first.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "queue/command.h"

namespace vhpy::queue {

class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  struct Delivery {
    std::uint64_t ticket;      // the number that post_when_settled() was given
    Ref<Command> command;      // settled
  };

  static std::shared_ptr<Mailbox> create();   // throws std::system_error when no descriptor is left
  ~Mailbox();

  int fd() const noexcept;                    // readable when take() has something

  // Delivers (ticket, command) here once the command is settled. Thread: any. Blocks: no.
  void post_when_settled(std::uint64_t ticket, Ref<Command> command);

  // All deliveries since the last call, in the order settled. Reads the descriptor first. Thread: the loop's.
  void take(std::vector<Delivery>& into);

  // From now on deliveries are dropped. Thread: the loop's.
  void close() noexcept;
};

}  // namespace vhpy::queue
