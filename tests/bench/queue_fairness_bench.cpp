// What a blocking call takes while another thread pushes as fast as the lane lets it, and what it takes on an idle lane.
// Counters: p50_us and p99_us of kCalls calls.
#include <benchmark/benchmark.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

#include "queue/lane.h"

namespace vhpy::queue {
namespace {

constexpr int kCalls = 2'000;
constexpr std::chrono::seconds kPatience{60};

TimePoint patience() { return Clock::now() + kPatience; }

// The times of kCalls calls, sorted, in microseconds.
std::vector<double> times(Lane& lane) {
  std::vector<double> us;
  for (int i = 0; i < kCalls; ++i) {
    const TimePoint begun = Clock::now();
    auto command = lane.make("light", 0, patience(), 0, [i] { return i; });
    if (lane.push(command, WhenFull::kWaitUntilDeadline) != Admission::kAccepted) std::abort();
    if (command->wait(patience()) != State::kDone) std::abort();
    us.push_back(std::chrono::duration<double, std::micro>(Clock::now() - begun).count());
  }
  std::sort(us.begin(), us.end());
  return us;
}

void light_calls(benchmark::State& state) {
  Lane lane;
  std::atomic<bool> stop{false};
  std::atomic<bool> flooding{state.range(0) != 0};
  std::thread consumer([&] {
    lane.bind_consumer();
    while (!stop) {
      pollfd readable{lane.wake_fd(), POLLIN, 0};
      ::poll(&readable, 1, -1);
      lane.drain(Budget{});
    }
  });
  std::thread flood([&] {
    while (flooding) lane.push(lane.make("flood", 0, patience(), 0, [] {}), WhenFull::kWaitUntilDeadline);
  });
  for (auto _ : state) {
    const std::vector<double> us = times(lane);
    state.counters["p50_us"] = us[kCalls / 2];
    state.counters["p99_us"] = us[kCalls * 99 / 100];
  }
  flooding = false;
  flood.join();
  stop = true;
  lane.push(lane.make("stop", 0, patience(), 0, [] {}), WhenFull::kRefuse);
  consumer.join();
}

BENCHMARK(light_calls)->Name("floods")->Arg(0)->Arg(1)->Iterations(1);

}  // namespace
}  // namespace vhpy::queue

BENCHMARK_MAIN();
