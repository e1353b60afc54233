// Who uses the consumer thread, per function and per owner; and how busy its loop is.
#include "queue/usage.h"

#include <algorithm>
#include <string>

#include "queue/detail/usage_table.h"
#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using namespace std::chrono_literals;
using testing::drain_all;
using testing::make;
using testing::patience;

Usage of(const Lane& lane, std::string_view label) {
  for (const FunctionUsage& each : lane.usage().functions) {
    if (each.label == label) return each.usage;
  }
  return {};
}

Usage of(const Lane& lane, OwnerId owner) {
  for (const OwnerUsage& each : lane.usage().owners) {
    if (each.owner == owner) return each.usage;
  }
  return {};
}

template <class Fn>
Ref<Command> push(Lane& lane, const char* label, OwnerId owner, Fn fn, TimePoint deadline = patience()) {
  Ref<Command> command = lane.make(label, owner, deadline, 0, std::move(fn));
  EXPECT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
  return command;
}

TEST(UsageTest, CountsByFunctionAndByOwner) {
  Lane lane;
  push(lane, "Ban", 1, [] {});
  push(lane, "Kick", 1, [] { throw 5; });
  push(lane, "Kick", 2, [] {}, Clock::now() - 1s);
  push(lane, "Kick", 2, [] {})->withdraw(State::kCancelled);
  push(lane, "Kick", 0, [] {});
  drain_all(lane);
  EXPECT_EQ(of(lane, "Ban").calls, 1u);
  const Usage kick = of(lane, "Kick");
  EXPECT_EQ(kick.calls, 2u);
  EXPECT_EQ(kick.failed, 1u);
  EXPECT_EQ(kick.expired, 1u);
  EXPECT_EQ(kick.withdrawn, 1u);
  EXPECT_EQ(of(lane, 1).calls, 2u);
  EXPECT_EQ(of(lane, 1).failed, 1u);
  EXPECT_EQ(of(lane, 2).calls, 0u);
  EXPECT_EQ(of(lane, 2).expired, 1u);
  EXPECT_EQ(of(lane, 2).withdrawn, 1u);
  EXPECT_EQ(of(lane, OwnerId{0}).calls, 1u);
}

TEST(UsageTest, CountsRefusalsOfEveryKind) {
  Lane lane(Limits{.max_commands = 1, .max_producers = 1});
  push(lane, "Ban", 1, [] {});
  EXPECT_EQ(lane.push(lane.make("Ban", 2, patience(), 0, [] {}), WhenFull::kRefuse), Admission::kFull);
  std::thread([&] {
    EXPECT_EQ(lane.push(lane.make("Ban", 2, patience(), 0, [] {}), WhenFull::kRefuse), Admission::kNoProducer);
  }).join();
  lane.begin_draining();
  EXPECT_EQ(lane.push(lane.make("Ban", 3, patience(), 0, [] {}), WhenFull::kRefuse), Admission::kClosed);
  EXPECT_EQ(of(lane, "Ban").refused, 3u);
  EXPECT_EQ(of(lane, 2).refused, 2u);
  EXPECT_EQ(of(lane, 3).refused, 1u);
}

// The first of a drain is always measured: a call at a time leaves no time out.
TEST(UsageTest, AddsUpTheTimeOfCallsOneAtATime) {
  Lane lane;
  Duration inside{};
  for (int i = 0; i < 5; ++i) {
    push(lane, "slow", 7, [&inside] {
      const TimePoint begun = Clock::now();
      while (Clock::now() - begun < 100us) {
      }
      inside += Clock::now() - begun;
    });
    drain_all(lane);
  }
  push(lane, "other", 7, [] {});
  drain_all(lane);
  const Usage slow = of(lane, "slow");
  EXPECT_GE(slow.run_total, inside);
  EXPECT_GE(slow.slowest, inside / 5);
  EXPECT_GE(of(lane, 7).run_total, slow.run_total);
  EXPECT_STREQ(lane.usage().functions.front().label, "slow");  // the most time first
  EXPECT_EQ(lane.stats().run.samples(), 6u);
}

TEST(UsageTest, WhatTheConsumerDoesItselfCountsAsWell) {
  Lane lane;
  lane.note_inline("OnTimer", 4, 3ms);
  lane.note_inline("OnTimer", 4, 1ms);
  lane.note_inline("OnTimer", 4, 0ms);
  EXPECT_EQ(of(lane, "OnTimer").calls, 3u);
  EXPECT_EQ(of(lane, "OnTimer").run_total, 4ms);
  EXPECT_EQ(of(lane, 4).slowest, 3ms);
  EXPECT_EQ(lane.stats().ran, 0u);  // it was no command
}

