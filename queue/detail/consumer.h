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
#include "queue/detail/counters.h"
#include "queue/detail/occupancy.h"
#include "queue/detail/producer.h"
#include "queue/detail/room.h"
#include "queue/detail/tick_clock.h"
#include "queue/detail/usage_table.h"
#include "queue/detail/wakeup.h"
#include "queue/lane.h"
#include "queue/loop_time.h"

namespace vhpy::queue::detail {

// What callers and consumer both touch.
struct Shared {
  explicit Shared(const Limits& limits_in);

  const std::uint64_t id;  // names the lane in thread tables; never used twice
  const Limits limits;
  Queue queue;
  Occupancy occupancy;
  Room room;
  Wakeup wakeup;
  Activity activity;
  CallerCounters callers;
  ConsumerCounters consumed;
  FunctionTable functions;
  OwnerTable owners;
  LoopTime loop_time;

  // Moves forward only. Written by the consumer (seq_cst), read by every push before and after it enqueues (seq_cst).
  // Partner: see Lane::push().
  std::atomic<Phase> phase{Phase::kOpen};
  // Identity of the consumer thread; written by bind_consumer(), compared by any thread with its own.
  std::atomic<const void*> consumer{nullptr};
  // New producers, last first. Pushed by their threads (release), emptied by the consumer (acquire).
  std::atomic<Producer*> registered{nullptr};
  std::atomic<std::uint64_t> producer_count{0};  // registered and not yet removed; threads add, the consumer subtracts
  // For StatsView::oldest_age, in ticks of Clock, 0 = none: when the push that armed the wake-up happened (written by
  // that push, cleared by the drain), and since when there are leftovers (written by the drain). Relaxed: figures only.
  std::atomic<TimePoint::rep> armed_at{0};
  std::atomic<TimePoint::rep> leftover_since{0};
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

  void absorb_registered();
  void remove_retired() noexcept;
  void snapshot_active();
  void run_rounds(Turn& turn);
  bool serve(Producer& producer, Turn& turn);
  bool serve_quantum(Producer& producer, Turn& turn);
  Command* next_of(Producer& producer);
  void fetch(Producer& producer, std::size_t count);
  void handle(Command& command, Turn& turn);
  enum class Ending : std::uint8_t { kSettled, kUnseen };  // see Command::nobody_knows()
  struct Users;  // whose counters a command moves
  void run(Command& command, Turn& turn, Ending ending);
  void count_run(Users& users, State state) noexcept;
  void measure_run(Users& users, Duration took, const char* label) noexcept;
  bool skip(Command& command, State as) noexcept;
  void note_taken(Producer& producer, const Command& command) noexcept;
  void flush_taken(Producer& producer) noexcept;
  void tell_waiters() noexcept;
  bool is_abandoned(OwnerId owner) const noexcept;
  std::size_t abandon_of(Producer& producer, OwnerId owner);

  Shared& shared_;
  const std::uint64_t max_untold_commands_;  // above these, callers are told of room after every command
  const std::uint64_t max_untold_bytes_;
  std::vector<Producer*> producers_;
  std::vector<Producer*> active_;             // of the running drain: those that still have something before their mark
  std::size_t first_turn_ = 0;                // index in producers_ of whose turn is next
  std::vector<OwnerId> abandoned_owners_;     // sorted
  std::vector<OwnerId> gone_;                 // the last of them, in the order they went: usage still has a row of each
  std::uint64_t untold_commands_ = 0;         // taken, not yet given back to the occupancy
  std::uint64_t untold_bytes_ = 0;
  std::uint64_t freed_ = 0;                   // given back since waiters were last told
  std::uint64_t runs_ = 0;
  bool draining_ = false;
};

}  // namespace vhpy::queue::detail
