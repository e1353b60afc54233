// The cases that break such queues, many times over: a wake-up that gets lost, an expiry that meets the start, threads that come
// and go, a lane that closes with everything in flight. In the suite they are short; VHPY_FULL=1 runs them at full length:
//
//   VHPY_FULL=1 build/release/tests/queue/queue_tests --gtest_filter='Nastiest*'
#include <atomic>
#include <cstdlib>
#include <fstream>
#include <memory>
#include <random>
#include <vector>

#include "queue/lane.h"
#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using testing::ConsumerThread;
using testing::eventually;
using testing::make;
using testing::patience;

int rounds(int in_the_suite, int in_full) { return std::getenv("VHPY_FULL") != nullptr ? in_full : in_the_suite; }

// The consumer sleeps on the descriptor and on nothing else, and may fall asleep between any two pushes: posts, calls, and both
// queues of the lane, from two threads, so that pushes also meet each other.
TEST(NastiestTest, NoWakeUpIsLost) {
  const int each = rounds(10'000, 5'000'000);
  Lane lane;
  ConsumerThread consumer(lane);
  const auto push_and_wait = [&](unsigned seed) {
    std::mt19937 random(seed);
    std::atomic<int> ran{0};
    for (int i = 0; i < each; ++i) {
      const auto what = random();
      const Priority priority = what % 8 == 0 ? Priority::kControl : Priority::kNormal;
      if (what % 2 == 0) {
        ASSERT_EQ(lane.post("post", 0, patience(), 0, [&ran] { ++ran; }, WhenFull::kRefuse, priority), Admission::kAccepted);
        ASSERT_TRUE(eventually([&] { return ran == i + 1; })) << "a wake-up got lost in round " << i;
      } else {
        auto command = make(lane, [&ran] { ++ran; });
        ASSERT_EQ(lane.push(command, WhenFull::kRefuse, priority), Admission::kAccepted);
        ASSERT_EQ(command->wait(patience()), State::kDone) << "a wake-up got lost in round " << i;
      }
      for (std::uint_fast32_t spin = random() % 64; spin > 0; --spin) static_cast<void>(lane.phase());
    }
  };
  std::thread other([&] { push_and_wait(1); });
  push_and_wait(2);
  other.join();
}

// Each command counts its own run. Its caller expires it, or cancels it, at the moment in which it starts, or never.
TEST(NastiestTest, ExpiryMeetsStart) {
  const int all = rounds(10'000, 1'000'000);
  Lane lane;
  ConsumerThread consumer(lane);
  std::mt19937 random(3);
  int never_ran = 0;
  int ran = 0;
  for (int i = 0; i < all; ++i) {
    auto effects = std::make_shared<std::atomic<int>>(0);
    const State as = random() % 2 == 0 ? State::kExpired : State::kCancelled;
    auto command = make(lane, [effects] { ++*effects; });
    ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    for (std::uint_fast32_t spin = random() % 600; spin > 0; --spin) static_cast<void>(command->state());
    if (command->withdraw(as)) {
      ASSERT_EQ(command->state(), as);
      ++never_ran;
      // Whatever the consumer does with it from now on must leave it alone; it has when it lets go of the payload's owner.
      ASSERT_EQ(*effects, 0);
    } else {
      ASSERT_EQ(command->wait(patience()), State::kDone);
      ASSERT_EQ(*effects, 1);
      ++ran;
    }
    ASSERT_EQ(effects.use_count(), 1);  // the payload is gone
  }
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == 0; }));
  consumer.end();
  const StatsView stats = lane.stats();
  EXPECT_EQ(stats.ran, static_cast<std::uint64_t>(ran));
  EXPECT_EQ(stats.expired + stats.cancelled, static_cast<std::uint64_t>(never_ran));
}

#if defined(VHPY_ADDRESS_SANITIZER) || defined(VHPY_THREAD_SANITIZER)
constexpr bool kMemoryIsTheLanes = false;  // the sanitizer keeps what is freed
#else
constexpr bool kMemoryIsTheLanes = true;
#endif

