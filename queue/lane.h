// The lane: from any thread to the one that owns a hub's state, the consumer thread. See queue/README.md for the picture.
//
// Order: commands of one thread and one priority run in the order pushed. Between threads: round-robin, one quantum each. What
// has Priority::kControl goes before each quantum of the rest.
// Life: kOpen -> kDraining (new ones refused, queued ones run) -> kAborted (the rest abandoned) -> kClosed.
#pragma once

#include <atomic>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>
#include <type_traits>
#include <utility>

#include "queue/activity.h"
#include "queue/bell.h"
#include "queue/call.h"
#include "queue/command.h"
#include "queue/detail/post.h"
#include "queue/limits.h"
#include "queue/loop_time.h"
#include "queue/stats.h"
#include "queue/usage.h"

namespace vhpy::queue {

namespace detail {
struct Producer;
}

enum class Phase : std::uint32_t { kOpen, kDraining, kAborted, kClosed };

// What became of a push. Every value but kAccepted means that the command will never run.
enum class Admission : std::uint8_t {
  kAccepted,
  kFull,         // a bound is reached and the caller would not, or could no longer, wait (see WhenFull); at once for a
                 // command larger than Limits::max_bytes, and on the consumer thread, which makes the room
  kClosed,       // the lane is draining, aborted or closed
  kNoProducer,   // Limits::max_producers threads already use this lane (threads that ended leave it at the next
                 // drain, which this refusal asks for), or the calling thread is ending
};

// Which of the lane's two queues. kControl: to stop, to cancel, to look into what goes wrong; its room is small and its own.
enum class Priority : std::uint8_t { kNormal, kControl };

enum class WhenFull : std::uint8_t { kRefuse, kWaitUntilDeadline };

struct DrainReport {
  std::size_t ran = 0;        // commands that reached kDone or kFailed
  std::size_t skipped = 0;    // commands found expired, cancelled or abandoned
  bool more = false;          // a budget ended the drain before the tail seen on entry; the wake-up is armed again
};

class Lane {
 public:
  explicit Lane(const Limits& limits = {});
  ~Lane();  // Aborts what is left. No thread may be inside push() any more.
  Lane(const Lane&) = delete;
  Lane& operator=(const Lane&) = delete;

  // --- any thread ---------------------------------------------------------------------------------------------------

  // A command that calls `fn` on the consumer thread; memory comes from this thread's pool of blocks. `fn` owns plain
  // data only. `payload_bytes`: what its arguments hold outside the block. Blocks: no. Throws std::bad_alloc when the
  // pool's bound is reached and the heap is exhausted.
  template <class Fn>
  Ref<Call<Fn>> make(const char* label, OwnerId owner, TimePoint deadline, std::size_t payload_bytes, Fn fn);

  // Hands the command to the consumer and wakes it if it may be asleep. Not on the consumer thread, which runs things
  // inline. Blocks: no with kRefuse; until there is room, the deadline or close with kWaitUntilDeadline. An accepted
  // command is settled exactly once; a refused one is never touched (withdraw() it if somebody waits for it).
  Admission push(const Ref<Command>& command, WhenFull when_full, Priority priority = Priority::kNormal);
  // The same, giving the caller's reference away if accepted.
  Admission push(Ref<Command>&& command, WhenFull when_full, Priority priority = Priority::kNormal);

  // Has `fn` called on the consumer thread with nobody to know: what push(make(...)) does, for less than half of the price. What
  // it throws is counted and forgotten. The rest is as there.
  template <class Fn>
  Admission post(const char* label, OwnerId owner, TimePoint deadline, std::size_t payload_bytes, Fn fn, WhenFull when_full,
                 Priority priority = Priority::kNormal);

  bool on_consumer_thread() const noexcept;
  Phase phase() const noexcept;
  StatsView stats() const;                            // never needs the consumer thread
  UsageView usage() const;                            // nor this: who uses the consumer thread; allocates
  Activity& activity() noexcept;                      // what the consumer is doing; written by it, read by anyone
  LoopTime& loop_time() noexcept;                     // how busy its loop is; the same

  // --- consumer thread ----------------------------------------------------------------------------------------------

