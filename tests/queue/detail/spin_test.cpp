// Shows that a thread looks again before it sleeps, and stops trying where that never helps.
#include "queue/detail/spin.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "queue/detail/waiting.h"
#include "tests/queue/support.h"

namespace vhpy::queue::testing {
namespace {

using detail::SpinLuck;

// How many of the next `attempts` are tried, all in vain.
int tried_in_vain(SpinLuck& luck, int attempts) {
  int tried = 0;
  for (int i = 0; i < attempts; ++i) {
    if (!luck.tries()) continue;
    ++tried;
    luck.missed();
  }
  return tried;
}

TEST(SpinTest, WhoeverMissesTriesLessAndLess) {
  SpinLuck luck;
  const bool several = luck.tries();
  luck = {};
  // Tried are the 1st, 3rd, 6th, 11th, 20th, 37th, 70th and then each 65th.
  EXPECT_EQ(tried_in_vain(luck, 70), several ? 7 : 0);
  EXPECT_EQ(tried_in_vain(luck, 650), several ? 10 : 0);
}

TEST(SpinTest, OneSuccessForgetsTheMisses) {
  const bool several = SpinLuck{}.tries();
  SpinLuck luck;
  tried_in_vain(luck, 1'000);
  luck.met();
  for (int i = 0; i < 70; ++i) static_cast<void>(luck.tries());  // until what was left out is over
  EXPECT_EQ(luck.tries(), several);
  luck.missed();
  EXPECT_FALSE(luck.tries());
  EXPECT_EQ(luck.tries(), several);
}

TEST(SpinTest, EndsBothWays) {
  int looks = 0;
  detail::spin_while([&looks] { return ++looks < 3; }, patience());
  EXPECT_GE(looks, 1);
  detail::spin_while([] { return true; }, patience());  // for ever, if it did not give up
  looks = 0;
  detail::spin_while([&looks] { return ++looks < 3; }, Clock::now());
  EXPECT_EQ(looks, 1) << "no time to spin";
}

TEST(SpinTest, AThreadThatSleepsForAnAnswerIsSeen) {
  EXPECT_FALSE(detail::Waiting::anybody());
  Lane lane;
  auto command = lane.make("test", 0, patience(), 0, [] {});
  ASSERT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
  std::thread caller([&] { EXPECT_EQ(command->wait(patience()), State::kDone); });
  const TimePoint until = patience();
  while (!detail::Waiting::anybody() && Clock::now() < until) std::this_thread::yield();
  EXPECT_TRUE(detail::Waiting::anybody());
  lane.bind_consumer();
  lane.drain({});
  caller.join();
  EXPECT_FALSE(detail::Waiting::anybody());
}

}  // namespace
}  // namespace vhpy::queue::testing
