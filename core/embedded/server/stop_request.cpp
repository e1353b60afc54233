#include "core/embedded/server/stop_request.h"

#include <fmt/format.h>

#include "core/embedded/server/limits.h"

namespace vhpy::embedded {

namespace {
constexpr std::int64_t kMaxExitCode = 255;  // what the system keeps of it
constexpr std::int64_t kCancel = -1;
}  // namespace

Outcome StopRequest::ask(std::int64_t code, std::int64_t delay, TimePoint now) {
  if (stopping_) return refuse(Refusal::kUnavailable, "the hub is stopping already");
  if (delay == kCancel) {
    if (!at_) return refuse(Refusal::kNotFound, "no stop was asked for");
    at_.reset();
    return Done{};
  }
  if (code < 0 || code > kMaxExitCode) {
    return refuse(Refusal::kBadArgument, fmt::format("exit code {}, expected 0 to {}", code, kMaxExitCode));
  }
  if (delay < 0 || delay > limits::kMaxStopDelay.count()) {
    return refuse(Refusal::kBadArgument,
                  fmt::format("a delay of {} s, expected 0 to {}, or -1", delay, limits::kMaxStopDelay.count()));
  }
  at_ = now + std::chrono::seconds(delay);
  code_ = static_cast<int>(code);
  return Done{};
}

bool StopRequest::due(TimePoint now) {
  if (!at_ || now < *at_) return false;
  at_.reset();
  exit_code_ = code_;
  stopping_ = true;
  return true;
}

}  // namespace vhpy::embedded
