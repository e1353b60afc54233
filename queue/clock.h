// The one clock of the lane. Monotonic, so that a deadline does not move when somebody sets the date.
#pragma once

#include <chrono>

namespace vhpy::queue {

using Clock = std::chrono::steady_clock;
using TimePoint = Clock::time_point;
using Duration = Clock::duration;

}  // namespace vhpy::queue
