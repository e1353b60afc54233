// For the sources of FakeHub alone.
#pragma once

#include <mutex>
#include <string>

#include "tests/pymodule/fake_hub.h"

namespace vhpy::tests {

inline constexpr std::int64_t kStartTime = 1'700'000'000;
inline constexpr const char* kBotNick = "Security";
inline constexpr const char* kTotalShare = "9223372036854775808";

inline std::string shown(const Hub::OptionalText& text) { return text.value_or("-"); }

inline Outcome no_such_user(const std::string& nick) { return refuse(Refusal::kNoSuchUser, nick + " is not online"); }

// Held by each operation.
class FakeHub::Turn {
 public:
  explicit Turn(FakeHub& hub) : lock_(hub.mutex_, std::defer_lock) {
    hub.operation_gate_.pass();
    lock_.lock();
    ++hub.operations_;
  }

 private:
  std::unique_lock<std::mutex> lock_;
};

}  // namespace vhpy::tests
