// The time as a drain needs it: cheap enough to ask before every command.
// Asks the coarse clock (a third of the price) and reads the precise one only when that has ticked, so that it is never
// late by more than one tick, 1 to 4 ms, however long a command took.
// Owner: a drain. Threads: the consumer.
#pragma once

#include <time.h>

#include <cstdint>

#include "queue/clock.h"

namespace vhpy::queue::detail {

class TickClock {
 public:
  TickClock() noexcept : tick_(coarse()), now_(Clock::now()) {}

  // As of the last update().
  TimePoint now() const noexcept { return now_; }
  // The coarse clock's reading as of the last update(), ns.
  std::int64_t tick() const noexcept { return tick_; }
  void update() noexcept {
    const std::int64_t tick = coarse();
    if (tick == tick_) return;
    tick_ = tick;
    now_ = Clock::now();
  }
  void update_precisely() noexcept {
    tick_ = coarse();
    now_ = Clock::now();
  }

 private:
  static std::int64_t coarse() noexcept {
    timespec time{};
    ::clock_gettime(CLOCK_MONOTONIC_COARSE, &time);
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }

  std::int64_t tick_;
  TimePoint now_;
};

}  // namespace vhpy::queue::detail
