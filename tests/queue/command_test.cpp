// One command: exactly one final state, whoever races for it; the payload is gone before anybody learns of the end;
// waiters and continuations are told once. First without threads, then the races with seeds.
#include "queue/command.h"

#include <random>
#include <stdexcept>
#include <vector>

#include "queue/detail/futex.h"
#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using testing::drain_all;
using testing::eventually;
using testing::make;
using testing::patience;

// Calls something when it is destroyed; moved-from ones do not.
class OnDestruction {
 public:
  explicit OnDestruction(std::function<void()> action) : action_(std::move(action)) {}
  OnDestruction(OnDestruction&& other) noexcept : action_(std::exchange(other.action_, nullptr)) {}
  ~OnDestruction() {
    if (action_) action_();
  }

 private:
  std::function<void()> action_;
};

class Counting final : public Continuation {
 public:
  void settled(Command& command) noexcept override {
    seen = command.state();
    ++calls;  // last: who sees the call sees the state
  }
  std::atomic<int> calls{0};
  std::atomic<State> seen{State::kQueued};
};

class CommandTest : public ::testing::Test {
 protected:
  template <class Fn>
  auto pushed(Fn fn, TimePoint deadline = patience(), OwnerId owner = 0) {
    auto command = lane.make("pushed", owner, deadline, 0, std::move(fn));
    EXPECT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    return command;
  }
  Lane lane;
};

TEST_F(CommandTest, RunsOnceAndKeepsItsValue) {
  int runs = 0;
  auto command = pushed([&runs] { return ++runs + 41; });
  EXPECT_EQ(command->state(), State::kQueued);
  drain_all(lane);
  ASSERT_EQ(command->state(), State::kDone);
  EXPECT_EQ(command->value(), 42);
  drain_all(lane);
  EXPECT_EQ(runs, 1);
}

TEST_F(CommandTest, KeepsWhatItThrew) {
  auto standard = pushed([]() -> int { throw std::runtime_error("no such user"); });
  auto strange = pushed([]() -> int { throw 5; });
  drain_all(lane);
  ASSERT_EQ(standard->state(), State::kFailed);
  EXPECT_EQ(standard->failure(), "no such user");
  ASSERT_EQ(strange->state(), State::kFailed);
  EXPECT_EQ(strange->failure(), "an exception that is not a std::exception");
  EXPECT_EQ(lane.stats().failed, 2u);
}

TEST_F(CommandTest, ExpiresInsteadOfRunningLate) {
  bool ran = false;
  auto command = pushed([&ran] { ran = true; }, Clock::now());
  const DrainReport report = lane.drain(Budget{});
  EXPECT_EQ(command->state(), State::kExpired);
  EXPECT_EQ(report.ran, 0u);
  EXPECT_EQ(report.skipped, 1u);
  EXPECT_FALSE(ran);
  EXPECT_EQ(lane.stats().expired, 1u);
}

TEST_F(CommandTest, WithdrawnNeverRuns) {
  bool ran = false;
  auto command = pushed([&ran] { ran = true; });
  EXPECT_TRUE(command->withdraw(State::kCancelled));
  EXPECT_EQ(command->state(), State::kCancelled);
  EXPECT_FALSE(command->withdraw(State::kExpired));
  EXPECT_EQ(lane.drain(Budget{}).skipped, 1u);
  EXPECT_EQ(command->state(), State::kCancelled);
  EXPECT_FALSE(ran);
  EXPECT_EQ(lane.stats().cancelled, 1u);
}

TEST_F(CommandTest, CannotBeWithdrawnWhileItRuns) {
  Command* self = nullptr;
  bool withdrawn = true;
  State inside = State::kQueued;
  auto command = pushed([&] {
    withdrawn = self->withdraw(State::kCancelled);
    inside = self->state();
  });
  self = command.get();
  drain_all(lane);
  EXPECT_FALSE(withdrawn);
  EXPECT_EQ(inside, State::kRunning);
  EXPECT_EQ(command->state(), State::kDone);
}

