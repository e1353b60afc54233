// The consumer and those it serves: threads that come and go, owners and lanes whose commands are abandoned.
#include <algorithm>

#include "queue/detail/consumer.h"

namespace vhpy::queue::detail {

namespace {

// Owners remembered as abandoned; the lowest (oldest) number is forgotten first.
constexpr std::size_t kMaxAbandonedOwners = 65'536;
// Abandoned owners whose usage is still told; half of the table, so that those who live find a place.
constexpr std::size_t kKeptGone = 64;

}  // namespace

void Consumer::absorb_registered(Side& side) {
  if (side.channel.registered.load(std::memory_order_seq_cst) == nullptr) return;
  Producer* newest = side.channel.registered.exchange(nullptr, std::memory_order_seq_cst);
  const auto first = static_cast<std::ptrdiff_t>(side.producers.size());
  while (newest != nullptr) {
    newest->held.reserve(2 * kQuantum);
    side.producers.push_back(newest);
    newest = newest->next_registered;
  }
  std::reverse(side.producers.begin() + first, side.producers.end());  // in the order they came
}

// Notes how far each producer had got, and who has something, beginning with whose turn it is. Retired ones that are
// empty are removed. O(producers): two loads of one cache line each.
void Consumer::snapshot_active(Side& side) {
  side.active.clear();
  bool any_done = false;
  const std::size_t count = side.producers.size();
  if (side.first_turn >= count) side.first_turn = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = side.first_turn + i < count ? side.first_turn + i : side.first_turn + i - count;
    Producer& producer = *side.producers[at];
    // Retired before pushed: what a thread pushed before it retired is in the mark.
    const bool retired = producer.retired.load(std::memory_order_acquire);
    producer.mark = producer.pushed.load(std::memory_order_seq_cst);
    if (before_mark(producer) > 0) {
      side.active.push_back(&producer);
    } else {
      any_done |= retired;
    }
  }
  if (any_done) remove_retired(side);
}

void Consumer::remove_retired(Side& side) noexcept {
  std::uint64_t removed = 0;
  const auto done = [&](Producer* producer) {
    if (!producer->retired.load(std::memory_order_acquire) ||
        producer->pushed.load(std::memory_order_acquire) != producer->taken) {
      return false;
    }
    producer->token.reset();  // its sub-queue is empty and may serve another thread
    producer->release();
    ++removed;
    return true;
  };
  side.producers.erase(std::remove_if(side.producers.begin(), side.producers.end(), done), side.producers.end());
  side.channel.producer_count.fetch_sub(removed, std::memory_order_relaxed);
}

// Settles a command that will not run, unless a caller already did, and counts it as what it ended.
// Returns true if this call settled it.
bool Consumer::skip(Command& command, State as) noexcept {
  const bool won = as != State::kQueued && command.claim(as);
  count_skipped(command.label(), command.owner(), won ? as : command.settled_as());
  if (won) command.settle(as);
  return won;
}

void Consumer::skip(Post& post, State as) noexcept {
  count_skipped(post.label, post.owner, as);
  post.drop();
}

void Consumer::count_skipped(const char* label, OwnerId owner, State as) noexcept {
  ConsumerCounters& counters = shared_.consumed;
  (as == State::kExpired     ? counters.expired
   : as == State::kCancelled ? counters.cancelled
                             : counters.abandoned)
      .add(1);
  auto& function = shared_.functions.ours(label);
  auto& by_owner = shared_.owners.ours(owner);
  (as == State::kExpired ? function.expired : function.withdrawn).add(1);
  (as == State::kExpired ? by_owner.expired : by_owner.withdrawn).add(1);
}

bool Consumer::is_abandoned(OwnerId owner) const noexcept {
  return !abandoned_owners_.empty() &&
         std::binary_search(abandoned_owners_.begin(), abandoned_owners_.end(), owner);
}

