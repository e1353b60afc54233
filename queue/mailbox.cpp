// Settled commands on their way to one event loop: the list and its nodes.
#include "queue/mailbox.h"

#include <utility>

namespace vhpy::queue {

// One command's way into the box. Owned by itself until settled, then by the box's list until taken.
struct Mailbox::Ticket final : Continuation {
  Ticket(std::uint64_t number_in, Ref<Command> command_in, std::shared_ptr<Mailbox> box_in)
      : number(number_in), command(std::move(command_in)), box(std::move(box_in)) {}

  void settled(Command&) noexcept override { deliver(); }

  void deliver() noexcept {
    // The reference leaves the node first: a node in the list must not keep the box alive, or neither would ever die.
    const std::shared_ptr<Mailbox> target = std::move(box);
    target->deliver(this);
  }

  const std::uint64_t number;
  Ref<Command> command;
  std::shared_ptr<Mailbox> box;
  Ticket* older = nullptr;
};

std::shared_ptr<Mailbox> Mailbox::create() { return std::make_shared<Mailbox>(Private{}); }

Mailbox::~Mailbox() { close(); }

Mailbox::Ticket* Mailbox::closed_mark() noexcept {
  static Ticket mark(0, nullptr, nullptr);
  return &mark;
}

void Mailbox::free_all(Ticket* list) noexcept {
  while (list != nullptr) delete std::exchange(list, list->older);
}

void Mailbox::post_when_settled(std::uint64_t ticket, Ref<Command> command) {
  Command& target = *command;
  // The ticket holds a reference to the command, and the command's continuation is the ticket, until it is settled.
  auto* node = new Ticket(ticket, std::move(command), shared_from_this());
  target.then(*node);
}

void Mailbox::Discard::operator()(Ticket* ticket) const noexcept { delete ticket; }

Mailbox::Notice Mailbox::prepare(std::uint64_t ticket) {
  return Notice(new Ticket(ticket, nullptr, shared_from_this()));
}

void Mailbox::send(Notice notice) noexcept { notice.release()->deliver(); }

void Mailbox::deliver(Ticket* ticket) noexcept {
  Ticket* head = newest_.load(std::memory_order_relaxed);
  do {
    if (head == closed_mark()) {
      delete ticket;
      return;
    }
    ticket->older = head;
    // Release: the node's contents. From here on the loop's thread may free it.
  } while (!newest_.compare_exchange_weak(head, ticket, std::memory_order_release, std::memory_order_relaxed));
  wakeup_.signal();
}

void Mailbox::take(std::vector<Delivery>& into) {
  wakeup_.disarm();
  if (newest_.load(std::memory_order_relaxed) == closed_mark()) return;  // only this thread closes
  Ticket* list = newest_.exchange(nullptr, std::memory_order_acquire);
  std::size_t count = 0;
  for (const Ticket* node = list; node != nullptr; node = node->older) ++count;
  const std::size_t first = into.size();
  try {
    into.resize(first + count);
  } catch (...) {
    free_all(list);
    throw;
  }
  for (std::size_t i = first + count; list != nullptr;) {  // from the newest to the oldest, filled from the back
    into[--i] = Delivery{list->number, std::move(list->command)};
    delete std::exchange(list, list->older);
  }
}

void Mailbox::close() noexcept {
  Ticket* list = newest_.exchange(closed_mark(), std::memory_order_acq_rel);
  if (list != closed_mark()) free_all(list);
}

}  // namespace vhpy::queue
