// What a lane tells about itself. A copy of counters: figures of one view may be a few commands apart from each other
// while the lane is busy, and agree when it is at rest.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "queue/clock.h"

namespace vhpy::queue {

// Durations by powers of two: bucket i counts those from 2^(i-1) up to 2^i - 1 ns; bucket 0 is zero, the last is open.
struct HistogramView {
  static constexpr std::size_t kBuckets = 40;  // the last begins at 2^38 ns, about 275 s
  std::array<std::uint64_t, kBuckets> counts{};

  static std::size_t bucket_of(Duration duration) noexcept;
  std::uint64_t samples() const noexcept;
  // The upper edge of the bucket that holds the given part (0 to 1) of all samples; zero without samples.
  std::chrono::nanoseconds quantile(double part) const noexcept;
};

struct StatsView {
  // Now.
  std::uint64_t depth = 0;      // commands queued
  std::uint64_t control_depth = 0;  // of these, with Priority::kControl
  std::uint64_t bytes = 0;      // what they count for against Limits::max_bytes
  std::uint64_t producers = 0;  // threads registered; one that uses both priorities counts twice
  Duration oldest_age{};        // upper bound of the time the oldest queued command has waited; zero if none is queued

  // Since the lane was made. pushed = ran + expired + cancelled + abandoned + depth.
  std::uint64_t pushed = 0;
  std::uint64_t ran = 0;        // reached kDone or kFailed
  std::uint64_t failed = 0;     // of these, kFailed
  // Commands that never ran, counted when the consumer meets them (a caller may have withdrawn one earlier).
  std::uint64_t expired = 0;
  std::uint64_t cancelled = 0;
  std::uint64_t abandoned = 0;
  // Pushes that were not accepted.
  std::uint64_t refused_full = 0;
  std::uint64_t refused_share = 0;    // of these, because of what the thread itself had queued
  std::uint64_t refused_closed = 0;
  std::uint64_t refused_producers = 0;
  std::uint64_t waited_for_room = 0;  // pushes that had to wait, whatever became of them
  // The consumer.
  std::uint64_t wakeups = 0;      // writes to the wake-up descriptor
  std::uint64_t drains = 0;       // calls of drain(), re-entrant ones not counted
  std::uint64_t budget_cuts = 0;  // drains that a budget ended

  // Sampled. Waits and totals: one push in 64 of each thread. Runs: these, the first of each drain, one in 64, and each that
  // takes longer than a tick of the coarse clock (1 to 4 ms).
  HistogramView wait;   // from push to start
  HistogramView run;    // of the command itself
  HistogramView total;  // from push to end
  const char* slowest_label = "";  // of the longest run seen
  Duration slowest_run{};
};

}  // namespace vhpy::queue
