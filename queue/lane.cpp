// The callers' half of a lane, and its life from open to closed.
#include "queue/lane.h"

#include <algorithm>
#include <string_view>
#include <tuple>

#include "queue/detail/consumer.h"

namespace vhpy::queue {

using detail::Producer;
using detail::ProducerTable;
using detail::Shared;

namespace {

// One push in this many of each thread is stamped with the time, for the histogram of waits.
constexpr std::uint64_t kWaitSample = 64;

// Its address tells threads apart, for the price of one comparison.
constinit thread_local char thread_mark = 0;

// Counts `cost` against the bounds; false if one forbids it.
bool take_room(Shared& shared, Producer& producer, std::size_t cost) noexcept {
  const std::uint64_t pushed = producer.pushed.load(std::memory_order_relaxed);
  const std::size_t bound = shared.limits.max_commands_per_producer;
  if (pushed - producer.popped_seen >= bound) {  // by what we knew; look again
    // Occupancy before popped: a waiter that finds no room must not miss a `popped` that the consumer wrote before it
    // lowered the occupancy (Room explains why; this seq_cst load is its step 3).
    static_cast<void>(shared.occupancy.commands());
    producer.popped_seen = producer.popped.load(std::memory_order_acquire);
    if (pushed - producer.popped_seen >= bound) return false;
  }
  return shared.occupancy.try_take(cost);
}

// Counts a push that is not accepted, in total and for whose it was.
Admission refuse(Shared& shared, const Command& command, Admission why) noexcept {
  detail::CallerCounters& counters = shared.callers;
  (why == Admission::kFull     ? counters.refused_full
   : why == Admission::kClosed ? counters.refused_closed
                               : counters.refused_producers)
      .add(1);
  shared.functions.refused(command.label());
  shared.owners.refused(command.owner());
  return why;
}

Admission wait_for_room(Shared& shared, Producer& producer, const Command& command) noexcept {
  shared.callers.waited_for_room.add(1);
  const detail::Room::Visit visit(shared.room);
  for (;;) {
    const std::uint32_t ticket = visit.ticket();
    if (shared.phase.load(std::memory_order_seq_cst) != Phase::kOpen) return Admission::kClosed;
    if (take_room(shared, producer, command.cost())) return Admission::kAccepted;
    if (!visit.sleep(ticket, command.deadline())) return Admission::kFull;
  }
}

// The calling thread's end of the lane, registered on its first push; null if there may be no more.
Producer* producer_of_this_thread(Shared& shared) {
  if (Producer* known = ProducerTable::find(shared.id)) [[likely]] return known;
  if (ProducerTable::ended()) return nullptr;
  if (shared.producer_count.fetch_add(1, std::memory_order_relaxed) >= shared.limits.max_producers) {
    shared.producer_count.fetch_sub(1, std::memory_order_relaxed);
    shared.wakeup.signal();  // the drain removes those whose threads are gone
    return nullptr;
  }
  auto* made = new (std::nothrow) Producer(shared.id, shared.queue);
  if (made == nullptr || !made->token->valid() || !ProducerTable::insert(made)) {
    delete made;
    shared.producer_count.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
  }
  made->next_registered = shared.registered.load(std::memory_order_relaxed);
  while (!shared.registered.compare_exchange_weak(made->next_registered, made, std::memory_order_release,
                                                  std::memory_order_relaxed)) {
  }
  return made;
}

// For a push that finds, after it enqueued, that the lane was aborted: empties the thread's own sub-queue, so that
// nobody waits for work that will not run. The consumer may be doing the same; the queue gives each command to one.
void abandon_late(Shared& shared, const Producer& producer) noexcept {
  detail::Slot slot;
  while (shared.queue.try_dequeue_from_producer(*producer.token, slot)) {
    Command* const command = slot.get();
    shared.occupancy.give_back(1, command->cost());
    shared.callers.abandoned_late.add(1);
    static_cast<void>(command->withdraw(State::kAbandoned));
    Ref<Command>::adopt(command).reset();
  }
}

}  // namespace

struct Lane::Core {
  explicit Core(const Limits& limits) : shared(limits), consumer(shared) {}
  Shared shared;
  detail::Consumer consumer;
};

Lane::Lane(const Limits& limits) : core_(std::make_unique<Core>(limits)) {}

Lane::~Lane() {
  close();
  core_->consumer.release_producers();
}

Admission Lane::push(const Ref<Command>& command, WhenFull when_full) { return push(Ref<Command>(command), when_full); }

Admission Lane::push(Ref<Command>&& command, WhenFull when_full) {
  const Admission admission = enqueue(*command, when_full);
  if (admission == Admission::kAccepted) static_cast<void>(command.detach());  // the queue's now
  return admission;
}

Admission Lane::enqueue(Command& command, WhenFull when_full) {
  Shared& shared = core_->shared;
  if (shared.phase.load(std::memory_order_relaxed) != Phase::kOpen) return refuse(shared, command, Admission::kClosed);
  Producer* const producer = producer_of_this_thread(shared);
  if (producer == nullptr) return refuse(shared, command, Admission::kNoProducer);
  if (!take_room(shared, *producer, command.cost())) {
    Admission admission = Admission::kFull;
    if (when_full == WhenFull::kWaitUntilDeadline && !on_consumer_thread() &&
        shared.occupancy.can_ever_hold(command.cost())) {
      admission = wait_for_room(shared, *producer, command);
    }
    if (admission != Admission::kAccepted) return refuse(shared, command, admission);
  }
  const std::size_t cost = command.cost();
  const std::uint64_t pushed = producer->pushed.load(std::memory_order_relaxed);
  if (pushed % kWaitSample == 0) command.pushed_at_ = Clock::now();
  if (!shared.queue.enqueue(*producer->token, detail::Slot(&command))) {  // no memory for another block of slots
    shared.occupancy.give_back(1, cost);
    shared.room.offer(1);
    return refuse(shared, command, Admission::kFull);
  }
  // From here on the command is the consumer's and may be gone.
  producer->pushed.store(pushed + 1, std::memory_order_release);
  if (shared.wakeup.signal()) {
    shared.armed_at.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
  }
  // The re-check. All of this is seq_cst: here  enqueue; exchange on armed; read phase.  In abort()  write phase;
  // read-modify-write of armed (Wakeup::synchronize); empty the queues.  If this read is before that write, then this
  // exchange is before that read-modify-write, which therefore sees the enqueued command: abort() settles it.
  // Otherwise we see the phase and settle it ourselves. Both may happen; the queue gives a command to one of them.
  if (shared.phase.load(std::memory_order_seq_cst) >= Phase::kAborted) abandon_late(shared, *producer);
  return Admission::kAccepted;
}

bool Lane::on_consumer_thread() const noexcept {
  return core_->shared.consumer.load(std::memory_order_relaxed) == &thread_mark;
}

void Lane::bind_consumer() noexcept { core_->shared.consumer.store(&thread_mark, std::memory_order_relaxed); }

Phase Lane::phase() const noexcept { return core_->shared.phase.load(std::memory_order_acquire); }

Activity& Lane::activity() noexcept { return core_->shared.activity; }

LoopTime& Lane::loop_time() noexcept { return core_->shared.loop_time; }

void Lane::name_owner(OwnerId owner, std::string_view name) noexcept { core_->shared.owners.set_name(owner, name); }

void Lane::note_inline(const char* label, OwnerId owner, Duration took) noexcept {
  const auto note = [took](auto& row) {
    row.calls.add(1);
    if (took > Duration::zero()) row.note_run(took);
  };
  note(core_->shared.functions.ours(label));
  note(core_->shared.owners.ours(owner));
}

int Lane::wake_fd() const noexcept { return core_->shared.wakeup.fd(); }

void Lane::use_bell(const Bell* bell) noexcept { core_->shared.wakeup.use_bell(bell); }

DrainReport Lane::drain(const Budget& budget) { return core_->consumer.drain(budget); }

std::size_t Lane::abandon(OwnerId owner) { return core_->consumer.abandon(owner); }

void Lane::begin_draining() noexcept {
  Shared& shared = core_->shared;
  if (shared.phase.load(std::memory_order_relaxed) != Phase::kOpen) return;
  shared.phase.store(Phase::kDraining, std::memory_order_seq_cst);
  shared.room.offer(detail::kEverybody);  // they are refused now
}

std::size_t Lane::abort() noexcept {
  Shared& shared = core_->shared;
  if (shared.phase.load(std::memory_order_relaxed) < Phase::kAborted) {
    shared.phase.store(Phase::kAborted, std::memory_order_seq_cst);
  }
  return core_->consumer.abandon_everything();
}

void Lane::close() noexcept {
  if (phase() == Phase::kClosed) return;
  static_cast<void>(abort());
  core_->shared.phase.store(Phase::kClosed, std::memory_order_seq_cst);
}

UsageView Lane::usage() const {
  const auto most_first = [](const auto& a, const auto& b) {
    return std::tie(a.usage.run_total, a.usage.calls) > std::tie(b.usage.run_total, b.usage.calls);
  };
  UsageView view;
  core_->shared.functions.read([&view](const char* label, const auto& row) {
    // The text, not where it stands: two places may have the same.
    const auto same = [label](const FunctionUsage& known) { return std::string_view(known.label) == label; };
    const auto known = std::find_if(view.functions.begin(), view.functions.end(), same);
    row.add_to((known == view.functions.end() ? view.functions.emplace_back(FunctionUsage{label, {}}) : *known).usage);
  });
  core_->shared.owners.read([&view](OwnerId owner, const auto& row) {
    const auto same = [owner](const OwnerUsage& known) { return known.owner == owner; };
    const auto known = std::find_if(view.owners.begin(), view.owners.end(), same);
    OwnerUsage& into = known == view.owners.end() ? view.owners.emplace_back(OwnerUsage{owner, {}, {}}) : *known;
    row.add_to(into.usage);
    if (into.name.empty()) into.name = row.get_name();
  });
  core_->shared.functions.rest().add_to(view.other_functions);
  core_->shared.owners.rest().add_to(view.other_owners);
  std::sort(view.functions.begin(), view.functions.end(), most_first);
  std::sort(view.owners.begin(), view.owners.end(), most_first);
  return view;
}

StatsView Lane::stats() const {
  const Shared& shared = core_->shared;
  const detail::ConsumerCounters& consumed = shared.consumed;
  const detail::CallerCounters& callers = shared.callers;
  StatsView view;
  view.depth = shared.occupancy.commands();
  view.bytes = shared.occupancy.bytes();
  view.producers = shared.producer_count.load(std::memory_order_relaxed);
  TimePoint::rep oldest = shared.armed_at.load(std::memory_order_relaxed);
  const TimePoint::rep leftover = shared.leftover_since.load(std::memory_order_relaxed);
  if (leftover != 0 && (oldest == 0 || leftover < oldest)) oldest = leftover;
  if (view.depth > 0 && oldest != 0) view.oldest_age = Clock::now().time_since_epoch() - Duration(oldest);
  const std::uint64_t late = callers.abandoned_late.get();
  view.pushed = consumed.taken.get() + late + view.depth;
  view.ran = consumed.ran.get();
  view.failed = consumed.failed.get();
  view.expired = consumed.expired.get();
  view.cancelled = consumed.cancelled.get();
  view.abandoned = consumed.abandoned.get() + late;
  view.refused_full = callers.refused_full.get();
  view.refused_closed = callers.refused_closed.get();
  view.refused_producers = callers.refused_producers.get();
  view.waited_for_room = callers.waited_for_room.get();
  view.wakeups = shared.wakeup.writes();
  view.drains = consumed.drains.get();
  view.budget_cuts = consumed.budget_cuts.get();
  view.wait = consumed.wait.view();
  view.run = consumed.run.view();
  view.total = consumed.total.view();
  view.slowest_label = consumed.slowest_label.load(std::memory_order_relaxed);
  view.slowest_run = Duration(consumed.slowest_run.load(std::memory_order_relaxed));
  return view;
}

}  // namespace vhpy::queue