long resident_kib() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0, resident = 0;
  statm >> pages >> resident;
  return resident * (::sysconf(_SC_PAGESIZE) / 1'024);
}

// Threads that live for a few calls, beside one that floods: each call is answered, no place is lost, memory stays.
TEST(NastiestTest, FloodAndChurn) {
  constexpr int kAtOnce = 4;
  const int batches = (kMemoryIsTheLanes ? rounds(10'000, 10'000) : rounds(400, 2'000)) / kAtOnce;
  constexpr long kMaxGrowth = 2'048;  // KiB
  Lane lane(Limits{.max_producers = 64});
  std::atomic<bool> stop{false};
  ConsumerThread consumer(lane);
  std::thread flood([&] {
    while (!stop) static_cast<void>(lane.post("flood", 0, patience(), 0, [] {}, WhenFull::kWaitUntilDeadline));
  });
  long before = 0;
  std::atomic<int> answered{0};
  for (int batch = 0; batch < batches; ++batch) {
    if (batch == batches / 5) before = resident_kib();
    std::vector<std::thread> threads;
    for (int t = 0; t < kAtOnce; ++t) {
      threads.emplace_back([&] {
        EXPECT_EQ(lane.post("note", 0, patience(), 0, [] {}, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
        auto command = make(lane, [text = std::string(100, 'x')] { return text; });
        if (lane.push(command, WhenFull::kWaitUntilDeadline) == Admission::kAccepted &&
            command->wait(patience()) == State::kDone && command->value().size() == 100) {
          ++answered;
        }
      });
    }
    for (auto& thread : threads) thread.join();
  }
  const long growth = resident_kib() - before;
  stop = true;
  flood.join();
  consumer.end();
  EXPECT_EQ(answered, batches * kAtOnce);
  testing::drain_all(lane);
  lane.drain(Budget{});  // who is gone and has nothing left leaves at the next
  EXPECT_EQ(lane.stats().producers, 0u);
  if (kMemoryIsTheLanes) {
    EXPECT_LT(growth, kMaxGrowth);
  }
}

// Everything at once when the lane closes, from inside a command: threads parked in front of the full lane, threads that wait for
// an answer, threads inside push(), the command itself. Each ends once, in time.
TEST(NastiestTest, CloseFromInsideACommandWithAllInFlight) {
  const int all = rounds(100, 5'000);
  for (int round = 0; round < all; ++round) {
    Lane lane(Limits{.max_commands = 4, .max_commands_per_producer = 2, .control = {2, 4'096, 1, 4'096}});
    std::atomic<int> accepted{0};
    std::atomic<int> settled{0};
    std::vector<std::thread> callers;
    for (int t = 0; t < 4; ++t) {
      callers.emplace_back([&, t] {
        const Priority priority = t == 3 ? Priority::kControl : Priority::kNormal;
        for (;;) {
          auto command = make(lane, [] {});
          const Admission admission = lane.push(command, WhenFull::kWaitUntilDeadline, priority);
          if (admission == Admission::kClosed) return;
          ASSERT_EQ(admission, Admission::kAccepted);
          ++accepted;
          if (t == 0) continue;  // this one parks in front of the full lane
          ASSERT_TRUE(is_final(command->wait(patience())));
          ++settled;
        }
      });
    }
    ConsumerThread consumer(lane);
    ASSERT_TRUE(eventually([&] { return settled >= round % 20; }));
    auto closing = make(lane, [&lane] {
      lane.begin_draining();
      lane.close();
      return 1;
    });
    while (lane.push(closing, WhenFull::kWaitUntilDeadline) != Admission::kAccepted) {
    }
    ASSERT_EQ(closing->wait(patience()), State::kDone);
    for (auto& caller : callers) caller.join();
    consumer.end();
    const StatsView stats = lane.stats();
    EXPECT_EQ(stats.depth, 0u);
    EXPECT_EQ(stats.pushed, static_cast<std::uint64_t>(accepted) + 1);
    EXPECT_EQ(stats.pushed, stats.ran + stats.abandoned);
  }
}

}  // namespace
}  // namespace vhpy::queue