TEST(UsageTest, TheSameTextInTwoPlacesIsOneFunction) {
  Lane lane;
  const std::string one = "Ban", two = "Ban";
  push(lane, one.c_str(), 1, [] {});
  push(lane, two.c_str(), 1, [] {});
  drain_all(lane);
  EXPECT_EQ(of(lane, "Ban").calls, 2u);
}

// Scripts that come and go for ever: those of late are told apart, of the others the sum stays.
TEST(UsageTest, ManyOwnersTakeNoMoreRoom) {
  constexpr OwnerId kOwners = 2'000;
  Lane lane;
  for (OwnerId owner = 1; owner <= kOwners; ++owner) {
    push(lane, "call", owner, [] {});
    drain_all(lane);
    if (owner % 10 != 0 || owner > 500) lane.abandon(owner);
  }
  EXPECT_EQ(of(lane, kOwners).calls, 1u);
  EXPECT_EQ(of(lane, 20).calls, 1u);  // lives
  EXPECT_EQ(of(lane, 21).calls, 0u);  // gone
  const UsageView view = lane.usage();
  std::uint64_t sum = view.other_owners.calls;
  for (const OwnerUsage& each : view.owners) sum += each.usage.calls;
  EXPECT_EQ(sum, kOwners);
  EXPECT_LE(view.owners.size(), 128u);
}

TEST(UsageTest, AFullTableStillAddsUp) {
  detail::OwnerTable table;
  for (OwnerId owner = 0; owner < 1'000; ++owner) table.ours(owner).calls.add(1);
  std::uint64_t sum = 0;
  Usage rest;
  table.read([&](OwnerId, const auto& row) { sum += row.calls.get(); });
  table.rest().add_to(rest);
  EXPECT_EQ(sum, 128u);
  EXPECT_EQ(sum + rest.calls, 1'000u);
}

TEST(LaneStressTest, UsageIsReadableAnyTime) {
  Lane lane;
  testing::ConsumerThread consumer(lane);
  std::atomic<bool> stop{false};
  std::thread reader([&] {
    while (!stop) {
      EXPECT_LE(of(lane, 1).failed, 1'000u);
      EXPECT_GE(lane.loop_time().view().share(), 0.0);
    }
  });
  std::thread refused([&] {
    while (!stop) static_cast<void>(lane.push(lane.make("huge", 2, patience(), 1u << 30, [] {}), WhenFull::kRefuse));
  });
  const char* const labels[] = {"one", "two", "three"};
  for (int i = 0; i < 3'000; ++i) {
    auto command = lane.make(labels[i % 3], static_cast<OwnerId>(i % 5), patience(), 0, [i] {
      if (i % 3 == 0) throw i;
    });
    ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    command->wait(patience());
  }
  stop = true;
  reader.join();
  refused.join();
  EXPECT_EQ(of(lane, "one").failed, 1'000u);
  EXPECT_EQ(of(lane, "two").calls + of(lane, "three").calls, 2'000u);
  EXPECT_EQ(of(lane, "huge").refused, lane.stats().refused_full);
}

TEST(LoopTimeTest, NothingBeforeTheLoopBegins) {
  const LoopTime time;
  const LoopView view = time.view();
  EXPECT_EQ(view.busy + view.idle, 0ns);
  EXPECT_EQ(view.share(), 0.0);
}

TEST(LoopTimeTest, CountsTurnsAndBothKindsOfTime) {
  LoopTime time;
  const TimePoint begun = Clock::now();
  for (int i = 0; i < 10; ++i) {
    time.awake();
    time.awake();  // somebody else handles an event of the same turn
    time.asleep();
    time.asleep();
  }
  const LoopView view = time.view();
  const Duration all = Clock::now() - begun;
  EXPECT_EQ(view.turns, 10u);
  EXPECT_EQ(view.turn.samples(), 10u);
  EXPECT_GT(view.busy, 0ns);
  EXPECT_GT(view.idle, 0ns);
  EXPECT_LE(view.busy + view.idle, all);
  EXPECT_EQ(view.busy_now, 0ns);
  EXPECT_LE(view.longest, view.busy);
}

// Stuck in its turn, seen from another thread: the turn under way counts.
TEST(LoopTimeTest, TheTurnUnderWayIsSeen) {
  LoopTime time;
  time.asleep();  // not awake: nothing happens
  time.awake();
  std::thread([&] {
    const LoopView first = time.view();
    const LoopView second = time.view();
    EXPECT_GT(second.busy_now, 0ns);
    EXPECT_GE(second.busy, first.busy);
    EXPECT_EQ(second.longest, second.busy_now);
    EXPECT_EQ(second.turns, 0u);
    EXPECT_DOUBLE_EQ(second.share(), 1.0);
  }).join();
}

}  // namespace
}  // namespace vhpy::queue
