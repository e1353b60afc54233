// The events that one listener has asked for and not yet taken: bounded by count and bytes, filled by the hub thread, which
// never waits for a reader.
//
//     hub thread: push() --> incoming_ (lock-free list) ----> ready_ (a list behind mutex_) --> take(): any thread
//                   `-- too many: moves them over itself and drops the oldest, if it gets the mutex without waiting;
//                       if not, a reader is in the middle and does it. In that moment up to twice as many may be held.
//
// Owner: shared by the listener and by the Feed, until the Feed has seen that it has ended. Threads as said at each function.
// Shutdown: finish(), once; whoever waits is woken, and a Notice is sent.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>

#include "core/events/event.h"
#include "core/hub.h"
#include "queue/clock.h"
#include "queue/mailbox.h"

namespace vhpy::events {

// What to leave out when the stream is full.
enum class Overflow : std::uint8_t { kDropOldest, kDropNewest, kClose };

// Why a stream gives no more. After the last two what it still holds is handed out first.
enum class End : std::uint8_t { kOpen, kClosed, kUnloaded, kOverflow, kHubClosed };

struct StreamOptions {
  HookSet hooks = 0;
  ScriptId owner = 0;
  std::size_t max_events = 1024;
  std::size_t max_bytes = std::size_t{4} << 20;
  Overflow overflow = Overflow::kDropOldest;
};

// What all streams of a feed have in common; a stream may outlive the feed.
struct Tally {
  // Raised, seq_cst, by whoever has opened a stream or ended one: the hub thread looks when it is not what it has seen.
  std::atomic<std::uint32_t> changes{0};
  std::atomic<std::uint64_t> skipped{0};  // events that were left out, by all of them together
};

class Stream {
 public:
  struct Taken {
    std::shared_ptr<const Event> event{};
    std::uint64_t sequence = 0;  // 1, 2, 3 ... of this stream, those left out included
    std::uint64_t skipped = 0;   // how many were left out directly before it
  };

  Stream(const StreamOptions& options, std::shared_ptr<Tally> tally);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  const StreamOptions& options() const noexcept { return options_; }

  // --- any thread ---------------------------------------------------------------------------------------------------

  // The oldest one. False: none is there; if end() had said that the stream has ended before, none will come. Blocks: while
  // another thread takes one, or the hub thread drops some.
  bool take(Taken& into);
  // Until there is one to take, or the stream has ended. False: time is up. Not on the hub thread. Blocks: until then.
  bool wait(queue::TimePoint until) const noexcept;
  // Has the notice sent when one is there, or the stream ends. False: that is so already, and the notice is not needed. One at
  // a time: an earlier one is given up.
  bool notify(queue::Mailbox::Notice notice);
  // Gives the notice up, unless it is on its way.
  void forget_notice() noexcept;

  End end() const noexcept { return end_.load(std::memory_order_seq_cst); }
  // The first one says why; later ones change nothing. After push() and before take() of what was pushed: see End.
  void finish(End why) noexcept;
  std::uint64_t skipped() const noexcept { return skipped_.load(std::memory_order_relaxed); }  // in all
  std::size_t held() const noexcept;

  // --- hub thread ---------------------------------------------------------------------------------------------------

  // Blocks: no. What cannot be kept is counted as skipped.
  void push(const std::shared_ptr<const Event>& event) noexcept;
  // One that could not even be made.
  void skip() noexcept;

 private:
  struct Node {
    std::shared_ptr<const Event> event;
    std::uint64_t sequence;
    std::size_t bytes;
    Node* next;  // in incoming_ the one before, in ready_ the one after
  };

  bool make_room(std::size_t bytes) noexcept;
  bool too_much(std::int64_t count, std::int64_t bytes) const noexcept;
  void gather() noexcept;        // mutex_ held: incoming_ -> ready_
  Node* unlink() noexcept;       // mutex_ held: the first of ready_
  void drop_oldest() noexcept;   // mutex_ held: until it is not too much
  void drop_all() noexcept;      // mutex_ held
  void count_skipped() noexcept;
  bool may_hand_out() const noexcept;
  void wake() noexcept;
  static void give_up(queue::Mailbox::Ticket* notice) noexcept;

  const StreamOptions options_;
  const std::shared_ptr<Tally> tally_;
  std::uint64_t sequence_ = 0;                  // of the last one that came; hub thread only
  std::atomic<Node*> incoming_{nullptr};        // the last one first. push() (release), gather() (acquire)
  // What is in both lists. Raised by the hub thread after a push, lowered behind mutex_: for a moment it may be too small, even
  // below zero. Partner of waiters_ and notice_: who waits announces that first and looks at held_ then, the hub thread the
  // other way round, all seq_cst, so that one of both sees the other.
  std::atomic<std::int64_t> held_{0};
  std::atomic<std::int64_t> bytes_{0};          // the same, but raised before; a bound, nothing waits for it
  std::atomic<std::uint64_t> skipped_{0};
  std::atomic<End> end_{End::kOpen};            // partners as held_
  std::atomic<queue::Mailbox::Ticket*> notice_{nullptr};  // owned by whoever takes it out by an exchange
  mutable std::atomic<std::uint32_t> waiters_{0};
  std::atomic<std::uint32_t> news_{0};          // the futex word of wait()
  std::mutex mutex_;                            // the hub thread only ever tries it
  Node* first_ = nullptr;                       // ready_: the oldest; behind mutex_, as the next two
  Node* last_ = nullptr;
  std::uint64_t last_taken_ = 0;
};

}  // namespace vhpy::events
