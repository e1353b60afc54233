// Which hooks are wanted, by scripts or by streams of events, and the way of an event from the hub thread into the streams.
//
//     hub thread:   fire() --wanted()?--> begin(): copies the arguments --> scripts answer --> publish() --> each stream
//     any thread:   open() --> a stream --> take()
//
// An event is copied once, however many streams listen, and not at all if none does. It is published when the scripts have
// answered, so that it says what became of it; of hooks within hooks the inner one comes first.
//
// Owner: the composition root (or what stands for it in a test); it outlives the script host. Streams may outlive it.
// Threads as said at each function. Shutdown: close(), after which all streams have ended and no new one is opened.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/events/event.h"
#include "core/events/stream.h"

namespace vhpy::events {

struct FeedCounts {
  std::uint64_t streams;    // open now; those that have ended since the last turn included
  std::uint64_t published;  // events that at least one stream was given
  std::uint64_t skipped;    // left out, by all streams together
  std::uint64_t refused;    // open() because there were too many
};

class Feed {
 public:
  static constexpr std::size_t kMaxStreams = 1024;

  Feed();
  ~Feed();
  Feed(const Feed&) = delete;
  Feed& operator=(const Feed&) = delete;

  // --- any thread ---------------------------------------------------------------------------------------------------

  // A stream that gets every event whose hook is fired after this. Null: there are too many. One of a closed feed has
  // ended. Blocks: no. Throws std::bad_alloc.
  std::shared_ptr<Stream> open(const StreamOptions& options);
  FeedCounts counts() const noexcept;

  // --- hub thread ---------------------------------------------------------------------------------------------------

  // Whether anybody wants the hook: one load and one branch, so that one that nobody wants costs nothing more.
  bool wanted(HookId id) const noexcept { return (wanted_.load(std::memory_order_relaxed) & only(id)) != 0; }
  bool scripts_want(HookId id) const noexcept { return (by_scripts_ & only(id)) != 0; }
  void set_scripts_want(HookSet hooks) noexcept;

  // Before the scripts are asked; null if no stream listens. Throws: no, an event that cannot be copied is skipped.
  std::shared_ptr<Event> begin(HookId id, std::span<const HookArg> given) noexcept;
  // After they have answered. Null is nothing to do.
  void publish(std::shared_ptr<Event> event, const HookResult& result) noexcept;

  // Lets go of streams that have ended. After each turn of the hub's loop.
  void end_of_turn() noexcept { look(); }
  // Ends those of a script that is unloaded.
  void end_of_script(ScriptId owner) noexcept;
  // The hub stops.
  void close() noexcept;

 private:
  struct Opened {
    std::shared_ptr<Stream> stream;
    Opened* before;
  };

  void look() noexcept;       // if something has changed
  void take_over() noexcept;  // what was opened; forgets what has ended

  // Read by the hub thread at each hook. Written by it, and widened by open() on any thread: see look().
  std::atomic<HookSet> wanted_{0};
  const std::shared_ptr<Tally> tally_ = std::make_shared<Tally>();
  std::atomic<Opened*> opened_{nullptr};  // the last one first; open() (release), take_over() (acquire)
  std::atomic<bool> closed_{false};       // partner of opened_, both seq_cst where they meet: close() against open()
  std::atomic<std::size_t> registered_{0};  // streams that were opened and not let go
  std::atomic<std::uint64_t> published_{0}, refused_{0};
  HookSet by_scripts_ = 0;  // hub thread only, as the rest
  std::uint32_t seen_ = 0;  // of the changes
  std::vector<std::shared_ptr<Stream>> streams_;
};

}  // namespace vhpy::events
