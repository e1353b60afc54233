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
// A producer's list of held commands keeps at most this capacity once it is empty again.
constexpr std::size_t kHeldCapacity = 1'024;

std::atomic<std::uint64_t> next_channel_id{1};  // any thread that makes a lane; relaxed: only uniqueness matters

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

std::uint64_t new_channel() noexcept { return next_channel_id.fetch_add(1, std::memory_order_relaxed); }

}  // namespace

Shared::Shared(const Limits& limits_in)
    : limits(limits_in), normal(new_channel(), limits_in.normal()), control(new_channel(), limits_in.control) {}

Side::Side(Channel& channel_in) noexcept
    : channel(channel_in),
      max_untold_commands(std::min<std::uint64_t>(channel.bounds.max_commands_per_producer, channel.occupancy.max_commands()) /
                          kUntoldPart),
      max_untold_bytes(std::min<std::uint64_t>(channel.bounds.max_bytes_per_producer, channel.occupancy.max_bytes()) /
                       kUntoldPart) {}

Consumer::Consumer(Shared& shared) noexcept : shared_(shared), control_(shared.control), normal_(shared.normal) {}

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
    for (Side* side : {&control_, &normal_}) {
      absorb_registered(*side);
      snapshot_active(*side);
    }
    if (!run_rounds(control_, turn) || !run_rounds(normal_, turn)) {
      turn.report.more = anything_left();
      if (turn.report.more) shared_.consumed.budget_cuts.add(1);
    }
    for (Side* side : {&control_, &normal_}) {
      give_back(*side);
      tell_waiters(*side);
    }
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

// Gives each active producer a quantum in turn until nothing is left before the marks. False when the budget is spent.
bool Consumer::run_rounds(Side& side, Turn& turn) {
  while (!side.active.empty()) {
    std::size_t kept = 0;
    for (std::size_t i = 0; i < side.active.size(); ++i) {
      if (&side == &normal_ && !go_before(turn)) return false;
      Producer* const producer = side.active[i];
      if (!serve(side, *producer, turn)) {
        // Next time the one after it begins.
        const auto at = std::find(side.producers.begin(), side.producers.end(), producer) - side.producers.begin();
        side.first_turn = static_cast<std::size_t>(at) + 1;
        return false;
      }
      if (before_mark(*producer) > 0) {
        side.active[kept++] = producer;
      } else if (producer->held_count() > 0) {
        turn.report.more = true;  // an abandon() in this drain took out commands pushed after it began
      }
    }
    side.active.resize(kept);
  }
  return true;
}

// What has come with Priority::kControl, before the next quantum of the rest: as much as is there now, so that the rest goes on
// however fast it comes. False when the budget is spent.
bool Consumer::go_before(Turn& turn) {
  if (control_.channel.occupancy.commands() == 0) return true;
  absorb_registered(control_);
  snapshot_active(control_);
  return run_rounds(control_, turn);
}

bool Consumer::anything_left() const noexcept {
  return std::ranges::any_of(std::array{&control_, &normal_}, [](const Side* side) {
    return std::ranges::any_of(side->active, [](const Producer* some) {
      return before_mark(*some) > 0 || some->held_count() > 0;
    });
  });
}

// Handles up to a quantum of one producer's commands. False when the budget is spent.
bool Consumer::serve(Side& side, Producer& producer, Turn& turn) {
  const bool go_on = serve_quantum(side, producer, turn);
  turn.freed.flush();
  producer.posts.done(producer.posts_done);
  tell_popped(producer);
  return go_on;
}

bool Consumer::serve_quantum(Side& side, Producer& producer, Turn& turn) {
  fetch_ahead(side, producer);
  for (std::size_t n = 1; n <= kQuantum && before_mark(producer) > 0; ++n) {
    const Item item = next_of(producer);
    note_taken(side, producer, item);
    const bool last_of_turn = n == kQuantum || before_mark(producer) <= 0;
    // Before it runs: who gets an answer finds the room that the command took. For posts, whose end nobody hears of, it is told
    // late: each time costs the callers the cache line that all of them share.
    if ((last_of_turn && !item.is_post()) || side.untold_commands > side.max_untold_commands ||
        side.untold_bytes > side.max_untold_bytes) {
      flush_taken(side, producer);
    }
    handle(item, producer, turn);
    if (turn.spent()) return false;
  }
  return true;
}

