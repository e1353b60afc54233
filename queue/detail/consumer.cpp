// The consumer's half of a lane: one drain, turn by turn.
#include "queue/detail/consumer.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace vhpy::queue::detail {

namespace {

// Room is told late, by up to a quantum, only while that is a small part of the bound; else after every command, so
// that tiny bounds are exact.
constexpr std::uint64_t kUntoldPart = 64;
// One run in this many is measured precisely.
constexpr std::uint64_t kRunSample = 64;
// Owners remembered as abandoned; the lowest (oldest) number is forgotten first.
constexpr std::size_t kMaxAbandonedOwners = 65'536;
// Abandoned owners whose usage is still told; half of the table, so that those who live find a place.
constexpr std::size_t kKeptGone = 64;
// A producer's list of held commands keeps at most this capacity once it is empty again.
constexpr std::size_t kHeldCapacity = 1'024;

std::atomic<std::uint64_t> next_lane_id{1};  // any thread that makes a lane; relaxed: only uniqueness matters

// Commands of `producer` that were queued when the drain began and still are. After an abandon() inside the drain it
// may be negative: commands behind the mark went as well.
std::int64_t before_mark(const Producer& producer) noexcept {
  return static_cast<std::int64_t>(producer.mark - producer.taken);
}

// Says that a drain is under way, also when it ends by an exception (no memory for a new thread's place).
class Reentrance {
 public:
  explicit Reentrance(bool& flag) noexcept : flag_(flag) { flag_ = true; }
  ~Reentrance() { flag_ = false; }
  Reentrance(const Reentrance&) = delete;
  Reentrance& operator=(const Reentrance&) = delete;

 private:
  bool& flag_;
};

}  // namespace

Shared::Shared(const Limits& limits_in)
    : id(next_lane_id.fetch_add(1, std::memory_order_relaxed)), limits(limits_in), occupancy(limits_in) {}

Consumer::Consumer(Shared& shared) noexcept
    : shared_(shared),
      max_untold_commands_(std::min<std::uint64_t>(shared.limits.max_commands_per_producer,
                                                   shared.occupancy.max_commands()) / kUntoldPart),
      max_untold_bytes_(shared.occupancy.max_bytes() / kUntoldPart) {}

// One drain under way.
struct Consumer::Turn {
  Turn(const Budget& budget_in, Activity& shown) : budget(budget_in), started(clock.now()), activity(shown) {}

  bool spent() const noexcept {
    return report.ran + report.skipped >= budget.max_commands || clock.now() - started >= budget.max_time;
  }

  const Budget budget;
  TickClock clock;
  const TimePoint started;
  ActivityLabel activity;
  DrainReport report;
  BlockPool::Batch freed;  // memory of the commands of one quantum
};

DrainReport Consumer::drain(const Budget& budget) {
  if (draining_) return {.more = true};
  const Reentrance inside(draining_);
  const TimePoint::rep armed_at = shared_.armed_at.exchange(0, std::memory_order_relaxed);
  shared_.wakeup.disarm();  // before looking for work: see wakeup.h
  shared_.consumed.drains.add(1);
  Turn turn(budget, shared_.activity);
  if (shared_.phase.load(std::memory_order_relaxed) >= Phase::kAborted) {
    turn.report.skipped = abandon_everything();
  } else {
    absorb_registered();
    snapshot_active();
    run_rounds(turn);
    tell_waiters();
  }
  if (turn.report.more) {
    // What is left is at least as old as the signal that began this drain.
    if (shared_.leftover_since.load(std::memory_order_relaxed) == 0) {
      shared_.leftover_since.store(armed_at, std::memory_order_relaxed);
    }
    shared_.wakeup.signal();
  } else {
    shared_.leftover_since.store(0, std::memory_order_relaxed);
  }
  return turn.report;
}

void Consumer::absorb_registered() {
  Producer* newest = shared_.registered.exchange(nullptr, std::memory_order_acquire);
  const auto first = static_cast<std::ptrdiff_t>(producers_.size());
  while (newest != nullptr) {
    newest->held.reserve(kQuantum);
    producers_.push_back(newest);
    newest = newest->next_registered;
  }
  std::reverse(producers_.begin() + first, producers_.end());  // in the order they came
}

