// What the consumer is doing: nested scopes restore the outer one, long text is cut, readers see whole descriptions.
#include "queue/activity.h"

#include <atomic>
#include <string>
#include <thread>

#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using namespace std::chrono_literals;

TEST(ActivityTest, IdleUntilAScopeSaysSomething) {
  Activity activity;
  EXPECT_EQ(activity.describe(Clock::now()), "idle");
  {
    const Activity::Scope scope(activity, "shop.py OnTimer", {}, Clock::now() - 5s);
    EXPECT_EQ(activity.describe(Clock::now()), "in shop.py OnTimer for 5.0 s");
  }
  EXPECT_EQ(activity.describe(Clock::now()), "idle");
}

TEST(ActivityTest, NestedScopesRestoreTheOuterWithItsStart) {
  Activity activity;
  const TimePoint now = Clock::now();
  const Activity::Scope outer(activity, "shop.py", "OnTimer", now - 3s);
  {
    const Activity::Scope inner(activity, "a much longer description of the inner one", {}, now - 1s);
    EXPECT_EQ(activity.describe(now), "in a much longer description of the inner one for 1.0 s");
    {
      ActivityLabel label(activity);
      label.set("GetUserClass", now);
      label.set("Ban", now - 2s);
      EXPECT_EQ(activity.describe(now), "in Ban for 2.0 s");
      {
        const Activity::Scope innermost(activity, "x");
        EXPECT_EQ(activity.describe(now), "in x for 0.0 s");
      }
      EXPECT_EQ(activity.describe(now), "in Ban for 2.0 s");
    }
    EXPECT_EQ(activity.describe(now), "in a much longer description of the inner one for 1.0 s");
  }
  EXPECT_EQ(activity.describe(now), "in shop.py OnTimer for 3.0 s");
}

TEST(ActivityTest, CutsLongText) {
  Activity activity;
  const TimePoint now = Clock::now();
  const Activity::Scope one(activity, std::string(500, 'a'), {}, now);
  EXPECT_EQ(activity.describe(now), "in " + std::string(Activity::kMaxText, 'a') + " for 0.0 s");
  const Activity::Scope two(activity, std::string(Activity::kMaxText - 2, 'b'), "cdef", now);
  EXPECT_EQ(activity.describe(now), "in " + std::string(Activity::kMaxText - 2, 'b') + " c for 0.0 s");
}

TEST(ActivityTest, AStartInTheFutureIsZero) {
  Activity activity;
  const Activity::Scope scope(activity, "x", {}, Clock::now() + 1h);
  EXPECT_EQ(activity.describe(Clock::now()), "in x for 0.0 s");
}

TEST(ActivityTest, StressReadersNeverSeeHalfADescription) {
  Activity activity;
  std::atomic<bool> stop{false};
  std::atomic<int> reads{0};
  const TimePoint now = Clock::now();
  const std::string a(100, 'a');
  const std::string b(60, 'b');
  std::thread reader([&] {
    while (!stop) {
      const std::string seen = activity.describe(now);
      if (seen == "in something else every moment") continue;  // the writer was preempted in the middle
      EXPECT_TRUE(seen == "idle" || seen == "in " + a + " for 1.0 s" || seen == "in " + b + " for 2.0 s") << seen;
      ++reads;
    }
  });
  while (reads < 2'000) {
    const Activity::Scope outer(activity, a, {}, now - 1s);
    const Activity::Scope inner(activity, b, {}, now - 2s);
    std::this_thread::yield();
  }
  stop = true;
  reader.join();
}

}  // namespace
}  // namespace vhpy::queue
