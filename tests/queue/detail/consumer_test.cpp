// One drain: its budgets, its tail seen on entry, fairness between threads, abandoning an owner's commands, re-entrance.
// The test's thread is the consumer; other threads push and are joined before it drains, so each case has one outcome.
#include "queue/detail/consumer.h"

#include <vector>

#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using testing::drain_all;
using testing::make;
using testing::patience;
using testing::post;

// Keeps threads that pushed alive until the end of the test: an ended one is a different case (producer_test.cpp).
template <class Fn>
void on_other_thread(Fn fn) {
  std::thread(std::move(fn)).join();
}

TEST(ConsumerTest, CountBudgetLeavesTheRestAndArmsAgain) {
  Lane lane;
  for (int i = 0; i < 100; ++i) post(lane, [] {});
  const DrainReport report = lane.drain(Budget{.max_commands = 30});
  EXPECT_EQ(report.ran, 30u);
  EXPECT_TRUE(report.more);
  pollfd readable{lane.wake_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 1);
  EXPECT_EQ(lane.stats().budget_cuts, 1u);
  EXPECT_EQ(lane.stats().depth, 70u);
  EXPECT_EQ(lane.drain(Budget{.max_commands = 70}).ran, 70u);
  EXPECT_EQ(::poll(&readable, 1, 0), 0);
  EXPECT_EQ(lane.stats().budget_cuts, 1u);
}

TEST(ConsumerTest, TimeBudgetStillHandlesOne) {
  Lane lane;
  for (int i = 0; i < 3; ++i) post(lane, [] {});
  for (int left = 2; left >= 0; --left) {
    const DrainReport report = lane.drain(Budget{.max_time = std::chrono::microseconds(0)});
    EXPECT_EQ(report.ran, 1u);
    EXPECT_EQ(report.more, left > 0);
  }
}

TEST(ConsumerTest, SkippedCommandsCountAgainstTheBudget) {
  Lane lane;
  for (int i = 0; i < 10; ++i) lane.push(lane.make("late", 0, Clock::now(), 0, [] {}), WhenFull::kRefuse);
  const DrainReport report = lane.drain(Budget{.max_commands = 4});
  EXPECT_EQ(report.skipped, 4u);
  EXPECT_TRUE(report.more);
}

TEST(ConsumerTest, RunsWhatWasThereOnEntryOnly) {
  Lane lane;
  int ran = 0;
  std::function<void()> again = [&] {
    ++ran;
    post(lane, again);
  };
  post(lane, again);
  EXPECT_EQ(lane.drain(Budget{}).ran, 1u);
  EXPECT_EQ(lane.drain(Budget{}).ran, 1u);
  EXPECT_EQ(ran, 2);
  pollfd readable{lane.wake_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 1);
}