// Notes how far each producer had got, and who has something, beginning with whose turn it is. Retired ones that are
// empty are removed. O(producers): two loads of one cache line each.
void Consumer::snapshot_active() {
  active_.clear();
  bool any_done = false;
  const std::size_t count = producers_.size();
  if (first_turn_ >= count) first_turn_ = 0;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = first_turn_ + i < count ? first_turn_ + i : first_turn_ + i - count;
    Producer& producer = *producers_[at];
    // Retired before pushed: what a thread pushed before it retired is in the mark.
    const bool retired = producer.retired.load(std::memory_order_acquire);
    producer.mark = producer.pushed.load(std::memory_order_acquire);
    if (before_mark(producer) > 0) {
      active_.push_back(&producer);
    } else {
      any_done |= retired;
    }
  }
  if (any_done) remove_retired();
}

void Consumer::remove_retired() noexcept {
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
  producers_.erase(std::remove_if(producers_.begin(), producers_.end(), done), producers_.end());
  shared_.producer_count.fetch_sub(removed, std::memory_order_relaxed);
}

// Gives each active producer a quantum in turn until nothing is left before the marks or the budget is spent.
void Consumer::run_rounds(Turn& turn) {
  while (!active_.empty()) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < active_.size(); ++i) {
      Producer* const producer = active_[i];
      if (!serve(*producer, turn)) {
        // Next time the one after it begins.
        const auto at = std::find(producers_.begin(), producers_.end(), producer) - producers_.begin();
        first_turn_ = static_cast<std::size_t>(at) + 1;
        turn.report.more = std::any_of(active_.begin(), active_.end(), [](const Producer* some) {
          return before_mark(*some) > 0 || some->held_count() > 0;
        });
        if (turn.report.more) shared_.consumed.budget_cuts.add(1);
        return;
      }
      if (before_mark(*producer) > 0) {
        active_[kept++] = producer;
      } else if (producer->held_count() > 0) {
        turn.report.more = true;  // an abandon() in this drain took out commands pushed after it began
      }
    }
    active_.resize(kept);
  }
}

// Handles up to a quantum of one producer's commands. False when the budget is spent.
bool Consumer::serve(Producer& producer, Turn& turn) {
  const bool go_on = serve_quantum(producer, turn);
  turn.freed.flush();
  return go_on;
}

bool Consumer::serve_quantum(Producer& producer, Turn& turn) {
  for (std::size_t n = 1; n <= kQuantum && before_mark(producer) > 0; ++n) {
    Command& command = *next_of(producer);
    note_taken(producer, command);
    const bool last_of_turn = n == kQuantum || before_mark(producer) <= 0;
    if (last_of_turn || untold_commands_ > max_untold_commands_ || untold_bytes_ > max_untold_bytes_) {
      flush_taken(producer);  // before it runs: who gets an answer finds the room that the command took
    }
    handle(command, turn);
    if (turn.spent()) {
      flush_taken(producer);
      return false;
    }
  }
  return true;
}

Command* Consumer::next_of(Producer& producer) {
  if (producer.held_count() == 0) {
    fetch(producer, std::min<std::size_t>(kQuantum, static_cast<std::size_t>(before_mark(producer))));
  }
  Command* const command = producer.held[producer.held_from++];
  if (producer.held_count() == 0) {
    producer.held.clear();
    producer.held_from = 0;
    if (producer.held.capacity() > kHeldCapacity) {
      producer.held.shrink_to_fit();
      producer.held.reserve(kQuantum);
    }
  }
  return command;
}

// Moves `count` commands, known to be there, from the sub-queue to the held ones. count <= kQuantum.
void Consumer::fetch(Producer& producer, std::size_t count) {
  std::array<Slot, kQuantum> slots;
  [[maybe_unused]] const std::size_t got =
      shared_.queue.try_dequeue_bulk_from_producer(*producer.token, slots.begin(), count);
  assert(got == count);
#ifdef __SANITIZE_THREAD__
  shared_.occupancy.publish();  // for the sanitizer's eyes only: see Slot
#endif
  for (std::size_t i = 0; i < count; ++i) {
    Command* const command = slots[i].get();
    // The first two cache lines, to write: its state and its arguments come from another core.
    __builtin_prefetch(command, 1);
    __builtin_prefetch(reinterpret_cast<const char*>(command) + 64, 1);
    producer.held.push_back(command);
  }
}

