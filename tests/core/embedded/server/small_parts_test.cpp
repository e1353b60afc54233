// The parts that need no hub: flood meter, durations, the sum of shares.
#include <gtest/gtest.h>

#include "core/durations.h"
#include "core/embedded/server/flood_meter.h"
#include "core/embedded/server/user_list.h"

namespace vhpy::embedded {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(FloodMeter, CountsABurstAfterSilenceExactly) {
  const FloodLimit limit{5, seconds(10)};
  FloodMeter meter;
  auto now = FloodMeter::TimePoint{} + seconds(1'000);
  for (int i = 0; i != 5; ++i) EXPECT_EQ(meter.hit(limit, now += milliseconds(1)), 0);
  EXPECT_EQ(meter.hit(limit, now), 1);
  EXPECT_EQ(meter.hit(limit, now), 2);
  now += seconds(25);
  EXPECT_EQ(meter.hit(limit, now), 0);
}

TEST(FloodMeter, LetsASteadyStreamAtTheLimitPassAndNotTwiceAsMuch) {
  const FloodLimit limit{10, seconds(10)};
  FloodMeter steady, doubled;
  auto now = FloodMeter::TimePoint{} + seconds(1'000);
  int over = 0;
  for (int i = 0; i != 200; ++i) {
    now += seconds(1);
    EXPECT_LE(steady.hit(limit, now), 1);
    if (doubled.hit(limit, now) + doubled.hit(limit, now) != 0) ++over;
  }
  EXPECT_GT(over, 150);
}

TEST(FloodMeter, WindowSlidesOverTheBorderOfItsPeriods) {
  const FloodLimit limit{5, seconds(10)};
  FloodMeter meter;
  auto now = FloodMeter::TimePoint{} + seconds(1'000);
  EXPECT_EQ(meter.hit(limit, now), 0);
  now += milliseconds(9'900);
  for (int i = 0; i != 4; ++i) EXPECT_EQ(meter.hit(limit, now), 0);
  now += milliseconds(200);  // a new period, but the window still holds most of the old one
  EXPECT_EQ(meter.hit(limit, now), 0);
  EXPECT_GT(meter.hit(limit, now), 0);
}

TEST(FloodMeter, ZeroMeansNoLimit) {
  FloodMeter meter;
  for (int i = 0; i != 100'000; ++i) EXPECT_EQ(meter.hit({0, seconds(10)}, {}), 0);
}

TEST(Durations, UnitsAndTheirAbsence) {
  EXPECT_EQ(parse_duration("30s"), 30);
  EXPECT_EQ(parse_duration("5m"), 300);
  EXPECT_EQ(parse_duration("1h"), 3'600);
  EXPECT_EQ(parse_duration("2d"), 172'800);
  EXPECT_EQ(parse_duration("1w"), 604'800);
  EXPECT_EQ(parse_duration("1M"), 30 * 86'400);
  EXPECT_EQ(parse_duration("1y"), 365 * 86'400);
  EXPECT_EQ(parse_duration("3"), 3 * 86'400);
  for (const char* bad : {"", "h", "0h", "-1h", "1hh", "1 h", "1x", "99999999999999999999h", "2000000y"}) {
    EXPECT_EQ(parse_duration(bad), std::nullopt) << bad;
  }
}

TEST(Durations, ForPeople) {
  EXPECT_EQ(format_duration(0), "0 seconds");
  EXPECT_EQ(format_duration(1), "1 second");
  EXPECT_EQ(format_duration(3'900), "1 hour 5 minutes");
  EXPECT_EQ(format_duration(86'400 + 61), "1 day 1 minute");
}

TEST(Durations, InAKicksReason) {
  EXPECT_EQ(ban_in_reason("spam _ban_1h"), 3'600);
  EXPECT_EQ(ban_in_reason("_ban_2d spam"), 172'800);
  EXPECT_EQ(ban_in_reason("for ever _ban_"), 0);
  EXPECT_EQ(ban_in_reason("spam"), std::nullopt);
  EXPECT_EQ(ban_in_reason("_ban_nonsense"), std::nullopt);
}

TEST(UserListTest, SharesBeyond64BitsAddUpAndGoAway) {
  UserList list;
  std::vector<std::shared_ptr<User>> users;
  for (int i = 0; i != 30; ++i) {
    auto user = std::make_shared<User>();
    user->nick = "u" + std::to_string(i);
    nmdc::OwnedMyInfo info;
    info.nick = user->nick;
    info.share = 999'999'999'999'999'999;
    list.set_info(*user, info);
    list.add(user);
    users.push_back(user);
  }
  EXPECT_EQ(list.total_share(), "29999999999999999970");
  for (int i = 0; i != 29; ++i) list.remove(*users[static_cast<std::size_t>(i)]);
  EXPECT_EQ(list.total_share(), "999999999999999999");
  nmdc::OwnedMyInfo less;
  less.nick = "u29";
  less.share = 1;
  list.set_info(*users[29], less);
  EXPECT_EQ(list.total_share(), "1");
  list.remove(*users[29]);
  EXPECT_EQ(list.total_share(), "0");
}

TEST(UserListTest, NicksAreFoundInAnyCase) {
  UserList list;
  auto user = std::make_shared<User>();
  user->nick = "Alice\xC4";
  list.set_info(*user, {});
  list.add(user);
  EXPECT_EQ(list.find("aLICE\xC4"), user);
  EXPECT_EQ(list.find("alice\xE4"), nullptr);  // only ASCII letters have a case
}

}  // namespace
}  // namespace vhpy::embedded
