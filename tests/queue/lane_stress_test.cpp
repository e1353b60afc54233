// Many threads against one consumer that sleeps only on the wake-up descriptor: nothing lost, nothing twice, each
// thread's order kept, no wake-up lost. Seeded; every wait ends at kPatience.
#include <atomic>
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

// Counts what arrives out of order; used by the consumer only.
struct Arrivals {
  explicit Arrivals(std::size_t threads) : next(threads, 0) {}
  void note(std::size_t thread, int number) {
    if (next[thread] != number) ++wrong;
    next[thread] = number + 1;
  }
  std::vector<int> next;
  int wrong = 0;
};

TEST(LaneStressTest, ManyProducersKeepTheirOrderAndLoseNothing) {
  constexpr std::size_t kThreads = 6;
  constexpr int kEach = 20'000;
  Lane lane(Limits{.max_commands = 2'000, .max_commands_per_producer = 700});
  Arrivals arrivals(kThreads);
  ConsumerThread consumer(lane, Budget{.max_commands = 333});
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        auto command = make(lane, [&arrivals, t, i] { arrivals.note(t, i); });
        ASSERT_EQ(lane.push(std::move(command), WhenFull::kWaitUntilDeadline), Admission::kAccepted);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == 0; }));
  consumer.end();
  EXPECT_EQ(arrivals.wrong, 0);
  for (const int next : arrivals.next) EXPECT_EQ(next, kEach);
  const StatsView stats = lane.stats();
  EXPECT_EQ(stats.ran, kThreads * kEach);
  EXPECT_EQ(stats.bytes, 0u);
  EXPECT_EQ(stats.refused_full, 0u);
}

// Blocking calls: between any two the consumer may fall asleep, so each one needs its wake-up. A lost one ends the test.
TEST(LaneStressTest, NoWakeupIsLost) {
  constexpr int kThreads = 4;
  constexpr int kEach = 5'000;
  Lane lane;
  ConsumerThread consumer(lane);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t) + 1);
      for (int i = 0; i < kEach; ++i) {
        auto command = make(lane, [i] { return i + 1; });
        ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
        ASSERT_EQ(command->wait(patience()), State::kDone);
        ASSERT_EQ(command->value(), i + 1);
        for (std::uint_fast32_t spin = random() % 64; spin > 0; --spin) static_cast<void>(command->state());
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_LE(lane.stats().wakeups, static_cast<std::uint64_t>(kThreads * kEach));
}

// Deadlines of a few microseconds against the consumer: every call has one outcome, and the counts agree.
TEST(LaneStressTest, DeadlinesAgainstStart) {
  constexpr int kThreads = 4;
  constexpr int kEach = 4'000;
  Lane lane;
  std::atomic<int> ran{0};
  std::atomic<int> done{0};
  std::atomic<int> expired{0};
  ConsumerThread consumer(lane);
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937 random(static_cast<unsigned>(t) + 77);
      for (int i = 0; i < kEach; ++i) {
        const TimePoint deadline = Clock::now() + std::chrono::microseconds(random() % 120);
        auto command = lane.make("deadline", 0, deadline, 0, [&ran] { ++ran; });
        ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
        State state = command->wait(deadline);
        if (!is_final(state)) {
          state = command->withdraw(State::kExpired) ? State::kExpired : command->wait(patience());
        }
        ASSERT_TRUE(state == State::kDone || state == State::kExpired) << static_cast<int>(state);
        ++(state == State::kDone ? done : expired);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == 0; }));
  consumer.end();
  EXPECT_EQ(ran, done);
  EXPECT_EQ(done + expired, kThreads * kEach);
  const StatsView stats = lane.stats();
  EXPECT_EQ(stats.ran, static_cast<std::uint64_t>(done));
  EXPECT_EQ(stats.expired, static_cast<std::uint64_t>(expired));
}

