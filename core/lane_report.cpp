#include "core/lane_report.h"

#include <fmt/format.h>

#include <chrono>
#include <string>
#include <vector>

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

constexpr std::size_t kListed = 5;

// "GetUserClass 12 (3.4 ms)", the first few that have been called at all.
template <class Each, class Name>
std::string most(const std::vector<Each>& users, Name name) {
  std::string text;
  std::size_t listed = 0;
  for (const Each& each : users) {
    if (each.usage.calls == 0 || listed == kListed) continue;
    ++listed;
    text += fmt::format("{}{} {} ({})", text.empty() ? "" : ", ", name(each), each.usage.calls, as_text(each.usage.run_total));
  }
  return text.empty() ? "none yet" : text;
}

std::string as_text(const queue::UsageView& used) {
  return fmt::format(
      "\r\nMost time, with calls: functions {}; scripts {}.",
      most(used.functions, [](const queue::FunctionUsage& each) { return std::string(each.label); }),
      most(used.owners, [](const queue::OwnerUsage& each) {
        return each.name.empty() ? fmt::format("no. {}", each.owner) : fmt::format("{} (id {})", each.name, each.owner);
      }));
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
  text += fmt::format("\r\nWake-ups {}, drains {}, cut by the budget {}.", stats.wakeups, stats.drains, stats.budget_cuts);
  text += as_text(lane.usage());
  const queue::LoopView loop = lane.loop_time().view();
  text += fmt::format("\r\nThe hub thread's loop: busy {:.1f} % of {}, {} turns of work, {}, the longest {}.", loop.share() * 100,
                      as_text(loop.busy + loop.idle), loop.turns, as_text(loop.turn), as_text(loop.longest));
  return text;
}

}  // namespace vhpy
