// Commands per second that nobody waits for, with 1 to 16 producers: through the lane; through moodycamel::ConcurrentQueue with
// tokens and nothing else, once of the very type (raw) and once of std::function, which like a command may be anything that can
// be called (raw_any); and by boost::asio::post(). Each carries the same small function object (four words of arguments) and
// runs it once on one consumer thread, which sleeps or yields as its own kind does.
#include <benchmark/benchmark.h>
#include <concurrentqueue/concurrentqueue.h>
#include <poll.h>

#include <array>
#include <atomic>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <functional>
#include <thread>
#include <vector>

#include "queue/lane.h"

namespace vhpy::queue {
namespace {

constexpr std::int64_t kCommands = 400'000;
constexpr std::chrono::seconds kPatience{60};

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
          if (lane.post("work", 0, deadline, 0, work(sum, i), WhenFull::kWaitUntilDeadline) != Admission::kAccepted) {
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

template <class Element>
double raw_seconds(int producers) {
  moodycamel::ConcurrentQueue<Element> queue;
  std::uint64_t sum = 0;
  std::int64_t ran = 0;
  return timed(
      producers,
      [&](std::int64_t first, std::int64_t last) {
        const moodycamel::ProducerToken token(queue);
        for (std::int64_t i = first; i < last; ++i) {
          if (!queue.enqueue(token, Element(work(sum, i)))) std::abort();
        }
      },
      [&] {
        moodycamel::ConsumerToken token(queue);
        std::array<Element, 16> batch;
        while (ran < kCommands) {
          const std::size_t got = queue.try_dequeue_bulk(token, batch.begin(), batch.size());
          for (std::size_t i = 0; i < got; ++i) batch[i]();
          ran += static_cast<std::int64_t>(got);
          if (got == 0) std::this_thread::yield();
        }
      });
}

double asio_seconds(int producers) {
  boost::asio::io_context loop(1);
  const auto guard = boost::asio::make_work_guard(loop);
  std::uint64_t sum = 0;
  std::int64_t ran = 0;
  return timed(
      producers,
      [&](std::int64_t first, std::int64_t last) {
        for (std::int64_t i = first; i < last; ++i) {
          boost::asio::post(loop, [item = work(sum, i), &ran, &loop] {
            item();
            if (++ran == kCommands) loop.stop();
          });
        }
      },
      [&] { loop.run(); });
}

template <double (*seconds)(int)>
void throughput(benchmark::State& state) {
  for (auto _ : state) state.SetIterationTime(seconds(static_cast<int>(state.range(0))));
  state.SetItemsProcessed(kCommands);
}

#define THROUGHPUT(name, seconds) \
  BENCHMARK(throughput<seconds>)->Name(name)->RangeMultiplier(2)->Range(1, 16)->UseManualTime()->Iterations(1)
THROUGHPUT("lane", lane_seconds);
THROUGHPUT("raw", raw_seconds<Work>);
THROUGHPUT("raw_any", raw_seconds<std::function<void()>>);
THROUGHPUT("asio", asio_seconds);

}  // namespace
}  // namespace vhpy::queue

BENCHMARK_MAIN();
