// One request on its way from a caller to the consumer thread.
//
//                    +-> kExpired    its deadline passed before it ran
//     kQueued -------+-> kCancelled  its caller withdrew it
//        |           +-> kAbandoned  the lane was aborted, or the script that issued it is gone
//        v
//     kRunning ------+-> kDone       it ran and has a value
//                    +-> kFailed     it ran and threw; the text of the exception is kept
//
// Each arrow is one compare-exchange on `word_`; whoever wins it settles the command: destroys the payload, then
// publishes the final state, then wakes the waiter or calls the continuation (nobody_knows(): the one exception). So there is exactly one final state, and
// the payload is gone before anybody learns of it.
//
// Owner: intrusive references (Ref): one of the queue, one of each caller that still wants the answer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "queue/block_pool.h"
#include "queue/clock.h"
#include "queue/ref.h"

namespace vhpy::queue {

namespace detail {
class Consumer;
}

enum class State : std::uint32_t { kQueued, kRunning, kDone, kFailed, kExpired, kCancelled, kAbandoned };

constexpr bool is_final(State state) noexcept { return state > State::kRunning; }

// Who issued a command, for abandoning all that one script still has under way. 0 = nobody in particular.
using OwnerId = std::uint32_t;

class Command;

// What to do once a command is settled, for callers that do not block. Owned by its creator, who keeps it alive until
// settled() was called. Called exactly once, on the thread that settles the command (usually the consumer): it must be
// short, must not block and must not take the GIL.
class Continuation {
 public:
  virtual void settled(Command& command) noexcept = 0;

 protected:
  ~Continuation() = default;
};

class Command {
 public:
  Command(const Command&) = delete;
  Command& operator=(const Command&) = delete;

  // What the command is called in messages and statistics; static storage. Thread: any.
  const char* label() const noexcept { return label_; }
  OwnerId owner() const noexcept { return owner_; }
  TimePoint deadline() const noexcept { return deadline_; }
  // Bytes it counts for against Limits::max_bytes: the block itself plus what its arguments hold.
  std::size_t cost() const noexcept { return cost_; }

  // Thread: any. Blocks: no. An acquire: what the consumer wrote before a final state is visible after it.
  State state() const noexcept;

  // Ends a command that has not started; `to` is kExpired, kCancelled or kAbandoned. Returns true if this call did it,
  // false if it was already running or settled; state() then says which, never kQueued. Thread: any. Blocks: no (when
  // two threads withdraw at once, the loser waits for the winner to have destroyed the payload).
  bool withdraw(State to) noexcept;

  // Waits until the command is settled or `until` has come, and returns the state then (kQueued or kRunning: time is
  // up). Does not withdraw. Thread: any but the consumer, several at once. Blocks: up to `until`, the first
  // 12 us of it awake.
  State wait(TimePoint until) noexcept;

  // Has `continuation` called once the command is settled, at once if it already is. At most one per command.
  // Thread: any. Blocks: no.
  void then(Continuation& continuation) noexcept;

 protected:
  Command(const char* label, OwnerId owner, TimePoint deadline, std::size_t cost) noexcept
      : label_(label), deadline_(deadline), cost_(cost), owner_(owner) {}
  virtual ~Command() = default;

 private:
  template <class T>
  friend class Ref;
  friend class Lane;
  friend class detail::Consumer;

  // Runs the payload on the consumer thread and keeps its value, or the text of what it threw. Returns kDone or kFailed.
  virtual State execute() noexcept = 0;
  // Destroys arguments; called once, by the thread that settles the command.
  virtual void drop_payload() noexcept = 0;
  // Instead of both and of settle(), for a command that nobody_knows(): runs the payload and destroys it, and
  // nothing else: no state is published and no value kept. The object is over, without a destructor. Returns kDone or kFailed. The memory is the caller's.
  virtual State run_unseen() noexcept = 0;

  // `word_` is a State in the low bits plus flags. kClaimed says that a thread has won the right to settle a queued
  // command as the state in the low bits, and is destroying the payload: to everybody else it is still queued.
  static constexpr std::uint32_t kStateMask = 0xf;
  static constexpr std::uint32_t kClaimed = 0x10;
  static constexpr std::uint32_t kSleeper = 0x20;       // somebody sleeps on the word: settling must wake it
  static constexpr std::uint32_t kContinuation = 0x40;  // continuation_ is set: settling must call it

  static State visible(std::uint32_t word) noexcept {
    return (word & kClaimed) != 0 ? State::kQueued : static_cast<State>(word & kStateMask);
  }

  void retain() noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept;
  void destroy() noexcept;

  // The queue holds the only reference, and nobody is to be told: nobody can ask for the state, wait or withdraw any
  // more, so it needs none. Acquire: sees what those who dropped theirs did before. Thread: the consumer, which took the
  // command out of the queue.
  bool nobody_knows() const noexcept {
    return refs_.load(std::memory_order_acquire) == 1 &&
           word_.load(std::memory_order_relaxed) == static_cast<std::uint32_t>(State::kQueued);
  }
  // kQueued -> kRunning, or kQueued -> claimed for `to`. False: another thread was first. Exactly one call of either
  // ever returns true.
  bool start() noexcept { return leave_queued(static_cast<std::uint32_t>(State::kRunning)); }
  bool claim(State to) noexcept { return leave_queued(kClaimed | static_cast<std::uint32_t>(to)); }
  bool leave_queued(std::uint32_t next) noexcept;
  // Ends what start() or claim() began: destroys the payload, publishes, wakes, calls the continuation.
  void settle(State final_state) noexcept;
  // The state it has, or will have once the thread that claimed it is through.
  State settled_as() const noexcept { return static_cast<State>(word_.load(std::memory_order_acquire) & kStateMask); }

  // The futex word. Written by compare-exchange from kQueued (one winner, consumer or any thread) and by that winner's
  // exchange to the final state; flags are added by waiters and then(). The release of the final state publishes the
  // result and the destroyed payload to the acquire in state(), wait() and then().
  std::atomic<std::uint32_t> word_{static_cast<std::uint32_t>(State::kQueued)};
  // References. A drop is a release, the last one an acquire: all use happens before destruction.
  std::atomic<std::uint32_t> refs_{1};
  const char* const label_;
  const TimePoint deadline_;
  const std::size_t cost_;
  const OwnerId owner_;
  // When it was pushed, of every kWaitSample-th push of a thread; zero otherwise. Written before the push publishes it.
  TimePoint pushed_at_{};
  Continuation* continuation_ = nullptr;  // written by then() before it sets kContinuation (release), read after it
  BlockPool* origin_ = nullptr;           // where the memory goes back to; null: the heap
};

}  // namespace vhpy::queue