TEST_F(CommandTest, PayloadIsGoneBeforeAFinalStateShows) {
  for (const State end : {State::kDone, State::kFailed, State::kExpired, State::kCancelled, State::kAbandoned}) {
    Command* self = nullptr;
    State seen = State::kDone;
    State waited = State::kDone;
    int destroyed = 0;
    OnDestruction payload([&] {
      ++destroyed;
      seen = self->state();
      waited = self->wait(Clock::now());
    });
    const TimePoint deadline = end == State::kExpired ? Clock::now() : patience();
    auto command = pushed(
        [kept = std::move(payload), end] {
          if (end == State::kFailed) throw std::runtime_error("wanted");
        },
        deadline, 7);
    self = command.get();
    Counting continuation;
    command->then(continuation);
    if (end == State::kCancelled) {
      EXPECT_TRUE(command->withdraw(end));
    } else if (end == State::kAbandoned) {
      EXPECT_EQ(lane.abandon(7), 1u);
    }
    drain_all(lane);
    ASSERT_EQ(command->state(), end);
    EXPECT_EQ(destroyed, 1);
    EXPECT_FALSE(is_final(seen));
    EXPECT_FALSE(is_final(waited));
    EXPECT_EQ(continuation.calls, 1);
    EXPECT_EQ(continuation.seen, end);
  }
}

TEST_F(CommandTest, LoserOfTwoWithdrawalsSeesTheFinalState) {
  // The winner is held inside the payload's destructor until the loser is on its way into withdraw().
  std::atomic<bool> in_destructor{false};
  std::atomic<bool> loser_started{false};
  OnDestruction payload([&] {
    in_destructor = true;
    EXPECT_TRUE(eventually([&] { return loser_started.load(); }));
  });
  auto command = make(lane, [kept = std::move(payload)] {});
  std::thread winner([&] { EXPECT_TRUE(command->withdraw(State::kCancelled)); });
  ASSERT_TRUE(eventually([&] { return in_destructor.load(); }));
  EXPECT_EQ(command->state(), State::kQueued);
  loser_started = true;
  EXPECT_FALSE(command->withdraw(State::kExpired));
  EXPECT_EQ(command->state(), State::kCancelled);
  winner.join();
}

TEST_F(CommandTest, WaitEndsAtItsDeadlineAndLeavesTheCommandQueued) {
  auto command = pushed([] {});
  EXPECT_EQ(command->wait(Clock::now()), State::kQueued);
  EXPECT_EQ(command->wait(Clock::now() + std::chrono::milliseconds(2)), State::kQueued);
  EXPECT_EQ(command->wait(TimePoint{}), State::kQueued);
  EXPECT_EQ(command->wait(TimePoint::min()), State::kQueued);
  drain_all(lane);
  EXPECT_EQ(command->wait(TimePoint::max()), State::kDone);
}

TEST_F(CommandTest, WaitWithoutEndIsWoken) {
  auto command = make(lane, [] { return 1; });
  std::thread waiter([&] { EXPECT_EQ(command->wait(TimePoint::max()), State::kDone); });
  ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
  drain_all(lane);
  waiter.join();
}

TEST_F(CommandTest, ContinuationIsCalledOnceBeforeOrAfterTheEnd) {
  Counting before;
  auto first = pushed([] {});
  first->then(before);
  EXPECT_EQ(before.calls, 0);
  drain_all(lane);
  EXPECT_EQ(before.calls, 1);
  EXPECT_EQ(before.seen, State::kDone);

  Counting after;
  auto second = pushed([] {});
  drain_all(lane);
  second->then(after);
  EXPECT_EQ(after.calls, 1);
  EXPECT_EQ(after.seen, State::kDone);
}

// Nobody has a reference: it is run without a state, counted, and its payload destroyed once, after it ran.
TEST_F(CommandTest, NobodyKnowsItAndItRunsAllTheSame) {
  int runs = 0;
  int destroyed = 0;
  pushed([&runs, &destroyed, mark = OnDestruction([&] { destroyed += runs; })] { ++runs; }).reset();
  pushed([&destroyed, mark = OnDestruction([&] { ++destroyed; })] { throw std::runtime_error("unheard"); }).reset();
  drain_all(lane);
  EXPECT_EQ(runs, 1);
  EXPECT_EQ(destroyed, 2);
  EXPECT_EQ(lane.stats().ran, 2u);
  EXPECT_EQ(lane.stats().failed, 1u);
  EXPECT_EQ(lane.stats().bytes, 0u);
}

TEST_F(CommandTest, AContinuationIsToldThoughNobodyHasAReference) {
  Counting continuation;
  auto command = pushed([] {});
  command->then(continuation);
  command.reset();
  drain_all(lane);
  EXPECT_EQ(continuation.calls, 1);
  EXPECT_EQ(continuation.seen, State::kDone);
}

TEST_F(CommandTest, WhatNobodyKnowsStillExpires) {
  int runs = 0;
  int destroyed = 0;
  pushed([&runs, mark = OnDestruction([&] { ++destroyed; })] { ++runs; }, Clock::now() - std::chrono::seconds(1)).reset();
  drain_all(lane);
  EXPECT_EQ(runs, 0);
  EXPECT_EQ(destroyed, 1);
  EXPECT_EQ(lane.stats().expired, 1u);
}

