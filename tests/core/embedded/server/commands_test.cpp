// The chat commands: rights, effects, answers to the caller only.
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

class CommandsTest : public HubTest {
 protected:
  CommandsTest() {
    alice = guest("alice");
    bob = guest("bob", "10.0.0.2");
    boss = member("boss", 5);
    alice->take();
    bob->take();
    boss->take();
  }
  // What the hub answers to a line of the master's.
  std::string ask(const Client& client, const std::string& nick, const std::string& line) {
    client->take();
    pass(std::chrono::seconds(20));
    client->take();
    client->say("<" + nick + "> " + line + "|");
    return client->take();
  }
  std::string order(const std::string& line) { return ask(boss, "boss", line); }
  Client alice, bob, boss;
};

TEST_F(CommandsTest, CommandsAreNeverShownToOthersAndUnknownOnesAreAnswered) {
  for (const char* line : {"+1", "!nonsense", "/shrug"}) {
    EXPECT_NE(ask(alice, "alice", line).find("no command"), std::string::npos) << line;
  }
  EXPECT_EQ(bob->take().find("alice"), std::string::npos);
}

TEST_F(CommandsTest, HelpListsWhatOneMayDo) {
  const std::string guests = ask(alice, "alice", "+help"), admins = order("+help");
  EXPECT_NE(guests.find("+myip"), std::string::npos);
  EXPECT_EQ(guests.find("+kick"), std::string::npos);
  EXPECT_NE(admins.find("+kick"), std::string::npos);
  EXPECT_NE(admins.find("+set"), std::string::npos);
}

TEST_F(CommandsTest, RightsAreChecked) {
  for (const char* line : {"!kick bob x", "!ban_1h 10.0.0.2", "!regnew x", "!topic x", "!bc x", "!getip bob", "!gag bob",
                           "!set hub_name x", "!lstban"}) {
    EXPECT_NE(ask(alice, "alice", line).find("for class"), std::string::npos) << line;
  }
  EXPECT_FALSE(bob->closed());
}

TEST_F(CommandsTest, OwnData) {
  EXPECT_NE(ask(alice, "alice", "+myip").find("10.0.0.1"), std::string::npos);
  EXPECT_NE(ask(alice, "alice", "+myinfo").find("1073741824"), std::string::npos);
  ask(alice, "alice", "+me waves");
  EXPECT_TRUE(has(bob, "** alice waves|"));
}

TEST_F(CommandsTest, PrivateMessageToTheHubRunsCommandsAndAnswersThere) {
  boss->say("$To: HubSecurity From: boss $<boss> !getip alice|");
  EXPECT_EQ(boss->take(), "$To: boss From: HubSecurity $<HubSecurity> alice: 10.0.0.1|");
}

TEST_F(CommandsTest, KickBansForFiveMinutesDropDoesNot) {
  EXPECT_NE(order("!kick alice go away").find("alice is kicked"), std::string::npos);
  EXPECT_TRUE(alice->closed());
  EXPECT_TRUE(has(alice, "go away"));
  EXPECT_TRUE(has(alice, "5 minutes"));
  EXPECT_TRUE(guest("alice")->closed());
  order("!drop bob");
  EXPECT_TRUE(bob->closed());
  EXPECT_FALSE(guest("bob", "10.0.0.2")->closed());
  pass(std::chrono::seconds(301));
  EXPECT_FALSE(guest("alice")->closed());
}

TEST_F(CommandsTest, NobodyKicksAHigherClassABotOrOneself) {
  const auto op = member("op", 3, "10.0.0.20");
  EXPECT_NE(ask(op, "op", "!kick boss").find("class 5"), std::string::npos);
  EXPECT_NE(order("!kick OpChat").find("bot"), std::string::npos);
  EXPECT_NE(order("!kick boss").find("yourself"), std::string::npos);
  EXPECT_NE(order("!kick nobody").find("no nobody"), std::string::npos);
}

TEST_F(CommandsTest, BansByAddressRangeAndNickWithLengths) {
  order("!ban_1h 10.0.0.1 testing");
  EXPECT_TRUE(alice->closed());
  EXPECT_TRUE(has(alice, "testing"));
  order("!ban_2d 10.0.0.0-10.0.0.5 range");
  EXPECT_TRUE(bob->closed());
  order("!ban carl for ever");
  const std::string list = order("!lstban");
  EXPECT_NE(list.find("10.0.0.1"), std::string::npos);
  EXPECT_NE(list.find("for ever"), std::string::npos);
  EXPECT_TRUE(guest("carl", "10.0.1.1")->closed());
  EXPECT_NE(order("!unban carl").find("no longer banned"), std::string::npos);
  EXPECT_NE(order("!unban carl").find("no ban of"), std::string::npos);
  EXPECT_FALSE(guest("carl", "10.0.1.1")->closed());
  EXPECT_NE(order("!ban_1x 10.9.9.9").find("no length"), std::string::npos);
}

