// One request on its way from a caller to the consumer thread.
//
//                    +-> kExpired    its deadline passed before it ran
//     kQueued -------+-> kCancelled  its caller withdrew it
//        |           +-> kAbandoned  the lane was aborted, or the script that issued it is gone
//        v
//     kRunning ------+-> kDone       it ran and has a value
//                    +-> kFailed     it ran and threw; the text of the exception is kept
//
// Each arrow is one compare-exchange on `state_`; whoever wins it settles the command: destroys the payload, then
// publishes the final state, then wakes the waiter or calls the continuation. So there is exactly one final state, and
// the payload is gone before anybody learns of it.
//
// Owner: intrusive references (Ref): one of the queue, one of each caller that still wants the answer.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>

#include "queue/clock.h"
#include "queue/ref.h"

namespace vhpy::queue {

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
  // false if it was already running or settled. Thread: any. Blocks: no.
  bool withdraw(State to) noexcept;

  // Waits until the command is settled or `until` has come, and returns the state then (kQueued or kRunning: time is
  // up). Does not withdraw. Thread: any but the consumer; one waiter per command. Blocks: up to `until`.
  State wait(TimePoint until) noexcept;

  // Has `continuation` called once the command is settled, at once if it already is. At most one per command.
  // Thread: any. Blocks: no.
  void then(Continuation& continuation) noexcept;

 protected:
  Command(const char* label, OwnerId owner, TimePoint deadline, std::size_t cost) noexcept;
  virtual ~Command() = default;

 private:
  friend class Lane;
  // Runs the payload on the consumer thread and keeps its value, or the text of what it threw. Returns kDone or kFailed.
  virtual State execute() noexcept = 0;
  // Destroys arguments; called once, by the thread that settles the command.
  virtual void drop_payload() noexcept = 0;
};

}  // namespace vhpy::queue
