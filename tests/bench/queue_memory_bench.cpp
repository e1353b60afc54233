// How much memory a command takes while it is queued: 10,000 of one new thread, counted by the allocator. Counter: bytes,
// for one of them.
#include <benchmark/benchmark.h>
#include <concurrentqueue/concurrentqueue.h>
#include <malloc.h>

#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <cstdlib>
#include <thread>

#include "queue/lane.h"

namespace vhpy::queue {
namespace {

constexpr int kQueued = 10'000;

using Work = std::array<std::uint64_t, 4>;  // what each carries

std::size_t allocated() {
  const struct mallinfo2 info = ::mallinfo2();
  return info.uordblks + info.hblkhd;
}

// Calls `queue_one` kQueued times on a new thread; bytes per call.
template <class QueueOne>
double bytes_each(QueueOne queue_one) {
  double bytes = 0;
  std::thread([&] {
    queue_one();  // what the thread itself needs
    const std::size_t before = allocated();
    for (int i = 0; i < kQueued; ++i) queue_one();
    bytes = static_cast<double>(allocated() - before) / kQueued;
  }).join();
  return bytes;
}

double lane_bytes() {
  Lane lane;
  return bytes_each([&] {
    auto command = lane.make("work", 0, TimePoint::max(), 0, [work = Work{1, 2, 3, 4}] { benchmark::DoNotOptimize(work); });
    if (lane.push(std::move(command), WhenFull::kRefuse) != Admission::kAccepted) std::abort();
  });
}

double raw_bytes() {
  moodycamel::ConcurrentQueue<Work> queue;
  return bytes_each([&] {
    if (!queue.enqueue(Work{1, 2, 3, 4})) std::abort();
  });
}

double asio_bytes() {
  boost::asio::io_context loop(1);
  return bytes_each([&] { boost::asio::post(loop, [work = Work{1, 2, 3, 4}] { benchmark::DoNotOptimize(work); }); });
}

template <double (*bytes)()>
void memory(benchmark::State& state) {
  for (auto _ : state) state.counters["bytes"] = bytes();
}

BENCHMARK(memory<lane_bytes>)->Name("lane")->Iterations(1);
BENCHMARK(memory<raw_bytes>)->Name("raw")->Iterations(1);
BENCHMARK(memory<asio_bytes>)->Name("asio")->Iterations(1);

}  // namespace
}  // namespace vhpy::queue

BENCHMARK_MAIN();