TEST_F(CommandsTest, GagSilencesChatAndMessages) {
  order("!gag alice 1h");
  bob->take();
  alice->say("<alice> hello|$To: bob From: alice $<alice> psst|");
  alice->say("<alice> +me tries|");
  EXPECT_EQ(bob->take(), "");
  order("!ungag alice");
  alice->say("<alice> free|");
  EXPECT_TRUE(has(bob, "<alice> free|"));
  order("!gag alice 30s");
  pass(std::chrono::seconds(31));
  alice->say("<alice> again|");
  EXPECT_TRUE(has(bob, "<alice> again|"));
}

TEST_F(CommandsTest, TopicIsSetShownAndCleared) {
  order("!topic News of today");
  EXPECT_EQ(hub().topic(std::nullopt), "News of today");
  EXPECT_TRUE(has(alice, "$HubName vhpy hub - News of today|"));
  EXPECT_TRUE(has(alice, "$HubTopic News of today|"));
  order("!topic");
  EXPECT_EQ(hub().topic(std::nullopt), std::nullopt);
}

TEST_F(CommandsTest, RegistrationsAndTheirVariants) {
  order("!regnew carol 3 carol-pw");
  EXPECT_NE(order("!regnew CAROL").find("registered"), std::string::npos);
  EXPECT_NE(order("!regnew dave 4").find("too low"), std::string::npos);  // 5 < 4 + 2
  EXPECT_NE(order("!reginfo carol").find("Class: 3"), std::string::npos);
  const auto carol = connect("10.0.0.3");
  carol->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick carol|$MyPass carol-pw|");
  wait_until([&] { return has(carol, "$LogedIn carol|"); });
  carol->say(my_info("carol"));
  EXPECT_TRUE(has(alice, "$OpList HubSecurity$$OpChat$$boss$$carol$$|"));
  alice->take();
  order("!regclass carol 1");
  EXPECT_EQ(hub().user_class("carol"), 1);
  EXPECT_TRUE(has(alice, "$OpList HubSecurity$$OpChat$$boss$$|"));
  order("!regpass carol another-pw");
  order("!regdel carol");
  EXPECT_EQ(hub().user_class("carol"), 0);
  EXPECT_NE(order("!reginfo carol").find("not registered"), std::string::npos);
}

TEST_F(CommandsTest, LoginWaitsForAPasswordThatIsBeingSet) {
  order("!regnew carol 1 carol-pw");
  const auto carol = connect("10.0.0.3");
  carol->say("$Key x|$ValidateNick carol|$MyPass carol-pw|");
  wait_until([&] { return has(carol, "$Hello carol|") || carol->closed(); });
  EXPECT_FALSE(carol->closed());
}

TEST_F(CommandsTest, UsersSetTheirOwnPassword) {
  EXPECT_NE(ask(alice, "alice", "+passwd something").find("not registered"), std::string::npos);
  EXPECT_NE(order("+passwd abc").find("at least 6"), std::string::npos);
  boss->say("<boss> +passwd new-secret|");
  wait_until([&] { return has(boss, "password is set"); });
  const auto again = connect();
  again->say("$Key x|$ValidateNick boss|$MyPass new-secret|");
  wait_until([&] { return has(again, "$Hello boss|"); });
}

TEST_F(CommandsTest, RegmeTellsOperators) {
  ask(alice, "alice", "+regme please");
  EXPECT_TRUE(has(boss, "alice (10.0.0.1) asks for an account. please"));
}

TEST_F(CommandsTest, BroadcastReachesEverybodyPrivately) {
  order("!bc maintenance at noon");
  EXPECT_TRUE(has(alice, "$To: alice From: HubSecurity $<boss> maintenance at noon|"));
}

TEST_F(CommandsTest, SettingsAreCheckedAndHoldAtOnce) {
  EXPECT_NE(order("!set max_users lots").find("max_users"), std::string::npos);
  EXPECT_NE(order("!set nothing 1").find("no setting"), std::string::npos);
  order("!set hub_security Guard");
  EXPECT_TRUE(has(alice, "$Quit HubSecurity|"));
  EXPECT_TRUE(has(alice, "$MyINFO $ALL Guard "));
  EXPECT_EQ(hub().identity().bot_nick, "Guard");
  EXPECT_NE(order("!set opchat_name bob").find("in use"), std::string::npos);
  EXPECT_NE(order("!getconfig max_users").find("6000"), std::string::npos);
}

TEST_F(CommandsTest, ScriptsComeBeforeTheHubsOwnCommands) {
  std::string seen;
  scripts.define(HookId::kOnHubCommand, [&](auto args) {
    seen = FakeScripts::text(args[0]) + "," + FakeScripts::text(args[1]) + "," +
           std::to_string(std::get<std::int64_t>(args[2])) + "," + std::to_string(std::get<std::int64_t>(args[3])) + "," +
           FakeScripts::text(args[4]);
    return FakeScripts::allow(FakeScripts::text(args[1]) != "kick bob");
  });
  order("!kick bob");
  EXPECT_EQ(seen, "boss,kick bob,5,0,!");
  EXPECT_FALSE(bob->closed());
  boss->say("$To: HubSecurity From: boss $<boss> +drop bob|");
  EXPECT_EQ(seen, "boss,drop bob,5,1,+");
  EXPECT_TRUE(bob->closed());
}

}  // namespace
}  // namespace vhpy::embedded