// The commands of this quantum, unless they are held already, and those of its next one: by then their cache lines have come from
// the core that made them.
void Consumer::fetch_ahead(Side& side, Producer& producer) {
  if (before_mark(producer) <= 0) return;  // a command of another thread has aborted the lane, or abandoned what was there
  producer.held.erase(producer.held.begin(), producer.held.begin() + static_cast<std::ptrdiff_t>(producer.held_from));
  producer.held_from = 0;
  const auto wanted = std::min<std::size_t>(2 * kQuantum, static_cast<std::size_t>(before_mark(producer)));
  while (producer.held_count() < wanted) {
    fetch(side, producer, std::min(wanted - producer.held_count(), kQuantum));
  }
}

Item Consumer::next_of(Producer& producer) {
  const Item item = producer.held[producer.held_from++];
  if (producer.held_count() == 0) {
    producer.held.clear();
    producer.held_from = 0;
    if (producer.held.capacity() > kHeldCapacity) {
      producer.held.shrink_to_fit();
      producer.held.reserve(2 * kQuantum);
    }
  }
  return item;
}

// Moves `count` commands, known to be there, from the sub-queue to the held ones. count <= kQuantum.
void Consumer::fetch(Side& side, Producer& producer, std::size_t count) {
  std::array<Slot, kQuantum> slots;
  [[maybe_unused]] const std::size_t got =
      side.channel.queue.try_dequeue_bulk_from_producer(*producer.token, slots.begin(), count);
  assert(got == count);
#ifdef VHPY_THREAD_SANITIZER
  side.channel.occupancy.publish();  // for the sanitizer's eyes only: see Slot
#endif
  for (std::size_t i = 0; i < count; ++i) {
    const Item item = slots[i].get();
    const auto* const lines = static_cast<const char*>(item.where());
    if (item.is_post()) {
      __builtin_prefetch(lines);  // only read, so that it is its thread's again for less
    } else {
      // The first two cache lines, to write: its state and its arguments come from another core.
      __builtin_prefetch(lines, 1);
      __builtin_prefetch(lines + kLineBytes, 1);
    }
    producer.held.push_back(item);
  }
}

// Tells the callers of the room made by what was taken from `producer`, and from others, since the last flush.
void Consumer::flush_taken(Side& side, Producer& producer) noexcept {
  tell_popped(producer);
  give_back(side);
}

void Consumer::tell_popped(Producer& producer) noexcept {
  producer.popped_bytes.store(producer.taken_bytes, std::memory_order_release);
  producer.popped.store(producer.taken, std::memory_order_release);
}

// After tell_popped(): who finds room in the lane finds its own as well.
void Consumer::give_back(Side& side) noexcept {
  if (side.untold_commands == 0) return;
  shared_.consumed.taken.add(side.untold_commands);
  side.channel.occupancy.give_back(side.untold_commands, side.untold_bytes);
  side.freed += side.untold_commands;
  side.untold_commands = 0;
  side.untold_bytes = 0;
}

// As many waiters as there is new room; all of them when nothing is left, for then no later drain would tell the rest.
void Consumer::tell_waiters(Side& side) noexcept {
  if (side.freed == 0) return;
  const bool empty = side.channel.occupancy.commands() == 0;
  side.channel.room.offer(empty ? kEverybody : static_cast<int>(std::min<std::uint64_t>(side.freed, kEverybody)));
  side.freed = 0;
}

// What is kept of a command that runs, for it may be gone at its end.
struct Consumer::Run {
  const char* label;
  UsageRow<const char*>& function;
  OwnerTable::Row& owner;
  TimePoint pushed_at;  // zero: not sampled
  TimePoint begun;
  std::int64_t tick;
  bool precisely;
};