void Consumer::note_taken(Producer& producer, const Command& command) noexcept {
  ++producer.taken;
  ++untold_commands_;
  untold_bytes_ += command.cost();
}

// Tells the callers of the room made by what was taken from `producer` since the last flush.
void Consumer::flush_taken(Producer& producer) noexcept {
  // Always: an abandon() inside a drain may have told the occupancy of what that drain took from this producer.
  producer.popped.store(producer.taken, std::memory_order_release);
  if (untold_commands_ == 0) return;
  shared_.consumed.taken.add(untold_commands_);
  shared_.occupancy.give_back(untold_commands_, untold_bytes_);
  freed_ += untold_commands_;
  untold_commands_ = 0;
  untold_bytes_ = 0;
}

// As many waiters as there is new room; all of them when nothing is left, for then no later drain would tell the rest.
void Consumer::tell_waiters() noexcept {
  if (freed_ == 0) return;
  const bool empty = shared_.occupancy.commands() == 0;
  shared_.room.offer(empty ? kEverybody : static_cast<int>(std::min<std::uint64_t>(freed_, kEverybody)));
  freed_ = 0;
}

void Consumer::handle(Command& command, Turn& turn) {
  State lost_as = State::kQueued;
  if (command.deadline() <= turn.clock.now()) {
    lost_as = State::kExpired;
  } else if (is_abandoned(command.owner())) {
    lost_as = State::kAbandoned;
  }
  if (lost_as == State::kQueued && command.origin_ != nullptr && command.nobody_knows()) {
    run(command, turn, Ending::kUnseen);
    ++turn.report.ran;
    return;
  }
  if (lost_as == State::kQueued && command.start()) {
    run(command, turn, Ending::kSettled);
    ++turn.report.ran;
  } else {
    skip(command, lost_as);
    turn.clock.update();
    ++turn.report.skipped;
  }
  command.release();
}

struct Consumer::Users {
  UsageRow<const char*>& function;
  OwnerTable::Row& owner;
};

// The command is settled afterwards, or, if it ends unseen, gone.
void Consumer::run(Command& command, Turn& turn, Ending ending) {
  ConsumerCounters& counters = shared_.consumed;
  const TimePoint pushed_at = command.pushed_at_;
  const bool sampled = pushed_at != TimePoint{};
  // The first of a drain begins as the drain does, so that calls one at a time are all measured for one look at the clock.
  const bool first = turn.report.ran + turn.report.skipped == 0;
  const bool precisely = first || sampled || ++runs_ % kRunSample == 0;
  if (precisely && !first) turn.clock.update_precisely();
  const TimePoint begun = turn.clock.now();
  const std::int64_t begun_tick = turn.clock.tick();
  const char* const label = command.label();
  Users users{shared_.functions.ours(label), shared_.owners.ours(command.owner())};
  if (sampled) counters.wait.add(begun - pushed_at);
  turn.activity.set(label, begun);
  if (ending == Ending::kUnseen) {
    BlockPool* const pool = command.origin_;
    count_run(users, command.run_unseen());
    turn.freed.add(*pool, &command);
  } else {
    const State state = command.execute();
    // Counted before it is settled: whoever has the answer finds it in the statistics.
    count_run(users, state);
    command.settle(state);
  }
  if (precisely) {
    turn.clock.update_precisely();
    measure_run(users, turn.clock.now() - begun, label);
    if (sampled) counters.total.add(turn.clock.now() - pushed_at);
    return;
  }
  turn.clock.update();
  if (turn.clock.tick() != begun_tick) measure_run(users, std::chrono::nanoseconds(turn.clock.tick() - begun_tick), label);
}

void Consumer::count_run(Users& users, State state) noexcept {
  shared_.consumed.ran.add(1);
  users.function.calls.add(1);
  users.owner.calls.add(1);
  if (state != State::kFailed) return;
  shared_.consumed.failed.add(1);
  users.function.failed.add(1);
  users.owner.failed.add(1);
}

void Consumer::measure_run(Users& users, Duration took, const char* label) noexcept {
  ConsumerCounters& counters = shared_.consumed;
  counters.run.add(took);
  users.function.note_run(took);
  users.owner.note_run(took);
  if (took.count() > counters.slowest_run.load(std::memory_order_relaxed)) {
    counters.slowest_run.store(took.count(), std::memory_order_relaxed);
    counters.slowest_label.store(label, std::memory_order_relaxed);
  }
}

