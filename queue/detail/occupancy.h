// How much is queued: commands and bytes, in one word so that one compare-exchange checks and takes both.
// Threads: try_take() any; give_back() the consumer, or the thread whose push did not go through; read any.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <cstdint>

#include "queue/limits.h"

namespace vhpy::queue::detail {

class Occupancy {
 public:
  explicit Occupancy(const Bounds& bounds) noexcept
      : max_commands_(std::min<std::uint64_t>(bounds.max_commands, kMaxCount)),
        max_bytes_(std::min<std::uint64_t>(bounds.max_bytes, kByteMask)) {}

  // Whether a command of this size can be queued at all.
  bool can_ever_hold(std::size_t bytes) const noexcept { return max_commands_ > 0 && bytes <= max_bytes_; }

  // Counts one command of `bytes`; false if a bound forbids it, and then nothing changed.
  bool try_take(std::size_t bytes) noexcept {
    std::uint64_t word = word_.load(std::memory_order_seq_cst);
    for (;;) {
      if ((word >> kByteBits) >= max_commands_ || (word & kByteMask) + bytes > max_bytes_) return false;
      if (word_.compare_exchange_weak(word, word + kOneCommand + bytes, std::memory_order_seq_cst)) return true;
    }
  }
  void give_back(std::uint64_t commands, std::uint64_t bytes) noexcept {
    word_.fetch_sub(commands * kOneCommand + bytes, std::memory_order_seq_cst);
  }

  // Changes nothing, but what the consumer did before is visible to every push that begins after it.
  void publish() noexcept { give_back(0, 0); }

  std::uint64_t commands() const noexcept { return word_.load(std::memory_order_seq_cst) >> kByteBits; }
  std::uint64_t bytes() const noexcept { return word_.load(std::memory_order_relaxed) & kByteMask; }
  std::uint64_t max_commands() const noexcept { return max_commands_; }
  std::uint64_t max_bytes() const noexcept { return max_bytes_; }

 private:
  static constexpr unsigned kByteBits = 40;  // 1 TiB of arguments, 16.7 million commands
  static constexpr std::uint64_t kByteMask = (std::uint64_t{1} << kByteBits) - 1;
  static constexpr std::uint64_t kOneCommand = std::uint64_t{1} << kByteBits;
  static constexpr std::uint64_t kMaxCount = (std::uint64_t{1} << (64 - kByteBits)) - 1;

  const std::uint64_t max_commands_;
  const std::uint64_t max_bytes_;
  // seq_cst: with Room::waiters_ it makes sure that a pusher which finds no room and the consumer which makes room
  // cannot both miss the other (room.h).
  alignas(64) std::atomic<std::uint64_t> word_{0};
};

}  // namespace vhpy::queue::detail