State Consumer::lost_as(TimePoint deadline, OwnerId owner, const Turn& turn) const noexcept {
  if (deadline <= turn.clock.now()) return State::kExpired;
  return is_abandoned(owner) ? State::kAbandoned : State::kQueued;
}

void Consumer::handle(Item item, Producer& producer, Turn& turn) {
  if (!item.is_post()) return handle_command(item.command(), turn);
  handle_post(item.post(), item.is_stamped(), turn);
  ++producer.posts_done;
}

void Consumer::handle_post(Post& post, bool stamped, Turn& turn) {
  if (const State lost = lost_as(post.deadline, post.owner, turn); lost != State::kQueued) {
    skip(post, lost);
    turn.clock.update();
    ++turn.report.skipped;
    return;
  }
  const Run run = begin(post.label, post.owner, stamped ? post.pushed_at() : TimePoint{}, turn);
  count_run(run, post.run());
  end(run, turn);
  ++turn.report.ran;
}

void Consumer::handle_command(Command& command, Turn& turn) {
  const State lost = lost_as(command.deadline(), command.owner(), turn);
  if (lost == State::kQueued && command.origin_ != nullptr && command.nobody_knows()) {
    run(command, turn, true);
    ++turn.report.ran;
    return;
  }
  if (lost == State::kQueued && command.start()) {
    run(command, turn, false);
    ++turn.report.ran;
  } else {
    skip(command, lost);
    turn.clock.update();
    ++turn.report.skipped;
  }
  command.release();
}

// The command is settled afterwards, or, if nobody sees it (Command::nobody_knows()), gone.
void Consumer::run(Command& command, Turn& turn, bool unseen) {
  const Run run = begin(command.label(), command.owner(), command.pushed_at_, turn);
  if (unseen) {
    BlockPool* const pool = command.origin_;
    count_run(run, command.run_unseen());
    turn.freed.add(*pool, &command);
  } else {
    const State state = command.execute();
    // Counted before it is settled: whoever has the answer finds it in the statistics.
    count_run(run, state);
    command.settle(state);
  }
  end(run, turn);
}

Consumer::Run Consumer::begin(const char* label, OwnerId owner, TimePoint pushed_at, Turn& turn) {
  const bool sampled = pushed_at != TimePoint{};
  // The first of a drain begins as the drain does, so that calls one at a time are all measured for one look at the clock.
  const bool first = turn.report.ran + turn.report.skipped == 0;
  const bool precisely = first || sampled || ++runs_ % kRunSample == 0;
  if (precisely && !first) turn.clock.update_precisely();
  const TimePoint begun = turn.clock.now();
  if (sampled) shared_.consumed.wait.add(begun - pushed_at);
  turn.activity.set(label, begun);
  return {label, shared_.functions.ours(label), shared_.owners.ours(owner), pushed_at, begun, turn.clock.tick(), precisely};
}

void Consumer::end(const Run& run, Turn& turn) noexcept {
  if (run.precisely) {
    turn.clock.update_precisely();
    measure(run, turn.clock.now() - run.begun);
    if (run.pushed_at != TimePoint{}) shared_.consumed.total.add(turn.clock.now() - run.pushed_at);
    return;
  }
  turn.clock.update();
  if (turn.clock.tick() != run.tick) measure(run, std::chrono::nanoseconds(turn.clock.tick() - run.tick));
}

void Consumer::count_run(const Run& run, State state) noexcept {
  shared_.consumed.ran.add(1);
  run.function.calls.add(1);
  run.owner.calls.add(1);
  if (state != State::kFailed) return;
  shared_.consumed.failed.add(1);
  run.function.failed.add(1);
  run.owner.failed.add(1);
}

void Consumer::measure(const Run& run, Duration took) noexcept {
  ConsumerCounters& counters = shared_.consumed;
  counters.run.add(took);
  run.function.note_run(took);
  run.owner.note_run(took);
  if (took.count() > counters.slowest_run.load(std::memory_order_relaxed)) {
    counters.slowest_run.store(took.count(), std::memory_order_relaxed);
    counters.slowest_label.store(run.label, std::memory_order_relaxed);
  }
}

}  // namespace vhpy::queue::detail
