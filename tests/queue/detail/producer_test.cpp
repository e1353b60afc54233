// Threads and lanes that end in either order: nothing is lost, nothing leaks, and a thread's place becomes free.
#include "queue/detail/producer.h"

#include <vector>

#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using testing::drain_all;
using testing::eventually;
using testing::make;
using testing::post;

TEST(ProducerTest, WhatAThreadPushedBeforeItEndedRuns) {
  Lane lane;
  int ran = 0;
  std::thread([&] {
    for (int i = 0; i < 100; ++i) post(lane, [&ran] { ++ran; });
  }).join();
  EXPECT_EQ(lane.stats().producers, 1u);
  EXPECT_EQ(lane.drain(Budget{.max_commands = 60}).ran, 60u);
  EXPECT_EQ(lane.stats().producers, 1u);
  drain_all(lane);
  EXPECT_EQ(ran, 100);
  lane.drain(Budget{});
  EXPECT_EQ(lane.stats().producers, 0u);
}

TEST(ProducerTest, TooManyThreadsAreRefusedUntilOthersEnd) {
  Lane lane(Limits{.max_producers = 2});
  std::atomic<int> pushed{0};
  std::atomic<bool> stop{false};
  std::vector<std::thread> holders;
  for (int i = 0; i < 2; ++i) {
    holders.emplace_back([&] {
      EXPECT_EQ(post(lane, [] {}), Admission::kAccepted);
      ++pushed;
      EXPECT_TRUE(eventually([&] { return stop.load(); }));
    });
  }
  ASSERT_TRUE(eventually([&] { return pushed == 2; }));
  drain_all(lane);
  EXPECT_EQ(post(lane, [] {}), Admission::kNoProducer);
  EXPECT_EQ(lane.stats().refused_producers, 1u);
  stop = true;
  for (auto& holder : holders) holder.join();
  EXPECT_EQ(post(lane, [] {}), Admission::kNoProducer);  // nobody has drained since
  pollfd readable{lane.wake_fd(), POLLIN, 0};
  EXPECT_EQ(::poll(&readable, 1, 0), 1);  // the refusal asked for it
  lane.drain(Budget{});
  EXPECT_EQ(post(lane, [] {}), Admission::kAccepted);
}

TEST(ProducerTest, LaneGoesBeforeItsThreads) {
  auto lane = std::make_unique<Lane>();
  std::atomic<bool> pushed{false};
  std::atomic<bool> gone{false};
  std::thread thread([&] {
    for (int i = 0; i < 40; ++i) post(*lane, [] {});
    pushed = true;
    EXPECT_TRUE(eventually([&] { return gone.load(); }));
    Lane another;  // finds the table of this thread with a lane that is gone
    EXPECT_EQ(post(another, [] {}), Admission::kAccepted);
    EXPECT_EQ(another.drain(Budget{}).ran, 1u);
  });
  ASSERT_TRUE(eventually([&] { return pushed.load(); }));
  lane.reset();
  gone = true;
  thread.join();
}

TEST(ProducerTest, ThreadsGoBeforeTheirLane) {
  auto lane = std::make_unique<Lane>();
  for (int t = 0; t < 3; ++t) {
    std::thread([&] {
      for (int i = 0; i < 40; ++i) post(*lane, [] {});
    }).join();
  }
  lane->drain(Budget{.max_commands = 50});
  lane.reset();
}

TEST(ProducerTest, AnAnswerOutlivesThreadAndLane) {
  auto lane = std::make_unique<Lane>();
  auto command = make(*lane, [] { return std::string(64, 'v'); });
  command.reset();
  std::thread([&] {
    auto mine = make(*lane, [] { return std::string(64, 'v'); });
    ASSERT_EQ(lane->push(mine, WhenFull::kRefuse), Admission::kAccepted);
    drain_all(*lane);
    using Mine = decltype(mine);
    static Mine kept;
    kept = mine;
    std::thread([] {
      EXPECT_EQ(kept->value(), std::string(64, 'v'));
      kept.reset();
    }).join();
  }).join();
  lane.reset();
}

// Uses a lane from the destructor of an object of the thread, after or before the thread's table is gone.
TEST(ProducerTest, PushesWhileTheThreadEndsAreAcceptedOrRefused) {
  static Lane* lane = nullptr;
  static std::atomic<int> outcomes;
  struct AtExit {
    ~AtExit() {
      for (int i = 0; i < 3; ++i) {
        const Admission admission = post(*lane, [] {});
        if (admission == Admission::kAccepted || admission == Admission::kNoProducer) ++outcomes;
      }
    }
  };
  for (const bool before : {true, false}) {
    Lane mine;
    lane = &mine;
    outcomes = 0;
    std::thread([before] {
      if (before) post(*lane, [] {});
      static thread_local AtExit at_exit;
      static_cast<void>(at_exit);
      if (!before) post(*lane, [] {});
    }).join();
    EXPECT_EQ(outcomes, 3);
    drain_all(mine);
    EXPECT_EQ(mine.stats().depth, 0u);
  }
}

TEST(ProducerTest, StressLanesAndThreadsComeAndGo) {
  constexpr int kRounds = 60;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([] {
      for (int round = 0; round < kRounds; ++round) {
        Lane lane;
        std::thread helper([&] {
          for (int i = 0; i < 20; ++i) post(lane, [] {});
        });
        for (int i = 0; i < 20; ++i) post(lane, [] {});
        lane.drain(Budget{});
        helper.join();
        if (round % 2 == 0) drain_all(lane);
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

}  // namespace
}  // namespace vhpy::queue
