// The callers' half of a lane, and its life from open to closed.
#include "queue/lane.h"

#include <sched.h>

#include <algorithm>
#include <string_view>
#include <tuple>

#include "queue/detail/consumer.h"
#include "queue/detail/waiting.h"

namespace vhpy::queue {

using detail::Channel;
using detail::Item;
using detail::Producer;
using detail::ProducerTable;
using detail::Shared;

namespace {

// One push in this many of each thread is stamped with the time, for the histogram of waits.
constexpr std::uint64_t kWaitSample = 64;

// Its address tells threads apart, for the price of one comparison.
constinit thread_local char thread_mark = 0;

// What there is to know of a command before it is one.
struct Facts {
  const char* label;
  OwnerId owner;
  TimePoint deadline;
  std::size_t cost;
};

enum class Room : std::uint8_t { kTaken, kNoneForThread, kNone };

// Counts `cost` against the bounds, unless one forbids it.
Room take_room(Channel& channel, Producer& producer, std::size_t cost) noexcept {
  const std::uint64_t pushed = producer.pushed.load(std::memory_order_relaxed);
  const auto is_full = [&] {
    return pushed - producer.popped_seen >= channel.bounds.max_commands_per_producer ||
           producer.pushed_bytes - producer.popped_bytes_seen + cost > channel.bounds.max_bytes_per_producer;
  };
  if (is_full()) {  // by what we knew; look again
    // Occupancy before popped: a waiter that finds no room must not miss a `popped` that the consumer wrote before it
    // lowered the occupancy (detail::Room explains why; this seq_cst load is its step 3).
    static_cast<void>(channel.occupancy.commands());
    producer.popped_seen = producer.popped.load(std::memory_order_acquire);
    producer.popped_bytes_seen = producer.popped_bytes.load(std::memory_order_acquire);
    if (is_full()) return Room::kNoneForThread;
  }
  return channel.occupancy.try_take(cost) ? Room::kTaken : Room::kNone;
}

// A thread that has so much queued while others wait for answers, and would wait for room itself, gives its processor away now and
// then: where there are few of them it is the consumer who needs it, or who has its answer and would else get to run at the end
// of a time slice.
constexpr std::uint64_t kFlood = 1'024;

void give_way(const Producer& producer) noexcept {
  const std::uint64_t queued = producer.pushed.load(std::memory_order_relaxed) - producer.popped.load(std::memory_order_relaxed);
  if (queued > kFlood && detail::Waiting::anybody()) ::sched_yield();
}

// Counts a push that is not accepted, in total and for whose it was.
Admission refuse(Shared& shared, const Facts& facts, Admission why) noexcept {
  detail::CallerCounters& counters = shared.callers;
  (why == Admission::kFull     ? counters.refused_full
   : why == Admission::kClosed ? counters.refused_closed
                               : counters.refused_producers)
      .add(1);
  shared.functions.refused(facts.label);
  shared.owners.refused(facts.owner);
  return why;
}

Admission wait_for_room(Shared& shared, Channel& channel, Producer& producer, const Facts& facts) noexcept {
  shared.callers.waited_for_room.add(1);
  const detail::Room::Visit visit(channel.room);
  for (;;) {
    const std::uint32_t ticket = visit.ticket();
    if (shared.phase.load(std::memory_order_seq_cst) != Phase::kOpen) return Admission::kClosed;
    if (take_room(channel, producer, facts.cost) == Room::kTaken) return Admission::kAccepted;
    if (!visit.sleep(ticket, facts.deadline)) return Admission::kFull;
  }
}

// The calling thread's end of the channel, registered on its first push; null if there may be no more.
Producer* producer_of_this_thread(Shared& shared, Channel& channel) {
  if (Producer* known = ProducerTable::find(channel.id)) [[likely]] return known;
  if (ProducerTable::ended()) return nullptr;
  if (channel.producer_count.fetch_add(1, std::memory_order_relaxed) >= shared.limits.max_producers) {
    channel.producer_count.fetch_sub(1, std::memory_order_relaxed);
    shared.wakeup.signal();  // the drain removes those whose threads are gone
    return nullptr;
  }
  auto* made = new (std::nothrow) Producer(channel.id, channel.queue);
  if (made == nullptr || !made->token->valid() || !ProducerTable::insert(made)) {
    delete made;
    channel.producer_count.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
  }
  made->next_registered = channel.registered.load(std::memory_order_relaxed);
  while (!channel.registered.compare_exchange_weak(made->next_registered, made, std::memory_order_seq_cst,
                                                   std::memory_order_relaxed)) {
  }
  return made;
}

// For a push that finds, after it enqueued, that the lane was aborted: empties the thread's own sub-queue, so that
// nobody waits for work that will not run. The consumer may be doing the same; the queue gives each command to one.
void abandon_late(Shared& shared, Channel& channel, const Producer& producer) noexcept {
  detail::Slot slot;
  while (channel.queue.try_dequeue_from_producer(*producer.token, slot)) {
    const Item item = slot.get();
    channel.occupancy.give_back(1, item.cost());
    shared.callers.abandoned_late.add(1);
    if (item.is_post()) {
      item.post().drop();
      continue;
    }
    static_cast<void>(item.command().withdraw(State::kAbandoned));
    Ref<Command>::adopt(&item.command()).reset();
  }
}

struct Entrance {
  Admission admission;
  Producer* producer = nullptr;
};

// The first half of a push: room for one more of this size, or why not.
Entrance enter(Shared& shared, Channel& channel, const Facts& facts, WhenFull when_full) {
  if (shared.phase.load(std::memory_order_relaxed) != Phase::kOpen) return {refuse(shared, facts, Admission::kClosed)};
  Producer* const producer = producer_of_this_thread(shared, channel);
  if (producer == nullptr) return {refuse(shared, facts, Admission::kNoProducer)};
  const Room room = take_room(channel, *producer, facts.cost);
  if (room == Room::kTaken) [[likely]] return {Admission::kAccepted, producer};
  Admission admission = Admission::kFull;
  if (when_full == WhenFull::kWaitUntilDeadline && shared.consumer.load(std::memory_order_relaxed) != &thread_mark &&
      channel.can_ever_hold(facts.cost)) {
    admission = wait_for_room(shared, channel, *producer, facts);
    if (admission == Admission::kAccepted) return {admission, producer};
  } else if (room == Room::kNoneForThread) {
    shared.callers.refused_share.add(1);
  }
  return {refuse(shared, facts, admission)};
}

// The second half, of an item that is ready. False: no memory for another block of slots, and the item is the caller's.
//
// Two things must not be missed, in the one order of seq_cst operations: here  exchange on pushed; read armed_; read phase.
// In a drain  exchange on armed_ (Wakeup::disarm); read registered and pushed. If our read of armed_ finds the value from before
// that exchange, then `pushed` was written before it, and the drain sees the item. In abort()  write phase; read registered and
// pushed; empty the queues. If our read of the phase is before that write, abort() sees the item and settles it. Otherwise we
// see the phase and settle it ourselves. Both may happen; the queue gives an item to one of them.
bool announce(Shared& shared, Channel& channel, Producer& producer, Item item, std::size_t cost) noexcept {
  const std::uint64_t pushed = producer.pushed.load(std::memory_order_relaxed);
  if (!channel.queue.enqueue(*producer.token, detail::Slot(item))) {
    channel.occupancy.give_back(1, cost);
    channel.room.offer(1);
    return false;
  }
  // From here on the item is the consumer's and may be gone.
  producer.pushed_bytes += cost;
  producer.pushed.exchange(pushed + 1, std::memory_order_seq_cst);
  if (shared.wakeup.signal_published()) {
    shared.armed_at.store(Clock::now().time_since_epoch().count(), std::memory_order_relaxed);
  }
  if (shared.phase.load(std::memory_order_seq_cst) >= Phase::kAborted) abandon_late(shared, channel, producer);
  return true;
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

Admission Lane::push(const Ref<Command>& command, WhenFull when_full, Priority priority) {
  return push(Ref<Command>(command), when_full, priority);
}

Admission Lane::push(Ref<Command>&& command, WhenFull when_full, Priority priority) {
  const Admission admission = enqueue(*command, when_full, priority);
  if (admission == Admission::kAccepted) static_cast<void>(command.detach());  // the queue's now
  return admission;
}

Admission Lane::enqueue(Command& command, WhenFull when_full, Priority priority) {
  Shared& shared = core_->shared;
  Channel& channel = shared.channel(priority);
  const Facts facts{command.label(), command.owner(), command.deadline(), command.cost()};
  const Entrance entrance = enter(shared, channel, facts, when_full);
  if (entrance.admission != Admission::kAccepted) return entrance.admission;
  Producer& producer = *entrance.producer;
  if (producer.pushed.load(std::memory_order_relaxed) % kWaitSample == 0) command.pushed_at_ = Clock::now();
  if (announce(shared, channel, producer, Item(&command), facts.cost)) return Admission::kAccepted;
  return refuse(shared, facts, Admission::kFull);
}

Lane::Opening Lane::open_post(const char* label, OwnerId owner, TimePoint deadline, const PostSize& size,
                              WhenFull when_full, Priority priority) {
  Shared& shared = core_->shared;
  Channel& channel = shared.channel(priority);
  const Facts facts{label, owner, deadline, size.bytes + size.payload_bytes};
  if (facts.cost > detail::kMaxPostCost) return {Admission::kAccepted};
  const Entrance entrance = enter(shared, channel, facts, when_full);
  if (entrance.admission != Admission::kAccepted) return {entrance.admission};
  Producer& producer = *entrance.producer;
  Opening opening{Admission::kAccepted};
  opening.may_wait = when_full == WhenFull::kWaitUntilDeadline;
  opening.stamped = producer.pushed.load(std::memory_order_relaxed) % kWaitSample == 0;
  opening.bytes = opening.stamped ? size.stamped_bytes : size.bytes;
  opening.cost = static_cast<std::uint32_t>(facts.cost);
  opening.producer = &producer;
  opening.place = static_cast<detail::Post*>(producer.posts.take(opening.bytes));
  if (opening.place == nullptr) {
    channel.occupancy.give_back(1, facts.cost);
    channel.room.offer(1);
  }
  return opening;
}

Admission Lane::close_post(const Opening& opening, Priority priority) {
  Shared& shared = core_->shared;
  detail::Post& post = *opening.place;
  if (opening.stamped) {
    if (opening.may_wait) give_way(*opening.producer);
    new (&post.pushed_at()) TimePoint(Clock::now());
  }
  const Facts facts{post.label, post.owner, post.deadline, post.cost};
  opening.producer->posts.made(opening.bytes);
  if (announce(shared, shared.channel(priority), *opening.producer, Item(&post, opening.stamped), facts.cost)) {
    return Admission::kAccepted;
  }
  opening.producer->posts.unmade(opening.bytes);
  post.drop();
  return refuse(shared, facts, Admission::kFull);
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
  for (Channel* channel : {&shared.normal, &shared.control}) channel->room.offer(detail::kEverybody);  // refused now
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
  view.control_depth = shared.control.occupancy.commands();
  view.depth = shared.normal.occupancy.commands() + view.control_depth;
  view.bytes = shared.normal.occupancy.bytes() + shared.control.occupancy.bytes();
  view.producers = shared.normal.producer_count.load(std::memory_order_relaxed) +
                   shared.control.producer_count.load(std::memory_order_relaxed);
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
  view.refused_share = callers.refused_share.get();
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