TEST(ConsumerTest, AFlooderDoesNotDelayALightThread) {
  Lane lane;
  std::vector<char> order;
  for (int i = 0; i < 5'000; ++i) post(lane, [&order] { order.push_back('f'); });
  on_other_thread([&] {
    for (int i = 0; i < 3; ++i) post(lane, [&order] { order.push_back('l'); });
  });
  lane.drain(Budget{.max_commands = 2 * detail::kQuantum});
  EXPECT_EQ(std::count(order.begin(), order.end(), 'l'), 3);
}

TEST(ConsumerTest, RoundRobinGoesOnWhereABudgetEndedIt) {
  Lane lane;
  std::vector<int> order;
  constexpr int kThreads = 4;
  for (int t = 0; t < kThreads; ++t) {
    on_other_thread([&] {
      for (std::size_t i = 0; i < 2 * detail::kQuantum; ++i) post(lane, [&order, t] { order.push_back(t); });
    });
  }
  // A budget of exactly one quantum: each drain must serve the next thread, not the first one again.
  for (int drain = 0; drain < 2 * kThreads; ++drain) lane.drain(Budget{.max_commands = detail::kQuantum});
  ASSERT_EQ(order.size(), 2 * kThreads * detail::kQuantum);
  for (std::size_t i = 0; i < order.size(); ++i) {
    EXPECT_EQ(order[i], static_cast<int>(i / detail::kQuantum) % kThreads) << "at " << i;
  }
}

TEST(ConsumerTest, ReentrantDrainReturnsAtOnce) {
  Lane lane;
  DrainReport inner;
  int ran = 0;
  post(lane, [&] {
    inner = lane.drain(Budget{});
    EXPECT_EQ(ran, 0);
  });
  post(lane, [&] { ++ran; });
  EXPECT_EQ(lane.drain(Budget{}).ran, 2u);
  EXPECT_TRUE(inner.more);
  EXPECT_EQ(inner.ran, 0u);
  EXPECT_EQ(ran, 1);
  EXPECT_EQ(lane.stats().drains, 1u);
}

TEST(ConsumerTest, AbandonTakesOneOwnersCommandsAndKeepsTheOrderOfTheRest) {
  Lane lane;
  std::vector<int> ran;
  std::vector<Ref<Command>> of_one;
  for (int i = 0; i < 100; ++i) {
    auto command = make(lane, [&ran, i] { ran.push_back(i); }, i % 2 == 0 ? 1 : 2);
    ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    if (i % 2 == 0) of_one.push_back(command);
  }
  EXPECT_EQ(lane.abandon(1), 50u);
  for (const auto& command : of_one) EXPECT_EQ(command->state(), State::kAbandoned);
  EXPECT_EQ(lane.stats().depth, 50u);
  EXPECT_EQ(lane.abandon(1), 0u);
  // New ones come behind the ones that were kept, and the owner's are abandoned when met.
  post(lane, [&ran] { ran.push_back(101); }, 2);
  auto late = make(lane, [&ran] { ran.push_back(-1); }, 1);
  lane.push(late, WhenFull::kRefuse);
  drain_all(lane);
  EXPECT_EQ(late->state(), State::kAbandoned);
  ASSERT_EQ(ran.size(), 51u);
  for (std::size_t i = 0; i < 50; ++i) EXPECT_EQ(ran[i], static_cast<int>(2 * i + 1));
  EXPECT_EQ(ran.back(), 101);
  const StatsView stats = lane.stats();
  EXPECT_EQ(stats.abandoned, 51u);
  EXPECT_EQ(stats.ran, 51u);
  EXPECT_EQ(stats.depth, 0u);
  EXPECT_EQ(stats.bytes, 0u);
}

TEST(ConsumerTest, AbandonInsideADrainLosesNothing) {
  // A command unloads a script: others of the same thread were pushed before and after the drain began.
  Lane lane;
  std::vector<int> ran;
  std::size_t abandoned = 0;
  post(lane, [&] {
    for (int i = 0; i < 40; ++i) post(lane, [&ran, i] { ran.push_back(100 + i); }, i % 2 == 0 ? 1 : 2);
    abandoned = lane.abandon(1);
  });
  for (int i = 0; i < 40; ++i) post(lane, [&ran, i] { ran.push_back(i); }, i % 2 == 0 ? 1 : 2);
  // A consumer that sleeps unless it is told: what is left must have armed the wake-up.
  pollfd readable{lane.wake_fd(), POLLIN, 0};
  while (::poll(&readable, 1, 0) == 1) lane.drain(Budget{});
  EXPECT_EQ(abandoned, 40u);
  ASSERT_EQ(ran.size(), 40u);
  for (std::size_t i = 0; i < 20; ++i) {
    EXPECT_EQ(ran[i], static_cast<int>(2 * i + 1));
    EXPECT_EQ(ran[20 + i], static_cast<int>(100 + 2 * i + 1));
  }
  EXPECT_EQ(lane.stats().depth, 0u);
}

TEST(ConsumerTest, AbortInsideADrainEndsIt) {
  Lane lane;
  std::size_t abandoned = 0;
  std::vector<Ref<Command>> others;
  post(lane, [&] { abandoned = lane.abort(); });
  for (int i = 0; i < 50; ++i) {
    others.push_back(make(lane, [] { ADD_FAILURE() << "ran after abort()"; }));
    lane.push(others.back(), WhenFull::kRefuse);
  }
  const DrainReport report = lane.drain(Budget{});
  EXPECT_EQ(report.ran, 1u);
  EXPECT_FALSE(report.more);
  EXPECT_EQ(abandoned, 50u);
  for (const auto& command : others) EXPECT_EQ(command->state(), State::kAbandoned);
  EXPECT_EQ(lane.stats().depth, 0u);
}

// The lane is aborted, or an owner's commands abandoned, by a command of one thread, in the round in which others have their turn.
TEST(ConsumerTest, AThreadWhoseTurnComesAfterItLostAllIsLeftAlone) {
  for (const bool abort : {true, false}) {
    Lane lane;
    int ran = 0;
    lane.push(make(lane, [&] { abort ? lane.abort() : lane.abandon(7); }), WhenFull::kRefuse);
    for (int t = 0; t < 3; ++t) {
      on_other_thread([&] {
        for (int i = 0; i < 50; ++i) lane.push(make(lane, [&ran] { ++ran; }, 7), WhenFull::kRefuse);
      });
    }
    drain_all(lane);
    EXPECT_EQ(ran, 0);
    EXPECT_EQ(lane.stats().ran, 1u);
    EXPECT_EQ(lane.stats().abandoned, 150u);
    EXPECT_EQ(lane.stats().depth, 0u);
  }
}

TEST(ConsumerTest, ExactRoomWithTinyBounds) {
  // Whoever has an answer finds the room that the command took, even while others of the same thread are queued.
  Lane lane(Limits{.max_commands = 2});
  bool pushed = false;
  post(lane, [&] { pushed = post(lane, [] {}) == Admission::kAccepted; });
  post(lane, [] {});
  drain_all(lane);
  EXPECT_TRUE(pushed);
}

}  // namespace
}  // namespace vhpy::queue
