// Fairness: 50 threads that call now and then, alone and beside one that posts a million commands as fast as the lane lets it.
// Counters, of the light ones: p50_us and p99_us from call to answer; wait_p99_us from push to start, which is the lane's part
// (the rest is when the scheduler lets a thread run: with two processors, the flooding thread and the consumer take both).
#include <benchmark/benchmark.h>
#include <poll.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <vector>

#include "queue/lane.h"

namespace vhpy::queue {
namespace {

constexpr int kLight = 50;
constexpr int kCalls = 40;  // of each light thread
constexpr int kFlood = 1'000'000;
constexpr int kPause = 4;  // ms between two calls of a light thread
constexpr std::chrono::seconds kPatience{60};

TimePoint patience() { return Clock::now() + kPatience; }

void pause(int ms) { ::poll(nullptr, 0, ms); }

double us(Duration time) { return std::chrono::duration<double, std::micro>(time).count(); }

struct Times {
  std::vector<double> calls;  // us
  std::vector<double> waits;

  void add(const Times& more) {
    calls.insert(calls.end(), more.calls.begin(), more.calls.end());
    waits.insert(waits.end(), more.waits.begin(), more.waits.end());
  }
};

double percentile(std::vector<double>& values, std::size_t percent) {
  std::sort(values.begin(), values.end());
  return values[(values.size() - 1) * percent / 100];
}

// One light thread: calls and pauses, beginning at a moment of its own.
Times call_now_and_then(Lane& lane, int number) {
  Times times;
  pause(number % kPause);
  for (int i = 0; i < kCalls; ++i) {
    const TimePoint begun = Clock::now();
    auto command = lane.make("light", 0, patience(), 0, [] { return Clock::now(); });
    if (lane.push(command, WhenFull::kWaitUntilDeadline) != Admission::kAccepted) std::abort();
    if (command->wait(patience()) != State::kDone) std::abort();
    times.calls.push_back(us(Clock::now() - begun));
    times.waits.push_back(us(command->value() - begun));
    pause(kPause);
  }
  return times;
}

void light_calls(benchmark::State& state) {
  Lane lane;
  std::atomic<bool> stop{false};
  std::thread consumer([&] {
    lane.bind_consumer();
    while (!stop) {
      pollfd readable{lane.wake_fd(), POLLIN, 0};
      ::poll(&readable, 1, -1);
      lane.drain(Budget{});
    }
  });
  std::atomic<bool> calling{true};
  std::thread flood([&] {
    // A million, and on as long as somebody calls.
    for (int i = 0; state.range(0) != 0 && (i < kFlood || calling); ++i) {
      static_cast<void>(lane.post("flood", 0, patience(), 0, [] {}, WhenFull::kWaitUntilDeadline));
    }
  });
  for (auto _ : state) {
    Times all;
    std::mutex mutex;
    std::vector<std::thread> light;
    for (int t = 0; t < kLight; ++t) {
      light.emplace_back([&, t] {
        const Times mine = call_now_and_then(lane, t);
        const std::lock_guard lock(mutex);
        all.add(mine);
      });
    }
    for (auto& thread : light) thread.join();
    state.counters["p50_us"] = percentile(all.calls, 50);
    state.counters["p99_us"] = percentile(all.calls, 99);
    state.counters["wait_p99_us"] = percentile(all.waits, 99);
  }
  calling = false;
  flood.join();
  stop = true;
  lane.push(lane.make("stop", 0, patience(), 0, [] {}), WhenFull::kRefuse);
  consumer.join();
}

BENCHMARK(light_calls)->Name("floods")->Arg(0)->Arg(1)->Iterations(1);

}  // namespace
}  // namespace vhpy::queue

BENCHMARK_MAIN();
