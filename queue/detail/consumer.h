// The consumer's half of a lane: takes commands out of the producers' sub-queues and settles them.
//
// Owner: the lane's core. Threads: the consumer thread only, but for the atomics it shares with callers (Shared).
// Shutdown: abort() leaves nothing behind; release_producers() is for the lane's destructor.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "queue/activity.h"
#include "queue/command.h"
#include "queue/detail/channel.h"
#include "queue/detail/counters.h"
#include "queue/detail/producer.h"
#include "queue/detail/tick_clock.h"
#include "queue/detail/usage_table.h"
#include "queue/detail/wakeup.h"
#include "queue/lane.h"
#include "queue/loop_time.h"

namespace vhpy::queue::detail {

// What callers and consumer both touch.
struct Shared {
  explicit Shared(const Limits& limits_in);

  Channel& channel(Priority priority) noexcept { return priority == Priority::kNormal ? normal : control; }

  const Limits limits;
  Channel normal;
  Channel control;
  Wakeup wakeup;
  Activity activity;
  CallerCounters callers;
  ConsumerCounters consumed;
  FunctionTable functions;
  OwnerTable owners;
  LoopTime loop_time;

  // Moves forward only. Written by the consumer (seq_cst), read by every push before and after it enqueues (seq_cst).
  // Partner: see announce() in lane.cpp.
  std::atomic<Phase> phase{Phase::kOpen};
  // Identity of the consumer thread; written by bind_consumer(), compared by any thread with its own.
  std::atomic<const void*> consumer{nullptr};
  // For StatsView::oldest_age, in ticks of Clock, 0 = none: when the push that armed the wake-up happened (written by
  // that push, cleared by the drain), and since when there are leftovers (written by the drain). Relaxed: figures only.
  std::atomic<TimePoint::rep> armed_at{0};
  std::atomic<TimePoint::rep> leftover_since{0};
};

// Commands of `producer` that were queued when the drain began and still are. After an abandon() inside the drain it
// may be negative: commands behind the mark went as well.
inline std::int64_t before_mark(const Producer& producer) noexcept {
  return static_cast<std::int64_t>(producer.mark - producer.taken);
}

// What the consumer knows of one channel.
struct Side {
  explicit Side(Channel& channel_in) noexcept;

  Channel& channel;
  const std::uint64_t max_untold_commands;  // above these, callers are told of room after every command
  const std::uint64_t max_untold_bytes;
  std::vector<Producer*> producers{};
  std::vector<Producer*> active{};    // of the running drain: those that still have something before their mark
  std::size_t first_turn = 0;         // index in producers of whose turn is next
  std::uint64_t untold_commands = 0;  // taken, not yet given back to the occupancy
  std::uint64_t untold_bytes = 0;
  std::uint64_t freed = 0;            // given back since waiters were last told
};

class Consumer {
 public:
  explicit Consumer(Shared& shared) noexcept;

  DrainReport drain(const Budget& budget);
  std::size_t abandon(OwnerId owner);
  std::size_t abandon_everything() noexcept;
  void release_producers() noexcept;

 private:
  struct Turn;  // one drain under way
  struct Run;   // one command under way

  void absorb_registered(Side& side);
  void remove_retired(Side& side) noexcept;
  void snapshot_active(Side& side);
  bool run_rounds(Side& side, Turn& turn);
  bool go_before(Turn& turn);
  bool anything_left() const noexcept;
  bool serve(Side& side, Producer& producer, Turn& turn);
  bool serve_quantum(Side& side, Producer& producer, Turn& turn);
  void fetch_ahead(Side& side, Producer& producer);
  Item next_of(Producer& producer);
  void fetch(Side& side, Producer& producer, std::size_t count);
  void handle(Item item, Producer& producer, Turn& turn);
  void handle_post(Post& post, bool stamped, Turn& turn);
  void handle_command(Command& command, Turn& turn);
  State lost_as(TimePoint deadline, OwnerId owner, const Turn& turn) const noexcept;
  void run(Command& command, Turn& turn, bool unseen);
  Run begin(const char* label, OwnerId owner, TimePoint pushed_at, Turn& turn);
  void end(const Run& run, Turn& turn) noexcept;
  void count_run(const Run& run, State state) noexcept;
  void measure(const Run& run, Duration took) noexcept;
  bool skip(Command& command, State as) noexcept;
  void skip(Post& post, State as) noexcept;
  void count_skipped(const char* label, OwnerId owner, State as) noexcept;
  void note_taken(Side& side, Producer& producer, Item item) noexcept;
  void flush_taken(Side& side, Producer& producer) noexcept;
  void tell_popped(Producer& producer) noexcept;
  void give_back(Side& side) noexcept;
  void tell_waiters(Side& side) noexcept;
  bool is_abandoned(OwnerId owner) const noexcept;
  void remember_abandoned(OwnerId owner);
  std::size_t abandon_of(Side& side, Producer& producer, OwnerId owner);
  std::size_t abandon_all_of(Side& side, Producer& producer) noexcept;

  Shared& shared_;
  Side control_;
  Side normal_;
  std::vector<OwnerId> abandoned_owners_;  // sorted
  std::vector<OwnerId> gone_;              // the last of them, in the order they went: usage still has a row of each
  std::uint64_t runs_ = 0;
  bool draining_ = false;
};

inline void Consumer::note_taken(Side& side, Producer& producer, Item item) noexcept {
  const std::size_t cost = item.cost();
  ++producer.taken;
  producer.taken_bytes += cost;
  ++side.untold_commands;
  side.untold_bytes += cost;
}

}  // namespace vhpy::queue::detail