// Settles a command that will not run, unless a caller already did, and counts it as what it ended.
// Returns true if this call settled it.
bool Consumer::skip(Command& command, State as) noexcept {
  const bool won = as != State::kQueued && command.claim(as);
  Users users{shared_.functions.ours(command.label()), shared_.owners.ours(command.owner())};
  const State end = won ? as : command.settled_as();
  (end == State::kExpired ? users.function.expired : users.function.withdrawn).add(1);
  (end == State::kExpired ? users.owner.expired : users.owner.withdrawn).add(1);
  switch (end) {
    case State::kExpired: shared_.consumed.expired.add(1); break;
    case State::kCancelled: shared_.consumed.cancelled.add(1); break;
    default: shared_.consumed.abandoned.add(1); break;
  }
  if (won) command.settle(as);
  return won;
}

bool Consumer::is_abandoned(OwnerId owner) const noexcept {
  return !abandoned_owners_.empty() &&
         std::binary_search(abandoned_owners_.begin(), abandoned_owners_.end(), owner);
}

std::size_t Consumer::abandon(OwnerId owner) {
  if (!is_abandoned(owner)) {
    if (abandoned_owners_.size() == kMaxAbandonedOwners) abandoned_owners_.erase(abandoned_owners_.begin());
    if (gone_.size() == kKeptGone) {
      shared_.owners.forget(gone_.front());
      gone_.erase(gone_.begin());
    }
    gone_.push_back(owner);
    abandoned_owners_.insert(std::lower_bound(abandoned_owners_.begin(), abandoned_owners_.end(), owner), owner);
  }
  if (shared_.phase.load(std::memory_order_relaxed) >= Phase::kAborted) return 0;  // nothing is left
  absorb_registered();
  std::size_t count = 0;
  for (Producer* producer : producers_) {
    count += abandon_of(*producer, owner);
    flush_taken(*producer);
  }
  tell_waiters();
  return count;
}

// Takes all that `producer` has queued now into its held list, without those of `owner`.
std::size_t Consumer::abandon_of(Producer& producer, OwnerId owner) {
  const std::uint64_t pushed = producer.pushed.load(std::memory_order_acquire);
  std::uint64_t in_queue = pushed - producer.taken - producer.held_count();
  producer.held.reserve(producer.held.size() + in_queue);
  for (; in_queue > 0; in_queue -= std::min<std::uint64_t>(in_queue, kQuantum)) {
    fetch(producer, std::min<std::size_t>(in_queue, kQuantum));
  }
  std::size_t abandoned = 0;
  std::size_t kept = 0;
  for (std::size_t i = producer.held_from; i < producer.held.size(); ++i) {
    Command* const command = producer.held[i];
    if (command->owner() != owner) {
      producer.held[kept++] = command;
      continue;
    }
    note_taken(producer, *command);
    if (skip(*command, State::kAbandoned)) ++abandoned;
    command->release();
  }
  producer.held.resize(kept);
  producer.held_from = 0;
  return abandoned;
}

// For the phases after kOpen and kDraining. A thread that was inside push() may be emptying its own sub-queue at the
// same time (Lane::push), so this goes by what the queue gives, not by counts.
std::size_t Consumer::abandon_everything() noexcept {
  // Partner of the phase re-check in Lane::push(): see there.
  shared_.wakeup.synchronize();
  absorb_registered();
  std::size_t count = 0;
  for (Producer* producer : producers_) {
    const auto settle = [&](Command& command) {
      note_taken(*producer, command);
      if (skip(command, State::kAbandoned)) ++count;
      command.release();
    };
    while (producer->held_count() > 0) settle(*producer->held[producer->held_from++]);
    Slot slot;
    while (producer->token && shared_.queue.try_dequeue_from_producer(*producer->token, slot)) settle(*slot.get());
    producer->held.clear();
    producer->held_from = 0;
    producer->mark = 0;  // ends a drain that this happens in
    flush_taken(*producer);
  }
  freed_ = 0;
  shared_.room.offer(kEverybody);  // waiters find the phase
  return count;
}

void Consumer::release_producers() noexcept {
  absorb_registered();
  for (Producer* producer : producers_) {
    producer->token.reset();
    producer->orphaned.store(true, std::memory_order_release);
    producer->release();
  }
  producers_.clear();
}

}  // namespace vhpy::queue::detail
