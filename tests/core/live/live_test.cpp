// Shows that what is published is what readers see, whole and in order; that a reader which stands still holds up nobody;
// and that waiting for a version ends when it is there, at the time limit, or when it is called off. The stress cases run
// readers beside the writer for a fixed number of versions; under ThreadSanitizer they show the order of memory accesses.
#include "core/live/live.h"

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace vhpy::live {
namespace {

using namespace std::chrono_literals;

// Two users and a setting that always say the same number, so that a view of a moment between is recognised.
class Numbers final : public Source {
 public:
  bool changed() const noexcept override { return changed_; }
  void write(Draft& draft) override {
    const std::string text = std::to_string(number_);
    for (const char* const nick : {"Eve", "bob"}) {
      UserFacts facts;
      facts.text(UserText::kNick) = nick;
      facts.text(UserText::kDescription) = text;
      facts.user_class = number_ % 2 == 0 ? 3 : 0;
      facts.op = number_ % 2 == 0;
      draft.put(facts);
    }
    draft.set_own("number", text);
    draft.set_other("shop", "number", text);
    draft.set_topic(text);
    draft.set_sums(2, text);
    changed_ = false;
  }
  void next() {
    ++number_;
    changed_ = true;
  }

 private:
  int number_ = 0;
  bool changed_ = false;
};

class LiveTest : public ::testing::Test {
 protected:
  LiveTest() { live.use(&numbers); }
  void publish_next() {
    numbers.next();
    ASSERT_TRUE(live.publish());
  }
  Live live{"config"};
  Numbers numbers;
};

void expect_consistent(const View& view, std::uint64_t number) {
  const std::string text = std::to_string(number);
  EXPECT_EQ(view.topic(), text);
  EXPECT_EQ(view.config("config", "number", {}), text);
  EXPECT_EQ(view.config("shop", "number", {}), text);
  EXPECT_EQ(view.my_info("EVE")->description, text);
  EXPECT_EQ(view.my_info("bob")->description, text);
  EXPECT_EQ(view.op_list().size(), number % 2 == 0 ? 2u : 0u);
}

TEST_F(LiveTest, VersionsBeginAtOneAndCountChanges) {
  EXPECT_EQ(live.version(), 0u);
  EXPECT_FALSE(live.publish());
  EXPECT_EQ(live.view()->nick_list(), Hub::Nicks{});
  EXPECT_EQ(live.version_of_now(), 0u);
  numbers.next();
  EXPECT_EQ(live.version_of_now(), 1u);
  EXPECT_TRUE(live.publish());
  EXPECT_EQ(live.version(), 1u);
  EXPECT_EQ(live.version_of_now(), 1u);
  EXPECT_FALSE(live.publish());
  EXPECT_EQ(live.view()->version(), 1u);
  expect_consistent(*live.view(), 1);
}

TEST_F(LiveTest, AReferenceKeepsItsViewWhileOthersFollow) {
  publish_next();
  const Ref<const View> first = live.view();
  for (int i = 0; i < 10; ++i) publish_next();
  expect_consistent(*first, 1);
  expect_consistent(*live.view(), 11);
  EXPECT_EQ(live.held(), 0u);
  EXPECT_LE(first->published(), live.view()->published());
}

TEST_F(LiveTest, WhatIsRemovedIsGoneFromAllLists) {
  struct Remover final : Source {
    bool pending = true;
    bool changed() const noexcept override { return pending; }
    void write(Draft& draft) override {
      draft.remove_user("EVE");
      draft.forget_others();
      pending = false;
    }
  } remover;
  publish_next();
  publish_next();  // both are operators
  live.use(&remover);
  ASSERT_TRUE(live.publish());
  const auto view = live.view();
  EXPECT_EQ(view->nick_list(), Hub::Nicks{"bob"});
  EXPECT_EQ(view->op_list(), Hub::Nicks{"bob"});
  EXPECT_EQ(view->user_class("Eve"), -2);
  EXPECT_EQ(view->config("shop", "number", "gone"), "gone");
  EXPECT_EQ(view->config("config", "number", {}), "2");
}

TEST_F(LiveTest, AReaderThatStandsStillHoldsUpNobody) {
  publish_next();
  std::latch inside(1), go_on(1);
  std::thread reader([&] {
    live.read([&](const View& view) {
      inside.count_down();
      go_on.wait();
      expect_consistent(view, 1);
      return 0;
    });
  });
  inside.wait();
  for (int i = 0; i < 1'000; ++i) publish_next();
  EXPECT_EQ(live.held(), 1u);  // the reader's view and no other
  EXPECT_EQ(live.version(), 1'001u);
  go_on.count_down();
  reader.join();
  publish_next();
  EXPECT_EQ(live.held(), 0u);
}

TEST_F(LiveTest, ManyReadersMayStandStill) {
  publish_next();
  constexpr std::size_t kStopped = Readers::kSlots - 1;
  std::latch inside(kStopped), go_on(1);
  std::vector<std::thread> readers;
  for (std::size_t i = 0; i < kStopped; ++i) {
    readers.emplace_back([&] {
      live.read([&](const View&) {
        inside.count_down();
        go_on.wait();
        return 0;
      });
    });
  }
  inside.wait();
  for (int i = 0; i < 10; ++i) publish_next();
  expect_consistent(*live.view(), 11);  // one slot is left for it
  go_on.count_down();
  for (std::thread& reader : readers) reader.join();
}

TEST_F(LiveTest, StressReadersSeeWholeVersionsInOrder) {
  constexpr std::uint64_t kVersions = 20'000;
  publish_next();
  std::vector<std::thread> readers;
  for (int i = 0; i < 3; ++i) {
    readers.emplace_back([&, keeps = i == 0] {
      std::uint64_t last = 0;
      std::vector<Ref<const View>> kept;
      while (last < kVersions) {
        const std::uint64_t seen = live.read([&](const View& view) {
          expect_consistent(view, view.version());
          return view.version();
        });
        EXPECT_GE(seen, last);
        last = seen;
        if (keeps && kept.size() < 100) kept.push_back(live.view());
      }
      for (const auto& view : kept) expect_consistent(*view, view->version());
    });
  }
  while (live.version() < kVersions) publish_next();
  for (std::thread& reader : readers) reader.join();
  publish_next();
  EXPECT_EQ(live.held(), 0u);
}

TEST_F(LiveTest, WaitEndsWhenTheVersionIsThere) {
  const auto never = [] { return false; };
  publish_next();
  EXPECT_TRUE(live.wait(1, queue::Clock::now(), never));
  EXPECT_FALSE(live.wait(2, queue::Clock::now() + 10ms, never));
  std::vector<std::thread> waiters;
  for (std::uint64_t version = 2; version < 6; ++version) {
    waiters.emplace_back([&, version] {
      EXPECT_TRUE(live.wait(version, queue::Clock::now() + 60s, never));
      EXPECT_GE(live.version(), version);
    });
  }
  for (int i = 0; i < 5; ++i) publish_next();
  for (std::thread& waiter : waiters) waiter.join();
}

TEST_F(LiveTest, StressNoWakeIsLost) {
  constexpr std::uint64_t kVersions = 5'000;
  std::thread waiter([&] {
    for (std::uint64_t version = 1; version <= kVersions; ++version) {
      ASSERT_TRUE(live.wait(version, queue::Clock::now() + 60s, [] { return false; })) << version;
    }
  });
  while (live.version() < kVersions) publish_next();
  waiter.join();
}

TEST_F(LiveTest, WaitCanBeCalledOff) {
  std::atomic<bool> off{false};
  std::latch asked(1);
  std::thread waiter([&] {
    bool first = true;
    EXPECT_FALSE(live.wait(9, queue::Clock::now() + 60s, [&] {
      if (std::exchange(first, false)) asked.count_down();
      return off.load();
    }));
  });
  asked.wait();
  off = true;
  live.wake();
  waiter.join();
}

}  // namespace
}  // namespace vhpy::live
