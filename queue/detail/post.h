// A call that nobody waits for, as it lies in its thread's own memory (post_memory.h): 32 bytes and the function object, in
// whole cache lines. It has no state, no reference and no outcome, for there is nobody who could ask for one.
//
// Owner: the sub-queue that its thread pushed it to. Threads: made by the thread that posts; run or dropped, once, by whoever
// took it out of the queue: the consumer, or its own thread when the lane is aborted.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <utility>

#include "queue/clock.h"
#include "queue/command.h"

namespace vhpy::queue::detail {

inline constexpr std::size_t kLineBytes = 64;
inline constexpr std::size_t kMaxPostCost = std::size_t{1} << 31;  // bytes; what costs more becomes a command

// What can be done with the function object of one type.
struct PostOperations {
  State (*run)(void* payload) noexcept;  // runs and destroys it: kDone or kFailed
  void (*drop)(void* payload) noexcept;
  std::uint32_t stamp_at;                // bytes from the post to its time of push, if it has one
};

struct Post {
  const PostOperations* operations;
  const char* label;  // static storage
  TimePoint deadline;
  OwnerId owner;
  std::uint32_t cost;  // bytes

  void* payload() noexcept { return this + 1; }
  State run() noexcept { return operations->run(payload()); }
  void drop() noexcept { operations->drop(payload()); }
  TimePoint& pushed_at() noexcept {
    return *reinterpret_cast<TimePoint*>(reinterpret_cast<std::byte*>(this) + operations->stamp_at);
  }
};
static_assert(sizeof(Post) == 32);

template <class Fn>
struct PostOf {
  static constexpr std::size_t kMaxBytes = 1'024;
  static constexpr std::size_t up(std::size_t bytes, std::size_t to) noexcept { return (bytes + to - 1) / to * to; }
  static constexpr std::size_t stamp_at() noexcept { return up(sizeof(Post) + sizeof(Fn), alignof(TimePoint)); }
  static constexpr std::size_t bytes(bool stamped) noexcept {
    return up(stamped ? stamp_at() + sizeof(TimePoint) : sizeof(Post) + sizeof(Fn), kLineBytes);
  }
  static constexpr bool fits() noexcept { return alignof(Fn) <= sizeof(Post) && bytes(true) <= kMaxBytes; }

  static State run(void* payload) noexcept {
    Fn& fn = *static_cast<Fn*>(payload);
    State state = State::kDone;
    try {
      static_cast<void>(fn());
    } catch (...) {
      state = State::kFailed;  // nobody is there who could read the text
    }
    std::destroy_at(&fn);
    return state;
  }
  static void drop(void* payload) noexcept { std::destroy_at(static_cast<Fn*>(payload)); }

  static constexpr PostOperations kOperations{run, drop, static_cast<std::uint32_t>(stamp_at())};
};

}  // namespace vhpy::queue::detail
