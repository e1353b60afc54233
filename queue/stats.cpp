// Reading a histogram of durations.
#include "queue/stats.h"

#include <algorithm>
#include <bit>

namespace vhpy::queue {

std::size_t HistogramView::bucket_of(Duration duration) noexcept {
  const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count();
  const auto width = static_cast<std::size_t>(std::bit_width(static_cast<std::uint64_t>(std::max<decltype(ns)>(ns, 0))));
  return std::min(width, kBuckets - 1);
}

std::uint64_t HistogramView::samples() const noexcept {
  std::uint64_t sum = 0;
  for (const std::uint64_t count : counts) sum += count;
  return sum;
}

std::chrono::nanoseconds HistogramView::quantile(double part) const noexcept {
  const double wanted = part * static_cast<double>(samples());
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += counts[i];
    if (seen > 0 && static_cast<double>(seen) >= wanted) {
      return std::chrono::nanoseconds((std::int64_t{1} << i) - 1);
    }
  }
  return std::chrono::nanoseconds{0};
}

}  // namespace vhpy::queue
