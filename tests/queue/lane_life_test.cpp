// The life of a lane: open, draining, aborted, closed. Nobody waits for work that will not run: not a caller that waits
// for an answer, not one parked in front of a full lane, not one inside push() while the phase changes.
#include <atomic>
#include <random>
#include <vector>

#include "queue/lane.h"
#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using testing::drain_all;
using testing::eventually;
using testing::make;
using testing::patience;
using testing::post;

TEST(LaneLifeTest, DrainingRefusesNewAndRunsQueued) {
  Lane lane;
  auto queued = make(lane, [] {});
  lane.push(queued, WhenFull::kRefuse);
  EXPECT_EQ(lane.phase(), Phase::kOpen);
  lane.begin_draining();
  EXPECT_EQ(lane.phase(), Phase::kDraining);
  EXPECT_EQ(post(lane, [] {}), Admission::kClosed);
  EXPECT_EQ(lane.stats().refused_closed, 1u);
  drain_all(lane);
  EXPECT_EQ(queued->state(), State::kDone);
}

TEST(LaneLifeTest, AbortAbandonsTheRest) {
  Lane lane;
  auto queued = make(lane, [] { ADD_FAILURE() << "ran after abort()"; });
  lane.push(queued, WhenFull::kRefuse);
  EXPECT_EQ(lane.abort(), 1u);
  EXPECT_EQ(lane.phase(), Phase::kAborted);
  EXPECT_EQ(queued->state(), State::kAbandoned);
  EXPECT_EQ(post(lane, [] {}), Admission::kClosed);
  EXPECT_EQ(lane.abort(), 0u);
  EXPECT_EQ(lane.abandon(1), 0u);
  EXPECT_EQ(lane.drain(Budget{}).skipped, 0u);
  EXPECT_EQ(lane.stats().abandoned, 1u);
}

TEST(LaneLifeTest, PhasesOnlyMoveForward) {
  Lane lane;
  lane.close();
  EXPECT_EQ(lane.phase(), Phase::kClosed);
  lane.abort();
  lane.begin_draining();
  EXPECT_EQ(lane.phase(), Phase::kClosed);
}

TEST(LaneLifeTest, CloseAbandonsWhatNobodyAborted) {
  Lane lane;
  auto queued = make(lane, [] {});
  lane.push(queued, WhenFull::kRefuse);
  lane.close();
  EXPECT_EQ(queued->state(), State::kAbandoned);
}

TEST(LaneLifeTest, AbortWakesCallersThatWaitForAnAnswer) {
  Lane lane;
  constexpr std::uint64_t kCallers = 8;
  std::vector<std::thread> callers;
  for (std::uint64_t i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      auto command = make(lane, [] {});
      ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
      EXPECT_EQ(command->wait(patience()), State::kAbandoned);
    });
  }
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == kCallers; }));
  EXPECT_LE(lane.abort(), kCallers);  // who is still inside push() abandons its own
  for (auto& caller : callers) caller.join();
  EXPECT_EQ(lane.stats().abandoned, kCallers);
}

// Both ways in which a parked pusher must end: the lane starts draining, or is aborted.
TEST(LaneLifeTest, CallersParkedInFrontOfAFullLaneAreRefused) {
  for (const bool abort : {false, true}) {
    Lane lane(Limits{.max_commands = 1});
    post(lane, [] {});
    std::vector<std::thread> callers;
    for (int i = 0; i < 4; ++i) {
      callers.emplace_back([&] {
        EXPECT_EQ(lane.push(make(lane, [] {}), WhenFull::kWaitUntilDeadline), Admission::kClosed);
      });
    }
    ASSERT_TRUE(eventually([&] { return lane.stats().waited_for_room == 4; }));
    if (abort) {
      EXPECT_EQ(lane.abort(), 1u);
    } else {
      lane.begin_draining();
    }
    for (auto& caller : callers) caller.join();
  }
}

// Threads push, park and wait while the consumer closes the lane at a random moment; without a drain afterwards.
// Whatever the moment: each push is refused, or its command is settled; nobody waits for kPatience.
TEST(LaneLifeTest, StressCloseUnderLoad) {
  std::mt19937 random(99);
  for (int round = 0; round < 300; ++round) {
    Lane lane(Limits{.max_commands = 4, .max_commands_per_producer = 2});
    std::atomic<int> accepted{0};
    std::atomic<int> settled{0};
    std::atomic<int> ran{0};
    std::vector<std::thread> callers;
    for (int t = 0; t < 3; ++t) {
      callers.emplace_back([&, t] {
        for (;;) {
          auto command = make(lane, [&ran] { ++ran; });
          const Admission admission = lane.push(command, t == 0 ? WhenFull::kRefuse : WhenFull::kWaitUntilDeadline);
          if (admission == Admission::kClosed) return;
          if (admission == Admission::kFull) continue;
          ASSERT_EQ(admission, Admission::kAccepted);
          ++accepted;
          if (t == 1) continue;  // this one floods, the others wait for their answers
          const State state = command->wait(patience());
          ASSERT_TRUE(state == State::kDone || state == State::kAbandoned) << static_cast<int>(state);
          ++settled;
        }
      });
    }
    testing::ConsumerThread consumer(lane, Budget{.max_commands = 3});
    const int until = static_cast<int>(random() % 200);
    ASSERT_TRUE(eventually([&] { return ran >= until; }));
    consumer.end([&] { random() % 2 == 0 ? static_cast<void>(lane.abort()) : lane.close(); });
    for (auto& caller : callers) caller.join();
    const StatsView stats = lane.stats();
    EXPECT_EQ(stats.pushed, static_cast<std::uint64_t>(accepted));
    EXPECT_EQ(stats.ran, static_cast<std::uint64_t>(ran));
    EXPECT_EQ(stats.pushed, stats.ran + stats.abandoned);
    EXPECT_EQ(stats.depth, 0u);
    EXPECT_EQ(stats.bytes, 0u);
  }
}

}  // namespace
}  // namespace vhpy::queue