TEST_F(CommandTest, OutlivesItsLane) {
  auto other = std::make_unique<Lane>();
  auto done = make(*other, [] { return std::string(100, 'x'); });
  auto left = make(*other, [] {});
  ASSERT_EQ(other->push(done, WhenFull::kRefuse), Admission::kAccepted);
  drain_all(*other);
  ASSERT_EQ(other->push(left, WhenFull::kRefuse), Admission::kAccepted);
  other.reset();
  EXPECT_EQ(done->value(), std::string(100, 'x'));
  EXPECT_EQ(left->state(), State::kAbandoned);
}

TEST_F(CommandTest, TooLargeForABlockUsesTheHeapAndCountsItsSize) {
  std::array<char, 2 * BlockPool::kLargeBytes> large{};
  auto small = make(lane, [] {});
  large.back() = 9;
  auto big = make(lane, [large] { return large.back(); });
  EXPECT_TRUE(decltype(small)::element_type::fits_block());
  EXPECT_FALSE(decltype(big)::element_type::fits_block());
  EXPECT_EQ(small->cost(), BlockPool::kSmallBytes);
  EXPECT_GT(big->cost(), large.size());
  EXPECT_EQ(lane.make("held", 0, patience(), 1000, [] {})->cost(), BlockPool::kSmallBytes + 1000);
  ASSERT_EQ(lane.push(big, WhenFull::kRefuse), Admission::kAccepted);
  drain_all(lane);
  EXPECT_EQ(big->value(), 9);
}

// A caller whose deadline comes and a consumer that starts the command at the same time: exactly one gets it.
TEST_F(CommandTest, StressWithdrawAgainstStart) {
  constexpr int kRounds = 20'000;
  std::mt19937 random(20'240'601);
  std::atomic<int> ran{0};
  int withdrawn = 0;
  int answered = 0;
  testing::ConsumerThread consumer(lane);
  for (int i = 0; i < kRounds; ++i) {
    auto command = make(lane, [&ran] { return ++ran; });
    Counting continuation;
    command->then(continuation);
    ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    for (std::uint_fast32_t spin = random() % 400; spin > 0; --spin) static_cast<void>(command->state());
    if (random() % 2 == 0) command->wait(Clock::now() + std::chrono::microseconds(random() % 50));
    if (command->withdraw(State::kExpired)) {
      ++withdrawn;
      ASSERT_EQ(command->state(), State::kExpired);
    } else {
      ASSERT_EQ(command->wait(patience()), State::kDone);
      ++answered;
    }
    ASSERT_TRUE(eventually([&] { return continuation.calls > 0; }));
    ASSERT_EQ(continuation.seen, command->state());
  }
  consumer.end();
  drain_all(lane);
  EXPECT_EQ(ran, answered);
  EXPECT_EQ(withdrawn + answered, kRounds);
  const StatsView stats = lane.stats();
  EXPECT_EQ(stats.ran, static_cast<std::uint64_t>(answered));
  EXPECT_EQ(stats.expired, static_cast<std::uint64_t>(withdrawn));
  EXPECT_EQ(stats.pushed, static_cast<std::uint64_t>(kRounds));
}

// then() on one thread while another settles: the continuation is called exactly once, by one of them.
TEST_F(CommandTest, StressThenAgainstSettle) {
  constexpr int kRounds = 20'000;
  testing::ConsumerThread consumer(lane);
  std::mt19937 random(7);
  for (int i = 0; i < kRounds; ++i) {
    Counting continuation;
    auto command = make(lane, [] {});
    ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    for (std::uint_fast32_t spin = random() % 300; spin > 0; --spin) static_cast<void>(command->state());
    command->then(continuation);
    ASSERT_TRUE(eventually([&] { return continuation.calls > 0; }));
    ASSERT_EQ(continuation.calls, 1);
    ASSERT_EQ(continuation.seen, State::kDone);
  }
}

TEST_F(CommandTest, StressManyWithdrawOneWins) {
  constexpr int kRounds = 3'000;
  constexpr int kThreads = 4;
  std::vector<Ref<Command>> commands;
  for (int i = 0; i < kRounds; ++i) commands.push_back(make(lane, [] {}));
  std::atomic<int> wins{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&] {
      for (auto& command : commands) {
        wins += command->withdraw(State::kCancelled) ? 1 : 0;
        EXPECT_EQ(command->state(), State::kCancelled);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(wins, kRounds);
}

}  // namespace
}  // namespace vhpy::queue
