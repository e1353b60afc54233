#include "pymodule/refusal_log.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <utility>

namespace vhpy::py {
namespace {

using Clock = std::chrono::steady_clock;

// A script that is wrong in a loop must not fill the log: one warning of a kind in this time, with how many went unsaid.
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
  std::mutex mutex_;  // held for a look-up; the hub thread takes it for posted calls only
  std::map<std::string, Said> kinds_;
};

void warn(const std::string& kind, const std::string& text) {
  static Limiter& limiter = *new Limiter;  // threads may be here when the process ends
  const auto unsaid = limiter.may_say(kind);
  if (!unsaid) return;
  spdlog::warn("{}{}", text, *unsaid == 0 ? "" : fmt::format(" ({} more since the last time)", *unsaid));
}

void tell(const std::string& who, const char* form, const char* function, const Error& error) {
  const std::string call = fmt::format("{}: vh.{}{}()", who, form, function);
  const std::string text = fmt::format("{} refused: {}: {}", call, to_string(error.code), error.detail);
  if (error.code == Refusal::kBadArgument) {
    warn(call, text);
  } else {
    spdlog::debug("{}", text);
  }
}

}  // namespace

void log_refusal(const std::string& script, const char* function, const Error& error) {
  if (error.code != Refusal::kBadArgument && !spdlog::should_log(spdlog::level::debug)) return;
  tell(script, "", function, error);
}

void log_refused_post(ScriptId script, const char* function, const Error& error) {
  if (error.code != Refusal::kBadArgument && !spdlog::should_log(spdlog::level::debug)) return;
  tell(fmt::format("script id {}", script), "post.", function, error);
}

void log_failed_post(ScriptId script, const char* function, const char* what) {
  const std::string call = fmt::format("script id {}: vh.post.{}()", script, function);
  warn(call, fmt::format("{} failed in the hub: {}", call, what));
}

}  // namespace vhpy::py
