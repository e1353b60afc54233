// Commands per second that nobody waits for, with 1, 2 and 4 producers, against two baselines measured in turn with it:
// moodycamel::ConcurrentQueue with tokens, and asio::post to an io_context. Each carries the same small function object
// (four words of arguments) and runs it once on one consumer thread, which sleeps or yields as its own kind does.
//
// Counters: *_ns, median nanoseconds per command from the first push to the last run; vs_raw and vs_asio, the medians
// of baseline time / lane time of the same round (above 1: the lane is faster).
#include <benchmark/benchmark.h>
#include <concurrentqueue/concurrentqueue.h>
#include <poll.h>

#include <algorithm>
#include <array>
#include <asio.hpp>
#include <asio/impl/src.hpp>
#include <atomic>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "queue/lane.h"

namespace vhpy::queue {
namespace {

constexpr std::int64_t kCommands = 400'000;
constexpr std::chrono::seconds kPatience{60};

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

// What a command carries and does.
struct Work {
  std::uint64_t* sum;
  std::uint64_t a, b, c;
  void operator()() const { *sum += a ^ b ^ c; }
};

Work work(std::uint64_t& sum, std::int64_t i) {
  const auto n = static_cast<std::uint64_t>(i);
  return {&sum, n, n >> 3, n << 5};
}

// Runs `produce(first, last)` on each of `producers` threads and `consume()` on this one; seconds until both are through.
template <class Produce, class Consume>
double timed(int producers, Produce produce, Consume consume) {
  const std::int64_t each = kCommands / producers;
  std::atomic<int> ready{0};
  std::atomic<bool> go{false};
  std::vector<std::thread> threads;
  for (int p = 0; p < producers; ++p) {
    threads.emplace_back([&, p] {
      ++ready;
      while (!go) std::this_thread::yield();
      produce(p * each, (p + 1) * each);
    });
  }
  while (ready != producers) std::this_thread::yield();
  const TimePoint begun = Clock::now();
  go = true;
  consume();
  const double seconds = std::chrono::duration<double>(Clock::now() - begun).count();
  for (auto& thread : threads) thread.join();
  return seconds;
}

double lane_seconds(int producers) {
  Lane lane;
  lane.bind_consumer();
  std::uint64_t sum = 0;
  std::int64_t ran = 0;
  return timed(
      producers,
      [&](std::int64_t first, std::int64_t last) {
        const TimePoint deadline = Clock::now() + kPatience;
        for (std::int64_t i = first; i < last; ++i) {
          if (lane.push(lane.make("work", 0, deadline, 0, work(sum, i)), WhenFull::kWaitUntilDeadline) !=
              Admission::kAccepted) {
            std::abort();
          }
        }
      },
      [&] {
        while (ran < kCommands) {
          pollfd readable{lane.wake_fd(), POLLIN, 0};
          ::poll(&readable, 1, -1);
          ran += static_cast<std::int64_t>(lane.drain(Budget{}).ran);
        }
      });
}

double raw_seconds(int producers) {
  moodycamel::ConcurrentQueue<Work> queue;
  std::uint64_t sum = 0;
  std::int64_t ran = 0;
  return timed(
      producers,
      [&](std::int64_t first, std::int64_t last) {
        const moodycamel::ProducerToken token(queue);
        for (std::int64_t i = first; i < last; ++i) {
          if (!queue.enqueue(token, work(sum, i))) std::abort();
        }
      },
      [&] {
        moodycamel::ConsumerToken token(queue);
        std::array<Work, 16> batch;
        while (ran < kCommands) {
          const std::size_t got = queue.try_dequeue_bulk(token, batch.begin(), batch.size());
          for (std::size_t i = 0; i < got; ++i) batch[i]();
          ran += static_cast<std::int64_t>(got);
          if (got == 0) std::this_thread::yield();
        }
      });
}

double asio_seconds(int producers) {
  asio::io_context loop(1);
  const auto guard = asio::make_work_guard(loop);
  std::uint64_t sum = 0;
  std::int64_t ran = 0;
  return timed(
      producers,
      [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
          asio::post(loop, [item = work(sum, i), &ran, &loop] {
            item();
            if (++ran == kCommands) loop.stop();
          });
        }
      },
      [&] { loop.run(); });
}

void throughput(benchmark::State& state) {
  const int producers = static_cast<int>(state.range(0));
  std::vector<double> lane_ns, raw_ns, asio_ns, vs_raw, vs_asio;
  constexpr double kToNs = 1e9 / static_cast<double>(kCommands);
  for (auto _ : state) {
    const double raw = raw_seconds(producers);
    const double lane = lane_seconds(producers);
    const double posted = asio_seconds(producers);
    raw_ns.push_back(raw * kToNs);
    lane_ns.push_back(lane * kToNs);
    asio_ns.push_back(posted * kToNs);
    vs_raw.push_back(raw / lane);
    vs_asio.push_back(posted / lane);
    state.SetIterationTime(lane);
  }
  state.counters["raw_ns"] = median(raw_ns);
  state.counters["lane_ns"] = median(lane_ns);
  state.counters["asio_ns"] = median(asio_ns);
  state.counters["vs_raw"] = median(vs_raw);
  state.counters["vs_asio"] = median(vs_asio);
}
BENCHMARK(throughput)->Arg(1)->Arg(2)->Arg(4)->UseManualTime()->Iterations(15)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace vhpy::queue

BENCHMARK_MAIN();
