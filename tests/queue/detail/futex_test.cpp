// Sleeping on a word: does not sleep when it has changed, ends at the deadline, is woken.
#include "queue/detail/futex.h"

#include "tests/queue/support.h"

namespace vhpy::queue::detail {
namespace {

TEST(FutexTest, DoesNotSleepWhenTheWordHasChanged) {
  const std::atomic<std::uint32_t> word{1};
  EXPECT_TRUE(futex_wait(word, 2, TimePoint::max()));
}

TEST(FutexTest, EndsAtTheDeadline) {
  const std::atomic<std::uint32_t> word{1};
  const TimePoint until = Clock::now() + std::chrono::milliseconds(2);
  while (futex_wait(word, 1, until)) {
  }
  EXPECT_GE(Clock::now(), until);
  while (futex_wait(word, 1, TimePoint{})) {
  }
  while (futex_wait(word, 1, TimePoint::min())) {
  }
}

TEST(FutexTest, IsWoken) {
  std::atomic<std::uint32_t> word{0};
  std::thread sleeper([&] {
    while (word.load() == 0) ASSERT_TRUE(futex_wait(word, 0, queue::testing::patience()));
  });
  word = 1;
  futex_wake(word, kEverybody);
  sleeper.join();
}

}  // namespace
}  // namespace vhpy::queue::detail
