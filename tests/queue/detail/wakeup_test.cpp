// The coalesced wake-up: one write per round, and none lost between a thread that signals and one that sleeps.
#include "queue/detail/wakeup.h"

#include "tests/queue/support.h"

namespace vhpy::queue::detail {
namespace {

bool is_readable(const Wakeup& wakeup, int patience_ms) {
  pollfd readable{wakeup.fd(), POLLIN, 0};
  return ::poll(&readable, 1, patience_ms) == 1;
}

TEST(WakeupTest, WritesOncePerRound) {
  Wakeup wakeup;
  EXPECT_FALSE(is_readable(wakeup, 0));
  EXPECT_TRUE(wakeup.signal());
  EXPECT_FALSE(wakeup.signal());
  EXPECT_FALSE(wakeup.signal_published());
  EXPECT_TRUE(is_readable(wakeup, 0));
  wakeup.disarm();
  EXPECT_FALSE(is_readable(wakeup, 0));
  wakeup.disarm();
  EXPECT_TRUE(wakeup.signal_published());
  EXPECT_EQ(wakeup.writes(), 2u);
}

// Both kinds of signal, each after what it asks for.
TEST(WakeupTest, StressNoneIsLost) {
  constexpr int kEach = 30'000;
  Wakeup wakeup;
  std::atomic<int> published{0};
  std::thread sleeper([&] {
    for (int seen = 0; seen < 2 * kEach; seen = published.load()) {
      ASSERT_TRUE(is_readable(wakeup, 60'000)) << "asleep at " << seen << " with " << published << " published";
      wakeup.disarm();
    }
  });
  const auto publish = [&](bool looks_first) {
    for (int i = 0; i < kEach; ++i) {
      published.fetch_add(1, looks_first ? std::memory_order_seq_cst : std::memory_order_relaxed);
      looks_first ? wakeup.signal_published() : wakeup.signal();
    }
  };
  std::thread other([&] { publish(true); });
  publish(false);
  other.join();
  sleeper.join();
}

}  // namespace
}  // namespace vhpy::queue::detail
