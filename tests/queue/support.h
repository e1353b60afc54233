// What the lane's tests share: a consumer thread that sleeps only on the wake-up descriptor, and short words for making
// commands. Every wait ends at kPatience, which is a failed test and not a timing assumption.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <string>
#include <thread>
#include <utility>

#include "queue/lane.h"

namespace vhpy::queue::testing {

inline constexpr std::chrono::seconds kPatience{60};

inline TimePoint patience() { return Clock::now() + kPatience; }

// Waits for a condition that another thread makes true.
template <class Condition>
::testing::AssertionResult eventually(Condition condition) {
  const TimePoint until = patience();
  while (!condition()) {
    if (Clock::now() > until) return ::testing::AssertionFailure() << "did not happen in time";
    std::this_thread::yield();
  }
  return ::testing::AssertionSuccess();
}

template <class Fn>
auto make(Lane& lane, Fn fn, OwnerId owner = 0) {
  return lane.make("test", owner, patience(), 0, std::move(fn));
}

template <class Fn>
Admission post(Lane& lane, Fn fn, OwnerId owner = 0) {
  return lane.post("test", owner, patience(), 0, std::move(fn), WhenFull::kRefuse);
}

// Drains until nothing is left; for tests in which the test's own thread is the consumer.
inline void drain_all(Lane& lane) {
  while (lane.drain(Budget{}).more) {
  }
}

// A consumer as an event loop is one: asleep in poll() without a timer, on the lane's descriptor (and one to end it).
class ConsumerThread {
 public:
  explicit ConsumerThread(Lane& lane, Budget budget = {})
      : lane_(lane), budget_(budget), end_fd_(::eventfd(0, EFD_CLOEXEC)), thread_([this] { loop(); }) {
    EXPECT_TRUE(eventually([this] { return bound_.load(); }));
  }
  ~ConsumerThread() { join(); }

  // Runs `action` on the consumer thread between two drains, then ends the loop.
  void end(std::function<void()> action = {}) {
    at_end_ = std::move(action);
    join();
  }

 private:
  void join() {
    if (!thread_.joinable()) return;
    ending_ = true;
    ::eventfd_write(end_fd_, 1);
    thread_.join();
    ::close(end_fd_);
  }
  void loop() {
    lane_.bind_consumer();
    bound_ = true;
    for (;;) {
      pollfd fds[2] = {{lane_.wake_fd(), POLLIN, 0}, {end_fd_, POLLIN, 0}};
      ::poll(fds, 2, -1);
      if (fds[0].revents != 0) lane_.drain(budget_);
      if (ending_) break;
    }
    if (at_end_) at_end_();
  }

  Lane& lane_;
  const Budget budget_;
  const int end_fd_;
  std::atomic<bool> bound_{false};
  std::atomic<bool> ending_{false};  // after at_end_ is written, before end_fd_ is
  std::function<void()> at_end_;
  std::thread thread_;
};

}  // namespace vhpy::queue::testing
