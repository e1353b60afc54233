// A blocking call on an idle consumer, through the lane and through everything else in round_trip_peers.h: time per call.
#include <benchmark/benchmark.h>

#include "tests/bench/round_trip_peers.h"

namespace vhpy::queue::bench {
namespace {

constexpr int kWarmUp = 100;
constexpr int kCalls = 300;  // few, and often: where the scheduler puts two threads matters more than what they do
constexpr int kChunks = 41;

template <class Peer>
void add(const char* name, Peer& peer) {
  const auto round_trip = [&peer](benchmark::State& state) {
    for (int i = 0; i < kWarmUp; ++i) {
      if (peer.call(i) != i + 1) std::abort();
    }
    int argument = 0;
    for (auto _ : state) benchmark::DoNotOptimize(peer.call(++argument));
  };
  benchmark::RegisterBenchmark(name, round_trip)
      ->UseRealTime()
      ->Iterations(kCalls)
      ->Repetitions(kChunks)
      ->Unit(benchmark::kMicrosecond);
}

}  // namespace
}  // namespace vhpy::queue::bench

// The peers live as long as the program, asleep while it is another one's turn.
int main(int argc, char** argv) {
  using namespace vhpy::queue::bench;
  LaneServer lane;
  RawPingPong raw;
  LockedQueueServer locked_queue;
  UvServer libuv;
  AsioServer asio;
  add("lane", lane);
  add("raw", raw);
  add("locked_queue", locked_queue);
  add("libuv", libuv);
  add("asio", asio);
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
}