  void bind_consumer() noexcept;                      // the calling thread is the consumer from now on
  int wake_fd() const noexcept;                       // readable when there may be something to drain
  void use_bell(const Bell* bell) noexcept;           // rung by each push that writes wake_fd(); null: none

  // Reads the wake-up, disarms it, then runs what was queued when the call began, up to `budget`. Also correct without
  // a wake-up (from a timer). Not re-entrant: inside a running command it returns at once with `more` set. At least one
  // command is handled whatever the budget. Deadlines and the time budget may be noticed one clock tick (1 to 4 ms) late.
  DrainReport drain(const Budget& budget);

  // Abandons all that `owner` has queued now (other owners' commands keep their order and are left queued), and
  // whatever it may still push: an owner's number is never used again. Returns how many were abandoned. O(queued). Posts, which
  // nobody waits for, are counted, and destroyed when their turn comes.
  std::size_t abandon(OwnerId owner);

  // What usage() calls an owner from now on. Cut at 48 bytes.
  void name_owner(OwnerId owner, std::string_view name) noexcept;
  // Counts what the consumer thread did itself, without a command, for usage(). `took`: zero if nobody measured it.
  void note_inline(const char* label, OwnerId owner, Duration took) noexcept;

  void begin_draining() noexcept;                     // kOpen -> kDraining
  std::size_t abort() noexcept;                       // -> kAborted: abandons the rest, wakes every waiter; how many
  void close() noexcept;                              // -> kClosed, through kAborted if nobody aborted

 private:
  struct Core;

  // A post on its way: where it is to be made, once there is room for it.
  struct Opening {
    Admission admission;
    bool stamped = false;
    bool may_wait = false;  // for room
    detail::Post* place = nullptr;  // null though accepted: no memory for posts is left, make it a command
    detail::Producer* producer = nullptr;
    std::size_t bytes = 0;
    std::uint32_t cost = 0;
  };
  struct PostSize {
    std::size_t bytes, stamped_bytes, payload_bytes;
  };

  Admission enqueue(Command& counted, WhenFull when_full, Priority priority);
  Opening open_post(const char* label, OwnerId owner, TimePoint deadline, const PostSize& size, WhenFull when_full,
                    Priority priority);
  Admission close_post(const Opening& opening, Priority priority);

  const std::unique_ptr<Core> core_;
};

template <class Fn>
Ref<Call<Fn>> Lane::make(const char* label, OwnerId owner, TimePoint deadline, std::size_t payload_bytes, Fn fn) {
  static_assert(std::is_nothrow_move_constructible_v<Fn>, "arguments are plain data: moving them cannot fail");
  using Made = Call<Fn>;
  if constexpr (Made::fits_block()) {
    BlockPool* const pool = BlockPool::of_this_thread(sizeof(Made));
    if (void* const block = pool != nullptr ? pool->take() : nullptr) {
      auto* made = new (block) Made(label, owner, deadline, payload_bytes, std::move(fn));
      assert(static_cast<void*>(static_cast<Command*>(made)) == block);  // the consumer gives back what it knows
      static_cast<Command*>(made)->origin_ = pool;
      return Ref<Made>::adopt(made);
    }
  }
  return Ref<Made>::adopt(new Made(label, owner, deadline, payload_bytes, std::move(fn)));
}

template <class Fn>
Admission Lane::post(const char* label, OwnerId owner, TimePoint deadline, std::size_t payload_bytes, Fn fn,
                     WhenFull when_full, Priority priority) {
  static_assert(std::is_nothrow_move_constructible_v<Fn>, "arguments are plain data: moving them cannot fail");
  using Made = detail::PostOf<Fn>;
  if constexpr (Made::fits()) {
    const Opening opening =
        open_post(label, owner, deadline, {Made::bytes(false), Made::bytes(true), payload_bytes}, when_full, priority);
    if (opening.place != nullptr) {
      auto* const post = new (opening.place) detail::Post{&Made::kOperations, label, deadline, owner, opening.cost};
      new (post->payload()) Fn(std::move(fn));
      return close_post(opening, priority);
    }
    if (opening.admission != Admission::kAccepted) return opening.admission;
  }
  return push(make(label, owner, deadline, payload_bytes, std::move(fn)), when_full, priority);
}

}  // namespace vhpy::queue
