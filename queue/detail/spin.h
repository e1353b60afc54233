// Looks again for a few microseconds before a thread sleeps: a consumer that was asleep answers in about five, and a thread that
// still runs then needs neither be woken by it nor be scheduled.
#pragma once

#include <cstdint>

#include "queue/clock.h"

namespace vhpy::queue::detail {

// How long, and whether at all: each thread learns from what became of its last attempts. Thread: each has its own.
class SpinLuck {
 public:
  static constexpr std::chrono::microseconds kLimit{12};
  static constexpr unsigned kMostSkipped = 64;

  // Whether to try this time. Without a second processor nobody could answer meanwhile.
  bool tries() noexcept;
  void met() noexcept { skip_ = 0; }
  void missed() noexcept;

 private:
  std::uint32_t skip_ = 0;  // attempts left out after the last miss: 1, 2, 4, ...
  std::uint32_t left_ = 0;
};
SpinLuck& spin_luck() noexcept;  // the calling thread's

inline void relax() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm("yield");
#endif
}

// While `waiting()` holds, up to kLimit, and not at all if `deadline` comes before. Blocks: that long, awake.
template <class Waiting>
void spin_while(Waiting waiting, TimePoint deadline) noexcept {
  if (!waiting() || !spin_luck().tries()) return;
  const TimePoint until = Clock::now() + SpinLuck::kLimit;
  if (deadline < until) return;
  do {
    for (int i = 0; i < 8; ++i) {
      relax();
      if (!waiting()) return spin_luck().met();
    }
  } while (Clock::now() < until);
  spin_luck().missed();
}

}  // namespace vhpy::queue::detail
