// See seldom.h.
#include "pymodule/seldom.h"

#include <chrono>
#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace vhpy::py {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kBetweenWarnings{10};
constexpr std::size_t kMaxKinds = 256;

class Limiter {
 public:
  // How many of this kind went unsaid since the last that was said; nothing: do not say this one. Thread: any.
  std::optional<std::uint64_t> may_say(const std::string& kind) {
    const Clock::time_point now = Clock::now();
    const std::lock_guard lock(mutex_);
    if (kinds_.size() >= kMaxKinds && !kinds_.contains(kind)) kinds_.clear();
    Said& said = kinds_[kind];
    if (said.at && now - *said.at < kBetweenWarnings) {
      ++said.unsaid;
      return std::nullopt;
    }
    said.at = now;
    return std::exchange(said.unsaid, 0);
  }

 private:
  struct Said {
    std::optional<Clock::time_point> at{};
    std::uint64_t unsaid = 0;
  };
  std::mutex mutex_;  // held for a look-up
  std::map<std::string, Said> kinds_;
};

}  // namespace

void warn_seldom(const std::string& kind, const std::string& text) {
  static Limiter& limiter = *new Limiter;  // threads may be here when the process ends
  const auto unsaid = limiter.may_say(kind);
  if (!unsaid) return;
  spdlog::warn("{}{}", text, *unsaid == 0 ? "" : fmt::format(" ({} more since the last time)", *unsaid));
}

}  // namespace vhpy::py
