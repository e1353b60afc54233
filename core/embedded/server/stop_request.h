// A script's wish that the hub stops: when, and with which exit code. HubServer looks at it after each turn.
//
// Owner: Context. Thread: hub.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "core/result.h"

namespace vhpy::embedded {

class StopRequest {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  // delay: seconds; -1 cancels. A later request replaces an earlier one. kBadArgument, kNotFound (nothing to cancel),
  // kUnavailable (the hub is stopping already).
  Outcome ask(std::int64_t code, std::int64_t delay, TimePoint now);

  bool asked() const { return at_.has_value(); }
  // True once, when the time has come.
  bool due(TimePoint now);
  // Of the program: 0 unless a request came due.
  int exit_code() const { return exit_code_; }

 private:
  std::optional<TimePoint> at_;
  int code_ = 0;  // of what is asked for at at_
  int exit_code_ = 0;
  bool stopping_ = false;
};

}  // namespace vhpy::embedded