// A lane of one command and many that wait for room: nobody is forgotten, also with a bound by bytes in the way.
TEST(LaneStressTest, WaitersForRoomAllGetTheirTurn) {
  constexpr std::uint64_t kThreads = 8;
  constexpr int kEach = 500;
  Lane lane(Limits{.max_commands = 2, .max_bytes = 3 * BlockPool::kSmallBytes});
  ConsumerThread consumer(lane);
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      const std::size_t payload = (t % 3) * BlockPool::kSmallBytes;
      for (int i = 0; i < kEach; ++i) {
        ASSERT_EQ(lane.push(lane.make("room", 0, patience(), payload, [] {}), WhenFull::kWaitUntilDeadline),
                  Admission::kAccepted);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == 0; }));
  consumer.end();
  EXPECT_EQ(lane.stats().ran, kThreads * kEach);
}

// Scripts unloaded while threads push for them: the commands of others all run, in order.
TEST(LaneStressTest, AbandonUnderLoad) {
  constexpr std::size_t kThreads = 3;
  constexpr int kEach = 6'000;
  Lane lane;
  Arrivals arrivals(kThreads);
  std::atomic<int> ran_abandoned{0};
  std::atomic<OwnerId> next_owner{2};
  ConsumerThread consumer(lane, Budget{.max_commands = 50});
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        ASSERT_EQ(lane.push(make(lane, [&arrivals, t, i] { arrivals.note(t, i); }, 1), WhenFull::kWaitUntilDeadline),
                  Admission::kAccepted);
        const OwnerId owner = next_owner;
        ASSERT_EQ(lane.push(make(lane, [&ran_abandoned] { ++ran_abandoned; }, owner), WhenFull::kWaitUntilDeadline),
                  Admission::kAccepted);
        if (i % 500 == 0) {
          auto unload = make(lane, [&lane, owner] { lane.abandon(owner); }, 1'000'000);
          ASSERT_EQ(lane.push(unload, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
          ++next_owner;
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == 0; }));
  consumer.end();
  EXPECT_EQ(arrivals.wrong, 0);
  for (const int next : arrivals.next) EXPECT_EQ(next, kEach);
  const StatsView stats = lane.stats();
  EXPECT_EQ(stats.pushed, stats.ran + stats.abandoned);
  EXPECT_EQ(stats.bytes, 0u);
}

// Threads that come, push once and go, more than there may be at a time.
TEST(LaneStressTest, ShortLivedThreads) {
  constexpr int kThreads = 600;
  Lane lane(Limits{.max_producers = 16});
  std::atomic<int> ran{0};
  ConsumerThread consumer(lane);
  for (int i = 0; i < kThreads; i += 4) {
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        EXPECT_TRUE(eventually([&] {
          return lane.push(make(lane, [&ran] { ++ran; }), WhenFull::kRefuse) == Admission::kAccepted;
        }));
      });
    }
    for (auto& thread : threads) thread.join();
  }
  ASSERT_TRUE(eventually([&] { return ran == kThreads; }));
  consumer.end();
  lane.drain(Budget{});
  EXPECT_EQ(lane.stats().producers, 0u);
}

// Reading statistics and the activity from outside while everything moves; the sanitizer is the judge.
TEST(LaneStressTest, StatisticsAreReadableAnyTime) {
  Lane lane;
  ConsumerThread consumer(lane);
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) {
      const StatsView stats = lane.stats();
      EXPECT_LE(stats.failed, stats.ran + 1);
      EXPECT_FALSE(lane.activity().describe(Clock::now()).empty());
    }
  });
  for (int i = 0; i < 5'000; ++i) {
    auto command = make(lane, [&lane] { const Activity::Scope scope(lane.activity(), "a script", "OnTimer"); });
    ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    ASSERT_EQ(command->wait(patience()), State::kDone);
  }
  stop = true;
  reader.join();
}

}  // namespace
}  // namespace vhpy::queue
