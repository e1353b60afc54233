// How often the loop turns: counted per turn, measured once per tick. Pure; the caller brings the time. Thread: hub.
#pragma once

#include <chrono>
#include <cstdint>

namespace vhpy::embedded {

class LoopRate {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void begin(TimePoint now) {
    since_ = now;
    turns_ = 0;
  }
  void turn() { ++turns_; }
  // From now on per_second() is what was counted since the last call.
  void measure(TimePoint now) {
    const double seconds = std::chrono::duration<double>(now - since_).count();
    if (seconds <= 0) return;
    per_second_ = static_cast<double>(turns_) / seconds;
    begin(now);
  }
  double per_second() const { return per_second_; }  // 0 before the first tick

 private:
  TimePoint since_{};
  std::uint64_t turns_ = 0;
  double per_second_ = 0;
};

}  // namespace vhpy::embedded
