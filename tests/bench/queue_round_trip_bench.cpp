// A blocking call on an idle consumer against the least that two threads need for it with the same system calls: a raw
// ping-pong in which the caller writes an eventfd and sleeps on a futex, and the other sleeps in poll() on the eventfd,
// reads it and wakes the futex. Both are measured in turn, in short chunks, so that a busy machine slows both alike.
//
// Counters: raw_us and lane_us, medians of the chunks; ratio, the median of lane / raw per pair of chunks.
#include <benchmark/benchmark.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "queue/detail/futex.h"
#include "queue/lane.h"

namespace vhpy::queue {
namespace {

constexpr int kCallsPerChunk = 200;
constexpr std::chrono::seconds kPatience{30};

double seconds_since(TimePoint begun) { return std::chrono::duration<double>(Clock::now() - begun).count(); }

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// The least: one word, one eventfd.
class RawPingPong {
 public:
  RawPingPong() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)), thread_([this] { serve(); }) {}
  ~RawPingPong() {
    stop_ = true;
    ::eventfd_write(fd_, 1);
    thread_.join();
    ::close(fd_);
  }
  void call() {
    answered_.store(0, std::memory_order_relaxed);
    ::eventfd_write(fd_, 1);
    while (answered_.load(std::memory_order_acquire) == 0) {
      if (!detail::futex_wait(answered_, 0, Clock::now() + kPatience)) std::abort();
    }
  }

 private:
  void serve() {
    while (!stop_) {
      pollfd readable{fd_, POLLIN, 0};
      ::poll(&readable, 1, -1);
      eventfd_t ignored = 0;
      ::eventfd_read(fd_, &ignored);
      answered_.store(1, std::memory_order_release);
      detail::futex_wake(answered_, 1);
    }
  }
  const int fd_;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint32_t> answered_{0};
  std::thread thread_;
};

class LaneServer {
 public:
  LaneServer() : thread_([this] { serve(); }) {}
  ~LaneServer() {
    stop_ = true;
    // Only to wake it: the server may have seen stop_ already, and then nobody answers.
    lane_.push(lane_.make("stop", 0, Clock::now() + kPatience, 0, [] {}), WhenFull::kRefuse);
    thread_.join();
  }
  int call(int argument) {
    auto command = lane_.make("call", 0, Clock::now() + kPatience, 0, [argument] { return argument + 1; });
    if (lane_.push(command, WhenFull::kWaitUntilDeadline) != Admission::kAccepted) std::abort();
    if (command->wait(command->deadline()) != State::kDone) std::abort();
    return command->value();
  }

 private:
  void serve() {
    lane_.bind_consumer();
    while (!stop_) {
      pollfd readable{lane_.wake_fd(), POLLIN, 0};
      ::poll(&readable, 1, -1);
      lane_.drain(Budget{});
    }
  }
  Lane lane_;
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

void round_trip(benchmark::State& state) {
  RawPingPong raw;
  LaneServer lane;
  std::vector<double> raw_us;
  std::vector<double> lane_us;
  std::vector<double> ratios;
  for (auto _ : state) {
    TimePoint begun = Clock::now();
    for (int i = 0; i < kCallsPerChunk; ++i) raw.call();
    const double raw_time = seconds_since(begun);
    begun = Clock::now();
    for (int i = 0; i < kCallsPerChunk; ++i) benchmark::DoNotOptimize(lane.call(i));
    const double lane_time = seconds_since(begun);
    raw_us.push_back(raw_time / kCallsPerChunk * 1e6);
    lane_us.push_back(lane_time / kCallsPerChunk * 1e6);
    ratios.push_back(lane_time / raw_time);
    state.SetIterationTime(lane_time);
  }
  state.counters["raw_us"] = median(raw_us);
  state.counters["lane_us"] = median(lane_us);
  state.counters["ratio"] = median(ratios);
}
BENCHMARK(round_trip)->UseManualTime()->Iterations(300)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vhpy::queue

BENCHMARK_MAIN();
