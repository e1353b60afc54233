// The hub itself: the end that a script asks for, the rate of its loop, and which nicks a bot may have.
#include <limits>

#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

using std::chrono::seconds;

class HubControlTest : public HubTest {
 protected:
  static Refusal why(const Outcome& outcome) { return outcome.error().code; }
  // Whether the hub has been told to stop by now.
  bool stops() {
    server->turn({});
    return why_not_stopping() == Refusal::kUnavailable;
  }
  // What a request that is wrong in any case is refused for: a stopping hub looks no further.
  Refusal why_not_stopping() { return why(hub().stop_hub(-5, 0)); }
};

TEST_F(HubControlTest, Defect03StopHubEndsTheLoopWithItsCode) {
  EXPECT_TRUE(hub().stop_hub(3, 0).ok());
  server->run();  // returns
  EXPECT_EQ(server->exit_code(), 3);
  EXPECT_EQ(why(hub().stop_hub(4, 0)), Refusal::kUnavailable);
  EXPECT_EQ(why(hub().stop_hub(0, -1)), Refusal::kUnavailable);
  EXPECT_EQ(server->exit_code(), 3);
}

TEST_F(HubControlTest, StopHubWaitsForItsDelay) {
  EXPECT_TRUE(hub().stop_hub(1, 10).ok());
  pass(seconds(9));
  EXPECT_FALSE(stops());
  EXPECT_EQ(server->exit_code(), 0);
  EXPECT_TRUE(hub().stop_hub(2, 5).ok());  // instead
  pass(seconds(4));
  EXPECT_FALSE(stops());
  pass(seconds(1));
  EXPECT_TRUE(stops());
  EXPECT_EQ(server->exit_code(), 2);
}

TEST_F(HubControlTest, StopHubIsCancelled) {
  EXPECT_EQ(why(hub().stop_hub(0, -1)), Refusal::kNotFound);
  EXPECT_TRUE(hub().stop_hub(1, 10).ok());
  EXPECT_TRUE(hub().stop_hub(0, -1).ok());
  EXPECT_EQ(why(hub().stop_hub(0, -1)), Refusal::kNotFound);
  pass(seconds(60));
  EXPECT_FALSE(stops());
}

TEST_F(HubControlTest, StopHubRefusesWhatCannotBe) {
  constexpr auto kMost = std::numeric_limits<Hub::Integer>::max();
  for (const Hub::Integer code : {Hub::Integer{-1}, Hub::Integer{256}, Hub::Integer{1} << 32, kMost}) {
    EXPECT_EQ(why(hub().stop_hub(code, 0)), Refusal::kBadArgument) << code;
  }
  for (const Hub::Integer delay : {Hub::Integer{-2}, -kMost, kMost, kMost / 1'000'000'000, Hub::Integer{31'536'001}}) {
    EXPECT_EQ(why(hub().stop_hub(0, delay)), Refusal::kBadArgument) << delay;
  }
  EXPECT_FALSE(stops());
}

TEST_F(HubControlTest, Defect19ServFreqIsTurnsPerSecond) {
  EXPECT_EQ(hub().loop_rate(), 0.0);
  pass(seconds(1));
  for (int i = 0; i < 30; ++i) server->turn({});
  pass(seconds(2));
  EXPECT_DOUBLE_EQ(hub().loop_rate(), 15.0);
  pass(seconds(1));
  EXPECT_DOUBLE_EQ(hub().loop_rate(), 0.0);
}

TEST_F(HubControlTest, Defect19IsRobotNickBadTellsWhy) {
  EXPECT_EQ(hub().robot_nick_problem("Robot"), kRobotNickOk);
  EXPECT_EQ(hub().robot_nick_problem(""), kRobotNickEmpty);
  for (const char* nick : {"a b", "a$", "|", "<a", "a>", "a\r", "\na", "\x7f", "\x01"}) {
    EXPECT_EQ(hub().robot_nick_problem(nick), kRobotNickBadChars) << nick;
  }
  EXPECT_EQ(hub().robot_nick_problem("hubSECURITY"), kRobotNickReserved);
  EXPECT_EQ(hub().robot_nick_problem("OpChat"), kRobotNickReserved);
  EXPECT_EQ(hub().robot_nick_problem(std::string(65, 'x')), kRobotNickApiError);
  ASSERT_TRUE(hub().add_robot({7}, "Robot", 0, "", "", "", "0").ok());
  EXPECT_EQ(hub().robot_nick_problem("ROBOT"), kRobotNickExists);
  const auto alice = guest("alice");
  EXPECT_EQ(hub().robot_nick_problem("alice"), kRobotNickOk);  // bots only
}

// Whatever a script asks for, the hub's own bots and those of others stay.
TEST_F(HubControlTest, Defect15ABotIsRemovedByItsOwnerOnly) {
  ASSERT_TRUE(hub().add_robot({7}, "Robot", 0, "", "", "", "0").ok());
  for (const char* nick : {"HubSecurity", "hubsecurity", "OpChat", "Robot"}) {
    EXPECT_EQ(why(hub().delete_robot({8}, nick)), Refusal::kNotPermitted) << nick;
  }
  EXPECT_EQ(why(hub().delete_robot({7}, "HubSecurity")), Refusal::kNotPermitted);
  EXPECT_EQ(hub().bot_list(), (Hub::Nicks{"HubSecurity", "OpChat", "Robot"}));
  EXPECT_TRUE(hub().main_chat("still signed by it", std::nullopt).ok());
}

class AudienceTest : public HubTest {
 protected:
  AudienceTest() {
    active = guest("active");
    passive = connect("10.0.0.2");
    passive->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick passive|" + my_info("passive", "1", "P"));
    boss = member("boss", 5);
    for (const auto& client : {active, passive, boss}) client->take();
  }
  // What each of the three was sent: "active|passive|boss".
  std::string heard() { return active->take() + "/" + passive->take() + "/" + boss->take(); }
  Client active, passive, boss;
};

TEST_F(AudienceTest, EachKindOfConnectionGetsItsOwn) {
  EXPECT_TRUE(hub().send_to_everybody("$X", 0).ok());
  EXPECT_EQ(heard(), "$X|/$X|/$X|");
  EXPECT_TRUE(hub().send_to_active("$X|", 1).ok());
  EXPECT_EQ(heard(), "$X|//$X|");
  EXPECT_TRUE(hub().send_to_passive("$X|$Y", 0).ok());
  EXPECT_EQ(heard(), "/$X|$Y|/");
  EXPECT_TRUE(hub().send_to_active_class("$X", 3, 10, 0).ok());
  EXPECT_EQ(heard(), "//$X|");
  EXPECT_TRUE(hub().send_to_passive_class("$X", 0, 0, 0).ok());
  EXPECT_EQ(heard(), "/$X|/");
  EXPECT_TRUE(hub().send_to_passive_class("$X", 1, 10, 0).ok());
  EXPECT_EQ(heard(), "//");
}

TEST_F(AudienceTest, RangesUpsideDownAreRefused) {
  EXPECT_EQ(hub().send_to_active_class("$X", 2, 1, 0).error().code, Refusal::kBadArgument);
  EXPECT_EQ(hub().send_to_passive_class("$X", 2, 1, 0).error().code, Refusal::kBadArgument);
  EXPECT_EQ(heard(), "//");
}

}  // namespace
}  // namespace vhpy::embedded
