// A place where a test can stop the hub thread, be sure that it stands there, and let it go on.
//
// Thread: hold(), release() and wait_held() are the test's; pass() the hub thread's. Every wait has a
// deadline: a test that forgets to release fails, it does not hang.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace vhpy::tests {

class Gate {
 public:
  static constexpr std::chrono::seconds kLongestHold{60};

  void hold() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
  }

  void release() {
    const std::lock_guard lock(mutex_);
    closed_ = false;
    changed_.notify_all();
  }

  // Whether somebody stands at the closed gate within `longest`.
  bool wait_held(std::chrono::milliseconds longest) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, deadline(longest), [this] { return held_; });
  }

  void pass() {
    std::unique_lock lock(mutex_);
    if (!closed_) return;
    held_ = true;
    changed_.notify_all();
    changed_.wait_until(lock, deadline(kLongestHold), [this] { return !closed_; });
    held_ = false;
  }

 private:
  // The system clock, whose waits ThreadSanitizer understands with this compiler.
  static std::chrono::system_clock::time_point deadline(std::chrono::milliseconds longest) {
    return std::chrono::system_clock::now() + longest;
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  bool closed_ = false;
  bool held_ = false;
};

}  // namespace vhpy::tests
