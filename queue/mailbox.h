// Settled commands on their way to one event loop. Producers: any thread that settles commands (lock-free, no GIL).
// Consumer: the loop's thread, woken through one file descriptor, which takes the whole batch at once.
//
// Owner: shared (std::shared_ptr) by the loop's side and by each Ticket under way, so either may go first.
// Bound: one delivery per command in flight, which the lane bounds.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

#include "queue/command.h"
#include "queue/detail/wakeup.h"

namespace vhpy::queue {

class Mailbox : public std::enable_shared_from_this<Mailbox> {
  struct Private {};  // only create() makes one

 public:
  struct Delivery {
    std::uint64_t ticket;      // the number that post_when_settled() or prepare() was given
    Ref<Command> command;      // settled; null: a notice
  };

  // News of something else than a command. Memory is taken when it is prepared, so that sending it cannot fail. It keeps
  // the mailbox and its descriptor.
  struct Ticket;
  struct Discard {
    void operator()(Ticket* ticket) const noexcept;
  };
  using Notice = std::unique_ptr<Ticket, Discard>;

  static std::shared_ptr<Mailbox> create();   // throws std::system_error when no descriptor is left
  explicit Mailbox(Private) {}
  ~Mailbox();
  Mailbox(const Mailbox&) = delete;
  Mailbox& operator=(const Mailbox&) = delete;

  int fd() const noexcept { return wakeup_.fd(); }  // readable when take() has something

  // Delivers (ticket, command) here once the command is settled; at once if it already is. Uses up the command's one
  // continuation. Thread: any. Blocks: no. Throws std::bad_alloc, and then nothing was posted.
  void post_when_settled(std::uint64_t ticket, Ref<Command> command);

  // A notice that will be delivered here as this ticket. Thread: any. Throws std::bad_alloc.
  Notice prepare(std::uint64_t ticket);
  // Thread: any. Blocks: no.
  static void send(Notice notice) noexcept;

  // Appends all deliveries since the last call, in the order settled. Reads the descriptor first. Thread: the loop's.
  void take(std::vector<Delivery>& into);

  // From now on deliveries are dropped, and those not yet taken are freed. Thread: the loop's.
  void close() noexcept;

 private:
  static Ticket* closed_mark() noexcept;
  void deliver(Ticket* ticket) noexcept;
  static void free_all(Ticket* list) noexcept;

  // Last delivery first. Pushed by whoever settles (release), emptied by take() and close() with an exchange (acquire);
  // closed_mark() once closed.
  std::atomic<Ticket*> newest_{nullptr};
  detail::Wakeup wakeup_;
};

}  // namespace vhpy::queue
