// A lane seen from its callers: order, bounds that refuse visibly, waiting for room, statistics. Without threads where
// the property allows it; the seeded races are in lane_stress_test.cpp.
#include "queue/lane.h"

#include <vector>

#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using testing::drain_all;
using testing::eventually;
using testing::make;
using testing::patience;
using testing::post;

TEST(LaneTest, RunsTheCommandsOfOneThreadInOrder) {
  Lane lane;
  std::vector<int> ran;
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(post(lane, [&ran, i] { ran.push_back(i); }), Admission::kAccepted);
  drain_all(lane);
  ASSERT_EQ(ran.size(), 1'000u);
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(ran[static_cast<std::size_t>(i)], i);
}

TEST(LaneTest, OnlyTheFirstPushSinceADrainWakes) {
  Lane lane;
  pollfd readable{lane.wake_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 0);
  for (int i = 0; i < 10; ++i) post(lane, [] {});
  EXPECT_EQ(::poll(&readable, 1, 0), 1);
  EXPECT_EQ(lane.stats().wakeups, 1u);
  EXPECT_EQ(lane.drain(Budget{}).ran, 10u);
  EXPECT_EQ(::poll(&readable, 1, 0), 0);
  post(lane, [] {});
  EXPECT_EQ(lane.stats().wakeups, 2u);
}

TEST(LaneTest, TheBellIsRungByWhoWritesTheDescriptor) {
  Lane lane;
  int rung = 0;
  const Bell bell{[](void* count) noexcept { ++*static_cast<int*>(count); }, &rung};
  lane.use_bell(&bell);
  for (int i = 0; i < 10; ++i) post(lane, [] {});
  EXPECT_EQ(rung, 1);
  lane.drain(Budget{.max_commands = 1});
  EXPECT_EQ(rung, 2);  // for what is left
  lane.use_bell(nullptr);
  drain_all(lane);
  post(lane, [] {});
  EXPECT_EQ(rung, 2);
}

TEST(LaneTest, DrainsFromATimerWithoutAWakeup) {
  Lane lane;
  EXPECT_EQ(lane.drain(Budget{}).ran, 0u);
  post(lane, [] {});
  EXPECT_EQ(lane.drain(Budget{}).ran, 1u);
  EXPECT_EQ(lane.drain(Budget{}).ran, 0u);
}

TEST(LaneTest, RefusesAtEachBoundAndCountsIt) {
  Lane by_count(Limits{.max_commands = 3});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(post(by_count, [] {}), Admission::kAccepted);
  auto refused = make(by_count, [] {});
  EXPECT_EQ(by_count.push(refused, WhenFull::kRefuse), Admission::kFull);
  EXPECT_EQ(refused->state(), State::kQueued);
  EXPECT_EQ(by_count.stats().refused_full, 1u);
  EXPECT_EQ(by_count.drain(Budget{.max_commands = 1}).ran, 1u);
  EXPECT_EQ(post(by_count, [] {}), Admission::kAccepted);

  Lane by_bytes(Limits{.max_bytes = 10 * BlockPool::kSmallBytes});
  const auto push_bytes = [&](std::size_t payload) {
    return by_bytes.push(by_bytes.make("bytes", 0, patience(), payload, [] {}), WhenFull::kRefuse);
  };
  EXPECT_EQ(push_bytes(8 * BlockPool::kSmallBytes), Admission::kAccepted);
  EXPECT_EQ(push_bytes(1), Admission::kFull);
  EXPECT_EQ(push_bytes(0), Admission::kAccepted);
  EXPECT_EQ(by_bytes.stats().bytes, 10 * BlockPool::kSmallBytes);
  drain_all(by_bytes);
  EXPECT_EQ(by_bytes.stats().bytes, 0u);

  Lane by_producer(Limits{.max_commands_per_producer = 2});
  EXPECT_EQ(post(by_producer, [] {}), Admission::kAccepted);
  EXPECT_EQ(post(by_producer, [] {}), Admission::kAccepted);
  EXPECT_EQ(post(by_producer, [] {}), Admission::kFull);
  std::thread([&] { EXPECT_EQ(post(by_producer, [] {}), Admission::kAccepted); }).join();
}

TEST(LaneTest, RefusesAtOnceWhatCanNeverFit) {
  Lane lane(Limits{.max_bytes = 1'000});
  auto command = lane.make("huge", 0, patience(), 1'000, [] {});
  EXPECT_EQ(lane.push(command, WhenFull::kWaitUntilDeadline), Admission::kFull);
}

TEST(LaneTest, ARefusedCommandStaysTheCallers) {
  Lane lane(Limits{.max_commands = 0});
  Ref<Command> command = make(lane, [] {});
  EXPECT_EQ(lane.push(std::move(command), WhenFull::kRefuse), Admission::kFull);
  ASSERT_TRUE(command);
  EXPECT_TRUE(command->withdraw(State::kCancelled));
}

TEST(LaneTest, WaitsForRoomUntilTheDeadline) {
  Lane lane(Limits{.max_commands = 1});
  post(lane, [] {});
  auto late = lane.make("late", 0, Clock::now() + std::chrono::milliseconds(2), 0, [] {});
  EXPECT_EQ(lane.push(late, WhenFull::kWaitUntilDeadline), Admission::kFull);
  EXPECT_EQ(lane.stats().waited_for_room, 1u);

  std::thread waiter([&] {
    auto command = make(lane, [] {});
    EXPECT_EQ(lane.push(command, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
  });
  ASSERT_TRUE(eventually([&] { return lane.stats().waited_for_room == 2; }));
  EXPECT_EQ(lane.drain(Budget{}).ran, 1u);
  waiter.join();
  EXPECT_EQ(lane.drain(Budget{}).ran, 1u);
}

TEST(LaneTest, OnTheConsumerThreadAFullLaneNeverWaits) {
  Lane lane(Limits{.max_commands = 1});
  lane.bind_consumer();
  EXPECT_TRUE(lane.on_consumer_thread());
  std::thread([&] { EXPECT_FALSE(lane.on_consumer_thread()); }).join();
  post(lane, [] {});
  EXPECT_EQ(lane.push(make(lane, [] {}), WhenFull::kWaitUntilDeadline), Admission::kFull);
}

TEST(LaneTest, StatisticsAddUp) {
  Lane lane;
  post(lane, [] {});
  post(lane, [] { throw 1; });
  make(lane, [] {});  // never pushed: not counted
  auto withdrawn = make(lane, [] {});
  lane.push(withdrawn, WhenFull::kRefuse);
  withdrawn->withdraw(State::kCancelled);
  StatsView stats = lane.stats();
  EXPECT_EQ(stats.depth, 3u);
  EXPECT_EQ(stats.bytes, BlockPool::kSmallBytes + 2 * detail::kLineBytes);
  EXPECT_EQ(stats.pushed, 3u);
  EXPECT_EQ(stats.producers, 1u);
  EXPECT_GT(stats.oldest_age, Duration::zero());
  drain_all(lane);
  stats = lane.stats();
  EXPECT_EQ(stats.depth, 0u);
  EXPECT_EQ(stats.bytes, 0u);
  EXPECT_EQ(stats.oldest_age, Duration::zero());
  EXPECT_EQ(stats.ran, 2u);
  EXPECT_EQ(stats.failed, 1u);
  EXPECT_EQ(stats.cancelled, 1u);
  EXPECT_EQ(stats.pushed, stats.ran + stats.expired + stats.cancelled + stats.abandoned);
  EXPECT_EQ(stats.drains, 1u);
  EXPECT_EQ(stats.wait.samples(), 1u);
  // The second run counts too if a tick of the coarse clock falls into it.
  EXPECT_GE(stats.run.samples(), 1u);
  EXPECT_LE(stats.run.samples(), stats.ran);
  EXPECT_STREQ(stats.slowest_label, "test");
}

TEST(LaneTest, LeftoversKeepTheirAge) {
  Lane lane;
  post(lane, [] {});
  post(lane, [] {});
  ASSERT_TRUE(lane.drain(Budget{.max_commands = 1}).more);
  const Duration before = lane.stats().oldest_age;
  EXPECT_GT(before, Duration::zero());
  EXPECT_GE(lane.stats().oldest_age, before);
}

TEST(LaneTest, TellsWhatTheConsumerIsDoing) {
  Lane lane;
  std::string inside;
  std::string nested;
  lane.push(lane.make("GetUserClass", 0, patience(), 0,
                      [&] {
                        inside = lane.activity().describe(Clock::now());
                        const Activity::Scope scope(lane.activity(), "shop.py", "OnUserLogin");
                        nested = lane.activity().describe(Clock::now());
                      }),
            WhenFull::kRefuse);
  drain_all(lane);
  EXPECT_EQ(inside, "in GetUserClass for 0.0 s");
  EXPECT_EQ(nested, "in shop.py OnUserLogin for 0.0 s");
  EXPECT_EQ(lane.activity().describe(Clock::now()), "idle");
}

TEST(LaneTest, ManyLanesInOneProcess) {
  std::vector<std::unique_ptr<Lane>> lanes;
  for (int i = 0; i < 50; ++i) lanes.push_back(std::make_unique<Lane>());
  for (int round = 0; round < 3; ++round) {
    int sum = 0;
    for (std::size_t i = 0; i < lanes.size(); ++i) post(*lanes[i], [&sum, i] { sum += static_cast<int>(i); });
    for (auto& lane : lanes) EXPECT_EQ(lane->drain(Budget{}).ran, 1u);
    EXPECT_EQ(sum, 49 * 50 / 2);
  }
}

}  // namespace
}  // namespace vhpy::queue
