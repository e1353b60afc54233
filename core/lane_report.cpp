#include "core/lane_report.h"

#include <fmt/format.h>

#include <chrono>

namespace vhpy {
namespace {

// "12 us", "3.4 ms", "2.0 s".
std::string as_text(std::chrono::nanoseconds time) {
  const double seconds = std::chrono::duration<double>(time).count();
  if (seconds < 1e-3) return fmt::format("{:.0f} us", seconds * 1e6);
  return seconds < 1 ? fmt::format("{:.1f} ms", seconds * 1e3) : fmt::format("{:.1f} s", seconds);
}

std::string as_text(const queue::HistogramView& times) {
  if (times.samples() == 0) return "none yet";
  return fmt::format("half below {}, 99 of 100 below {}", as_text(times.quantile(0.5)), as_text(times.quantile(0.99)));
}

}  // namespace

std::string lane_report(queue::Lane& lane) {
  const queue::StatsView stats = lane.stats();
  std::string text = fmt::format("The hub thread is {}.", lane.activity().describe(queue::Clock::now()));
  text += fmt::format("\r\nCalls queued: {} ({} bytes) of {} threads, the oldest for {}.", stats.depth, stats.bytes,
                      stats.producers, as_text(stats.oldest_age));
  text += fmt::format("\r\nCalls so far: {}; ran {} (failed {}), expired {}, cancelled {}, abandoned {}.", stats.pushed,
                      stats.ran, stats.failed, stats.expired, stats.cancelled, stats.abandoned);
  text += fmt::format("\r\nRefused: queue full {}, hub closing {}, too many threads {}; waited for room {}.",
                      stats.refused_full, stats.refused_closed, stats.refused_producers, stats.waited_for_room);
  text += fmt::format("\r\nTime until they ran: {}.\r\nTime they took: {}.", as_text(stats.wait), as_text(stats.run));
  if (stats.slowest_run.count() > 0) {
    text += fmt::format("\r\nThe slowest: {}, {}.", stats.slowest_label, as_text(stats.slowest_run));
  }
  text += fmt::format("\r\nWake-ups {}, turns {}, cut by the budget {}.", stats.wakeups, stats.drains, stats.budget_cuts);
  return text;
}

}  // namespace vhpy
