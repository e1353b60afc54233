// Counts events in a sliding window: "at most so many in so many seconds". Pure; the caller brings the time.
//
// Two counters stand for the window: of the last period, weighted by how much of it the window still covers, and of the
// present one. A burst after silence is counted exactly; a steady stream within one period's rounding. 16 bytes.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <limits>

namespace vhpy::embedded {

struct FloodLimit {
  std::int64_t count = 0;                // 0: no limit
  std::chrono::milliseconds period{0};
};

class FloodMeter {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // Counts one event. Returns how far the window is over the limit now: 0 = within it, 1 = the first one over.
  std::int64_t hit(const FloodLimit& limit, TimePoint now) {
    if (limit.count <= 0 || limit.period.count() <= 0) return 0;
    advance(limit, now);
    if (present_ < std::numeric_limits<std::uint16_t>::max()) ++present_;
    return std::max<std::int64_t>(0, in_window(limit, now) - limit.count);
  }

 private:
  void advance(const FloodLimit& limit, TimePoint now) {
    const auto passed = now - start_;
    if (passed < limit.period) return;
    const bool next = passed < 2 * limit.period;
    before_ = next ? present_ : std::uint16_t{0};
    start_ = next ? start_ + limit.period : now;  // after silence a window begins with its first event
    present_ = 0;
  }

  std::int64_t in_window(const FloodLimit& limit, TimePoint now) const {
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(now - start_);
    const std::int64_t left = limit.period.count() - passed.count();
    return present_ + before_ * left / limit.period.count();
  }

  TimePoint start_{};           // of the present period
  std::uint16_t before_ = 0;    // events in the period before
  std::uint16_t present_ = 0;
};

}  // namespace vhpy::embedded
