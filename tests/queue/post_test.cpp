// Calls that nobody waits for: in the order of all that their thread pushes, run or dropped once, in memory of their own that is
// used again.
#include <algorithm>
#include <array>
#include <memory>
#include <string>
#include <vector>

#include "queue/detail/post_memory.h"
#include "queue/detail/producer.h"
#include "queue/lane.h"
#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using namespace std::chrono_literals;
using testing::drain_all;
using testing::eventually;
using testing::make;
using testing::patience;

// Counts how many of its kind are alive; moved-from ones too, so that each is destroyed.
class Alive {
 public:
  explicit Alive(int& count) noexcept : count_(&count) { ++*count_; }
  Alive(const Alive& other) noexcept : Alive(*other.count_) {}
  Alive(Alive&& other) noexcept : Alive(*other.count_) {}
  ~Alive() { --*count_; }

 private:
  int* count_;
};

template <class Fn>
Admission post_call(Lane& lane, Fn fn, TimePoint deadline = patience(), OwnerId owner = 0) {
  return lane.post("post", owner, deadline, 0, std::move(fn), WhenFull::kRefuse);
}

TEST(PostTest, RunsInTheOrderOfAllThatItsThreadPushes) {
  Lane lane;
  std::vector<int> seen;
  for (int i = 0; i < 1'000; ++i) {
    if (i % 3 == 0) {
      lane.push(make(lane, [&seen, i] { seen.push_back(i); }), WhenFull::kRefuse);
    } else {
      ASSERT_EQ(post_call(lane, [&seen, i] { seen.push_back(i); }), Admission::kAccepted);
    }
  }
  drain_all(lane);
  ASSERT_EQ(seen.size(), 1'000u);
  for (int i = 0; i < 1'000; ++i) ASSERT_EQ(seen[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(lane.stats().bytes, 0u);
}

TEST(PostTest, IsDestroyedOnceHoweverItEnds) {
  int alive = 0;
  int ran = 0;
  {
    Lane lane;
    const auto payload = [&] { return [mark = Alive(alive), &ran] { ++ran; }; };
    post_call(lane, payload());
    post_call(lane, [mark = Alive(alive)] { throw 5; });
    post_call(lane, payload(), Clock::now() - 1s);
    post_call(lane, payload(), patience(), 7);
    EXPECT_EQ(alive, 4);
    EXPECT_EQ(lane.abandon(7), 1u);
    drain_all(lane);
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(ran, 1);
    const StatsView stats = lane.stats();
    EXPECT_EQ(stats.ran, 2u);
    EXPECT_EQ(stats.failed, 1u);
    EXPECT_EQ(stats.expired, 1u);
    EXPECT_EQ(stats.abandoned, 1u);
    EXPECT_EQ(stats.pushed, 4u);
    post_call(lane, payload());
    EXPECT_EQ(lane.abort(), 1u);
    EXPECT_EQ(alive, 0);
    EXPECT_EQ(post_call(lane, payload()), Admission::kClosed);
  }
  EXPECT_EQ(alive, 0);
  EXPECT_EQ(ran, 1);
}

TEST(PostTest, ARefusedOneIsDestroyed) {
  int alive = 0;
  Lane lane(Limits{.max_commands = 1});
  EXPECT_EQ(post_call(lane, [mark = Alive(alive)] {}), Admission::kAccepted);
  EXPECT_EQ(post_call(lane, [mark = Alive(alive)] {}), Admission::kFull);
  EXPECT_EQ(alive, 1);
  EXPECT_EQ(lane.stats().refused_full, 1u);
  drain_all(lane);
  EXPECT_EQ(alive, 0);
}

// Too large, too strictly aligned, or beyond the memory for posts: all the same to the caller.
TEST(PostTest, WhatDoesNotFitBecomesACommand) {
  struct alignas(64) Aligned {
    char bytes[64];
  };
  Lane lane(Limits{.max_commands = 200'000, .max_bytes = 1u << 30, .max_commands_per_producer = 200'000,
                   .max_bytes_per_producer = 1u << 30});
  int sum = 0;
  std::array<char, 2'000> large{};
  large.back() = 3;
  Aligned aligned{};
  aligned.bytes[63] = 4;
  EXPECT_EQ(post_call(lane, [&sum, large] { sum += large.back(); }), Admission::kAccepted);
  EXPECT_EQ(post_call(lane, [&sum, aligned] { sum += aligned.bytes[63]; }), Admission::kAccepted);
  std::array<int, 60> numbers{};
  numbers.back() = 1;
  for (int i = 0; i < 40'000; ++i) {  // 10 MiB
    ASSERT_EQ(post_call(lane, [&sum, numbers, i] { sum += (i + numbers.back()) % 2; }), Admission::kAccepted);
  }
  drain_all(lane);
  EXPECT_EQ(sum, 20'007);
  EXPECT_EQ(lane.stats().ran, 40'002u);
}

TEST(PostTest, PayloadOutsideCounts) {
  Lane lane(Limits{.max_bytes = 10'000});
  EXPECT_EQ(lane.post("post", 0, patience(), 9'000, [] {}, WhenFull::kRefuse), Admission::kAccepted);
  EXPECT_EQ(lane.stats().bytes, 9'000u + detail::kLineBytes);
  EXPECT_EQ(lane.post("post", 0, patience(), 1'000, [] {}, WhenFull::kRefuse), Admission::kFull);
  EXPECT_EQ(lane.post("post", 0, patience(), std::size_t{1} << 40, [] {}, WhenFull::kWaitUntilDeadline), Admission::kFull);
  EXPECT_EQ(lane.stats().waited_for_room, 0u);
}

TEST(PostTest, SamplesTheWait) {
  Lane lane;
  for (int i = 0; i < 200; ++i) post_call(lane, [i] { static_cast<void>(i); });
  drain_all(lane);
  EXPECT_EQ(lane.stats().wait.samples(), 4u);  // one push in 64, from the first
  EXPECT_EQ(lane.stats().total.samples(), 4u);
}

TEST(PostMemoryTest, GoesRoundInItsChunks) {
  detail::PostMemory memory;
  std::uint64_t made = 0;
  std::size_t most = 0;
  for (int round = 0; round < 1'000; ++round) {
    for (int i = 0; i < 300; ++i) {
      void* const place = memory.take(128);
      ASSERT_NE(place, nullptr);
      ASSERT_EQ(reinterpret_cast<std::uintptr_t>(place) % detail::kLineBytes, 0u);
      memory.made(128);
      ++made;
    }
    memory.done(made - 10);  // the last ones are still in use
    most = std::max(most, memory.chunks());
  }
  EXPECT_LE(most, 7u);
}

TEST(PostMemoryTest, NothingIsUsedAgainBeforeItIsDone) {
  detail::PostMemory memory;
  std::vector<std::byte*> places;
  for (;;) {
    auto* const place = static_cast<std::byte*>(memory.take(64));
    if (place == nullptr) break;
    memory.made(64);
    places.push_back(place);
  }
  EXPECT_EQ(memory.chunks(), detail::PostMemory::kMaxChunks);
  std::sort(places.begin(), places.end());
  EXPECT_EQ(std::adjacent_find(places.begin(), places.end()), places.end());
  memory.done(1);
  EXPECT_EQ(memory.take(64), nullptr);  // its chunk has others
  memory.done(100);
  EXPECT_NE(memory.take(64), nullptr);
  memory.done(places.size());
  for (int i = 0; i < 1'000; ++i) {
    ASSERT_NE(memory.take(1'024), nullptr);
    memory.made(1'024);
    memory.done(places.size() + static_cast<std::size_t>(i) + 1);
  }
  EXPECT_LE(memory.chunks(), 80u);  // after the flood the most part was freed
}

// Threads post strings faster than they are run, some from a thread that ends at once; each runs once, in the order posted.
TEST(LaneStressTest, PostsOfManyThreads) {
  constexpr int kThreads = 3, kEach = 20'000;
  Lane lane(Limits{.max_commands_per_producer = 500});
  std::array<int, kThreads> next{};
  std::atomic<int> wrong{0};
  testing::ConsumerThread consumer(lane, Budget{.max_commands = 100});
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const auto check = [&next, &wrong, t, i, text = std::string(static_cast<std::size_t>(i % 50), 'x')] {
          if (next[t]++ != i || text.size() != static_cast<std::size_t>(i % 50)) ++wrong;
        };
        ASSERT_EQ(lane.post("post", 0, patience(), 50, check, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == 0; }));
  consumer.end();
  EXPECT_EQ(wrong, 0);
  for (const int each : next) EXPECT_EQ(each, kEach);
}

// The lane is aborted while threads post: every payload is destroyed, by either side.
TEST(LaneStressTest, AbortWhileOthersPost) {
  for (int round = 0; round < 40; ++round) {
    std::atomic<int> alive{0};
    struct Counted {
      std::atomic<int>* count;
      explicit Counted(std::atomic<int>& counter) noexcept : count(&counter) { ++*count; }
      Counted(const Counted& other) noexcept : Counted(*other.count) {}
      Counted(Counted&& other) noexcept : Counted(*other.count) {}
      ~Counted() { --*count; }
    };
    Lane lane;
    std::vector<std::thread> threads;
    std::atomic<int> posted{0};
    for (int t = 0; t < 2; ++t) {
      threads.emplace_back([&] {
        while (lane.post("post", 0, patience(), 0, [mark = Counted(alive)] {}, WhenFull::kRefuse) != Admission::kClosed) ++posted;
      });
    }
    {
      testing::ConsumerThread consumer(lane);
      ASSERT_TRUE(eventually([&] { return posted > 100; }));
      consumer.end([&] { lane.abort(); });
    }
    for (auto& thread : threads) thread.join();
    EXPECT_EQ(alive, 0);
    const StatsView stats = lane.stats();
    EXPECT_EQ(stats.pushed, stats.ran + stats.abandoned);
    EXPECT_EQ(stats.bytes, 0u);
  }
}

TEST(PriorityTest, ControlGoesBeforeWhatWasThereFirst) {
  Lane lane;
  std::string order;
  const auto push = [&](char name, Priority priority) {
    const auto note = [&order, name] { order += name; };
    return name < 'a' ? lane.post("note", 0, patience(), 0, note, WhenFull::kRefuse, priority)
                      : lane.push(make(lane, note), WhenFull::kRefuse, priority);
  };
  for (const char name : {'a', 'B', 'c', 'D'}) ASSERT_EQ(push(name, Priority::kNormal), Admission::kAccepted);
  for (const char name : {'x', 'Y', 'z'}) ASSERT_EQ(push(name, Priority::kControl), Admission::kAccepted);
  EXPECT_EQ(lane.stats().control_depth, 3u);
  EXPECT_EQ(lane.stats().depth, 7u);
  drain_all(lane);
  EXPECT_EQ(order, "xYzaBcD");
  EXPECT_EQ(lane.stats().depth, 0u);
}

// What comes while a drain is under way goes before the next quantum, not after all that was there.
TEST(PriorityTest, ControlGoesBetweenTwoQuanta) {
  Lane lane;
  int ran = 0;
  int ran_before = -1;
  for (int i = 0; i < 1'000; ++i) {
    testing::post(lane, [&] {
      if (++ran != 1) return;
      std::thread([&] {  // another thread, as the consumer does not push
        lane.push(make(lane, [&] { ran_before = ran; }), WhenFull::kRefuse, Priority::kControl);
      }).join();
    });
  }
  drain_all(lane);
  EXPECT_EQ(ran, 1'000);
  EXPECT_GE(ran_before, 1);
  EXPECT_LE(ran_before, static_cast<int>(detail::kQuantum));
}

TEST(PriorityTest, AFullLaneStillTakesControl) {
  Lane lane(Limits{.max_commands = 2, .control = {2, 1'000, 2, 1'000}});
  EXPECT_EQ(testing::post(lane, [] {}), Admission::kAccepted);
  EXPECT_EQ(testing::post(lane, [] {}), Admission::kAccepted);
  EXPECT_EQ(testing::post(lane, [] {}), Admission::kFull);
  EXPECT_EQ(lane.push(make(lane, [] {}), WhenFull::kRefuse, Priority::kControl), Admission::kAccepted);
  EXPECT_EQ(lane.push(make(lane, [] {}), WhenFull::kRefuse, Priority::kControl), Admission::kAccepted);
  EXPECT_EQ(lane.push(make(lane, [] {}), WhenFull::kRefuse, Priority::kControl), Admission::kFull);
  EXPECT_EQ(lane.stats().refused_full, 2u);
  EXPECT_EQ(lane.drain(Budget{.max_commands = 3}).ran, 3u);
  EXPECT_EQ(lane.drain(Budget{}).ran, 1u);
}

TEST(PriorityTest, AbandonAndAbortReachBoth) {
  Lane lane;
  auto control = make(lane, [] {}, 5);
  lane.push(control, WhenFull::kRefuse, Priority::kControl);
  EXPECT_EQ(lane.abandon(5), 1u);
  EXPECT_EQ(control->state(), State::kAbandoned);
  auto late = make(lane, [] {});
  lane.push(late, WhenFull::kRefuse, Priority::kControl);
  EXPECT_EQ(lane.abort(), 1u);
  EXPECT_EQ(late->state(), State::kAbandoned);
}

TEST(PriorityTest, NobodyStarvesTheRest) {
  Lane lane;
  std::atomic<bool> stop{false};
  std::atomic<int> ran{0};
  testing::ConsumerThread consumer(lane);
  std::thread flood([&] {
    while (!stop) lane.post("flood", 0, patience(), 0, [] {}, WhenFull::kWaitUntilDeadline, Priority::kControl);
  });
  for (int i = 0; i < 2'000; ++i) {
    auto command = make(lane, [&ran] { ++ran; });
    ASSERT_EQ(lane.push(command, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
    ASSERT_EQ(command->wait(patience()), State::kDone);
  }
  stop = true;
  flood.join();
  EXPECT_EQ(ran, 2'000);
}

TEST(BoundsTest, BytesOfOneThread) {
  Lane lane(Limits{.max_bytes = 10'000, .max_bytes_per_producer = 2'000});
  const auto push = [&](std::size_t payload) { return lane.post("post", 0, patience(), payload, [] {}, WhenFull::kRefuse); };
  EXPECT_EQ(push(1'500), Admission::kAccepted);
  EXPECT_EQ(push(500), Admission::kFull);
  EXPECT_EQ(lane.stats().refused_share, 1u);
  std::thread([&] { EXPECT_EQ(push(1'500), Admission::kAccepted); }).join();
  EXPECT_EQ(push(100), Admission::kAccepted);
  drain_all(lane);
  EXPECT_EQ(push(1'500), Admission::kAccepted);
  // What one thread may never have queued is refused at once, not waited for.
  EXPECT_EQ(lane.post("post", 0, patience(), 3'000, [] {}, WhenFull::kWaitUntilDeadline), Admission::kFull);
  EXPECT_EQ(lane.stats().waited_for_room, 0u);
}

TEST(BoundsTest, AThreadWaitsForItsOwnBytes) {
  Lane lane(Limits{.max_bytes_per_producer = 1'000});
  testing::ConsumerThread consumer(lane);
  int ran = 0;
  for (int i = 0; i < 5'000; ++i) {
    ASSERT_EQ(lane.post("post", 0, patience(), static_cast<std::size_t>(i % 900), [&ran] { ++ran; }, WhenFull::kWaitUntilDeadline),
              Admission::kAccepted);
  }
  ASSERT_TRUE(eventually([&] { return lane.stats().depth == 0; }));
  consumer.end();
  EXPECT_EQ(ran, 5'000);
}

}  // namespace
}  // namespace vhpy::queue