void Consumer::remember_abandoned(OwnerId owner) {
  if (is_abandoned(owner)) return;
  if (abandoned_owners_.size() == kMaxAbandonedOwners) abandoned_owners_.erase(abandoned_owners_.begin());
  abandoned_owners_.insert(std::lower_bound(abandoned_owners_.begin(), abandoned_owners_.end(), owner), owner);
  if (gone_.size() == kKeptGone) {
    shared_.owners.forget(gone_.front());
    gone_.erase(gone_.begin());
  }
  gone_.push_back(owner);
}

std::size_t Consumer::abandon(OwnerId owner) {
  remember_abandoned(owner);
  if (shared_.phase.load(std::memory_order_relaxed) >= Phase::kAborted) return 0;  // nothing is left
  std::size_t count = 0;
  for (Side* side : {&control_, &normal_}) {
    absorb_registered(*side);
    for (Producer* producer : side->producers) {
      count += abandon_of(*side, *producer, owner);
      flush_taken(*side, *producer);
    }
    tell_waiters(*side);
  }
  return count;
}

// Takes all that `producer` has queued now into its held list, without the commands of `owner`. Its posts stay, for the memory
// of posts is used again in the order in which they were made; handle_post() drops them.
std::size_t Consumer::abandon_of(Side& side, Producer& producer, OwnerId owner) {
  const std::uint64_t pushed = producer.pushed.load(std::memory_order_seq_cst);
  std::uint64_t in_queue = pushed - producer.taken - producer.held_count();
  producer.held.reserve(producer.held.size() + in_queue);
  for (; in_queue > 0; in_queue -= std::min<std::uint64_t>(in_queue, kQuantum)) {
    fetch(side, producer, std::min<std::size_t>(in_queue, kQuantum));
  }
  std::size_t abandoned = 0;
  std::size_t kept = 0;
  for (std::size_t i = producer.held_from; i < producer.held.size(); ++i) {
    const Item item = producer.held[i];
    if (item.owner() == owner && item.is_post()) ++abandoned;
    if (item.owner() != owner || item.is_post()) {
      producer.held[kept++] = item;
      continue;
    }
    note_taken(side, producer, item);
    if (skip(item.command(), State::kAbandoned)) ++abandoned;
    item.command().release();
  }
  producer.held.resize(kept);
  producer.held_from = 0;
  return abandoned;
}

// For the phases after kOpen and kDraining. A thread that was inside push() may be emptying its own sub-queue at the
// same time (announce() in lane.cpp, which also says what is read in which order here).
std::size_t Consumer::abandon_everything() noexcept {
  std::size_t count = 0;
  for (Side* side : {&control_, &normal_}) {
    absorb_registered(*side);
    for (Producer* producer : side->producers) {
      count += abandon_all_of(*side, *producer);
      flush_taken(*side, *producer);
    }
    side->freed = 0;
    side->channel.room.offer(kEverybody);  // waiters find the phase
  }
  return count;
}

// Goes by what the queue gives, not by counts: see above.
std::size_t Consumer::abandon_all_of(Side& side, Producer& producer) noexcept {
  static_cast<void>(producer.pushed.load(std::memory_order_seq_cst));
  std::size_t count = 0;
  const auto settle = [&](Item item) {
    note_taken(side, producer, item);
    if (item.is_post()) {
      skip(item.post(), State::kAbandoned);
      ++count;
      return;
    }
    if (skip(item.command(), State::kAbandoned)) ++count;
    item.command().release();
  };
  while (producer.held_count() > 0) settle(producer.held[producer.held_from++]);
  Slot slot;
  while (producer.token && side.channel.queue.try_dequeue_from_producer(*producer.token, slot)) settle(slot.get());
  producer.held.clear();
  producer.held_from = 0;
  producer.mark = 0;  // ends a drain that this happens in
  return count;
}

void Consumer::release_producers() noexcept {
  for (Side* side : {&control_, &normal_}) {
    absorb_registered(*side);
    for (Producer* producer : side->producers) {
      producer->token.reset();
      producer->orphaned.store(true, std::memory_order_release);
      producer->release();
    }
    side->producers.clear();
  }
}

}  // namespace vhpy::queue::detail
