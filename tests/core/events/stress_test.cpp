// A hub thread that fires beside readers: nothing is lost uncounted, nobody sleeps on, nothing is freed twice.
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "core/events/feed.h"
#include "tests/core/events/events_stage.h"

namespace vhpy::events {
namespace {

constexpr HookSet kTimer = only(HookId::kOnTimer);

void fire(Feed& feed, double number) {
  const HookArg argument = number;
  if (feed.wanted(HookId::kOnTimer)) feed.publish(feed.begin(HookId::kOnTimer, std::span(&argument, 1)), {});
}

struct Sum {
  std::uint64_t taken = 0, skipped = 0, last = 0;
  bool in_order = true;
};

// Takes until the stream has ended, sleeping when there is nothing.
Sum drain(Stream& stream) {
  Sum sum;
  for (;;) {
    const bool ended = stream.end() != End::kOpen;
    Stream::Taken taken;
    if (stream.take(taken)) {
      ++sum.taken;
      sum.skipped += taken.skipped;
      sum.in_order &= taken.sequence > sum.last && taken.sequence == sum.taken + sum.skipped;
      sum.last = taken.sequence;
    } else if (ended) {
      return sum;
    } else if (!stream.wait(patience())) {
      ADD_FAILURE() << "slept although there was something, or nothing came";
      return sum;
    }
  }
}

TEST(EventStressTest, EachEventIsTakenOrCounted) {
  constexpr int kEvents = 20'000;
  for (const Overflow overflow : {Overflow::kDropOldest, Overflow::kDropNewest}) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{16}, std::size_t{100'000}}) {
      Feed feed;
      const auto stream = feed.open({.hooks = kTimer, .max_events = size, .max_bytes = std::size_t{1} << 30, .overflow = overflow});
      Sum sum;
      std::thread reader([&] { sum = drain(*stream); });
      for (int i = 0; i < kEvents; ++i) fire(feed, i);
      feed.close();
      reader.join();
      EXPECT_TRUE(sum.in_order);
      EXPECT_EQ(sum.taken + stream->skipped(), kEvents);
      EXPECT_GE(stream->skipped(), sum.skipped) << "those after the last one that was taken are not told by an event";
      if (size > kEvents) {
        EXPECT_EQ(stream->skipped(), 0u);
      }
    }
  }
}

// One event at a time, each only when the one before was taken: every wake-up that is lost would be waited for.
TEST(EventStressTest, NoWakeUpIsLost) {
  constexpr int kEvents = 5'000;
  Feed feed;
  const auto stream = feed.open({.hooks = kTimer});
  std::atomic<int> taken{0};  // written by the reader (release), read by the hub thread (acquire)
  std::thread reader([&] {
    for (Stream::Taken event; taken.load(std::memory_order_relaxed) < kEvents;) {
      if (stream->take(event)) {
        taken.fetch_add(1, std::memory_order_release);
      } else if (!stream->wait(patience())) {
        ADD_FAILURE() << "event " << taken << " did not wake its reader";
        return;
      }
    }
  });
  const auto until = patience();
  for (int i = 0; i < kEvents && queue::Clock::now() < until; ++i) {
    fire(feed, i);
    while (taken.load(std::memory_order_acquire) <= i && queue::Clock::now() < until) std::this_thread::yield();
  }
  reader.join();
}

TEST(EventStressTest, StreamsComeAndGoWhileTheHubFires) {
  constexpr int kThreads = 3, kStreams = 400;
  Feed feed;
  std::atomic<int> busy{kThreads};  // lowered by each thread at its end (release), read by the hub thread (acquire)
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kStreams; ++i) {
        const auto stream = feed.open({.hooks = kTimer, .owner = static_cast<ScriptId>(t), .max_events = 4});
        ASSERT_NE(stream, nullptr);
        Stream::Taken taken;
        if (i % 3 == 0) {  // each stream that is open gets the next event
          while (!stream->take(taken) && stream->end() == End::kOpen) ASSERT_TRUE(stream->wait(patience()));
        }
        stream->finish(End::kClosed);
      }
      busy.fetch_sub(1, std::memory_order_release);
    });
  }
  for (int i = 0; busy.load(std::memory_order_acquire) > 0; ++i) {
    fire(feed, i);
    if (i % 64 == 0) feed.end_of_script(static_cast<ScriptId>(i / 64 % kThreads));
    feed.end_of_turn();
  }
  for (std::thread& thread : threads) thread.join();
  feed.end_of_turn();
  EXPECT_EQ(feed.counts().streams, 0u);
  EXPECT_FALSE(feed.wanted(HookId::kOnTimer));
}

TEST(EventStressTest, NoticesMeetEventsAndTheEnd) {
  constexpr int kRounds = 3'000;
  Feed feed;
  const auto box = queue::Mailbox::create();
  const auto stream = feed.open({.hooks = kTimer, .max_events = 8});
  std::thread loop([&] {
    std::uint64_t number = 0;
    const auto until = patience();
    for (;;) {
      const bool ended = stream->end() != End::kOpen;
      Stream::Taken taken;
      if (stream->take(taken)) continue;
      if (ended) return;
      if (!stream->notify(box->prepare(++number))) continue;
      if (number % 5 == 0) {
        stream->forget_notice();
        continue;
      }
      for (std::vector<std::uint64_t> came; came.empty();) {
        came = tickets(*box);
        ASSERT_LT(queue::Clock::now(), until) << "a notice was lost";
        if (!came.empty() && came.back() != number) came.clear();  // one that was on its way when it was given up
      }
    }
  });
  for (int i = 0; i < kRounds; ++i) {
    fire(feed, i);
    if (i % 7 == 0) std::this_thread::yield();
  }
  feed.close();
  loop.join();
}

}  // namespace
}  // namespace vhpy::events
