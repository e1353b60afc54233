// How many threads of the process sleep until a command of theirs has ended, of whatever lane: a hint for those that flood one.
#pragma once

#include <atomic>
#include <cstdint>

namespace vhpy::queue::detail {

// The calling thread waits for the scope. Thread: any. Blocks: no.
class Waiting {
 public:
  Waiting() noexcept { count_.fetch_add(1, std::memory_order_relaxed); }
  ~Waiting() { count_.fetch_sub(1, std::memory_order_relaxed); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

  // Thread: any. May be a moment late.
  static bool anybody() noexcept { return count_.load(std::memory_order_relaxed) != 0; }

 private:
  alignas(64) static inline std::atomic<std::uint32_t> count_{0};  // relaxed: nothing is published by it
};

}  // namespace vhpy::queue::detail
