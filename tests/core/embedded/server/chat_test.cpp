// Main chat, private messages, flood limits, searches, connection requests: who hears what, and what is refused.
#include <algorithm>

#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

class ChatTest : public HubTest {
 protected:
  ChatTest() {
    alice = guest("alice");
    bob = guest("bob", "10.0.0.2");
    alice->take();
    bob->take();
  }
  void later() { pass(std::chrono::seconds(20)); }
  Client alice, bob;
};

TEST_F(ChatTest, EverybodyHearsALineTheSpeakerToo) {
  alice->say("<alice> hello $5 &#124; &amp;|");
  EXPECT_EQ(bob->take(), "<alice> hello $5 &#124; &amp;|");
  EXPECT_EQ(alice->take(), "<alice> hello $5 &#124; &amp;|");
}

TEST_F(ChatTest, LimitsAreToldToTheSpeakerOnly) {
  alice->say("<alice> " + std::string(257, 'x') + "|");
  EXPECT_TRUE(has(alice, "257"));
  later();
  alice->say("<alice> 1\n2\n3\n4\n5\n6|");
  EXPECT_TRUE(has(alice, "too many lines"));
  later();
  alice->say("<alice> once|");
  later();
  bob->take();
  alice->say("<alice> once|");
  EXPECT_TRUE(has(alice, "just said"));
  later();
  alice->say("<alice> quick|<alice> quicker|");
  EXPECT_TRUE(has(alice, "too fast"));
  EXPECT_EQ(bob->take(), "<alice> quick|");
}

TEST_F(ChatTest, TooManyLinesMuteFirstAndCutOnlyWhoGoesOn) {
  set("int_chat_ms", "0");
  for (int i = 0; i != 6; ++i) alice->say("<alice> line " + std::to_string(i) + "|");
  EXPECT_FALSE(alice->closed());
  EXPECT_TRUE(has(alice, "Too fast"));
  EXPECT_FALSE(has(bob, "line 5"));
  later();
  alice->say("<alice> again|");
  EXPECT_TRUE(has(bob, "<alice> again|"));
  for (int i = 0; i != 40; ++i) alice->say("<alice> more " + std::to_string(i) + "|");
  EXPECT_TRUE(alice->closed());
  EXPECT_TRUE(has(alice, "banned"));
  EXPECT_EQ(server->counters().flood_cuts, 1u);
}

TEST_F(ChatTest, OperatorsAreExemptFromFloodLimits) {
  const auto op = member("boss", 3);
  for (int i = 0; i != 100; ++i) op->say("<boss> line|");
  EXPECT_FALSE(op->closed());
}

TEST_F(ChatTest, HookMayBlockAndReplace) {
  scripts.define(HookId::kOnParsedMsgChat, [](auto args) {
    HookResult result;
    result.allow = FakeScripts::text(args[1]) != "blocked";
    result.text = FakeScripts::text(args[1]) + "!";
    result.reply = "<note> to you";
    return result;
  });
  alice->say("<alice> blocked|");
  EXPECT_EQ(bob->take(), "");
  EXPECT_EQ(alice->take(), "<note> to you|");
  later();
  alice->say("<alice> fine|");
  EXPECT_EQ(bob->take(), "<alice> fine!|");
}

TEST_F(ChatTest, HookMayRemoveTheSpeakerAndTheListener) {
  scripts.define(HookId::kOnParsedMsgChat, [this](auto) {
    EXPECT_TRUE(hub().close_connection("alice", 0, 0).ok());
    EXPECT_TRUE(hub().close_connection("bob", 0, 0).ok());
    return HookResult{};
  });
  alice->say("<alice> one|<alice> two|");
  EXPECT_TRUE(alice->closed());
  EXPECT_TRUE(bob->closed());
  EXPECT_EQ(hub().users_count(), 0);
}

TEST_F(ChatTest, PrivateMessagesGoToOneAndAreNotEchoed) {
  alice->say("$To: BOB From: alice $<alice> secret|");
  EXPECT_EQ(bob->take(), "$To: bob From: alice $<alice> secret|");
  EXPECT_EQ(alice->take(), "");
  alice->say("$To: nobody From: alice $<alice> secret|");
  EXPECT_TRUE(has(alice, "no user nobody"));
  later();
  alice->say("$To: bob From: alice $<alice> " + std::string(1100, 'x') + "|");
  EXPECT_TRUE(has(alice, "1100"));
  EXPECT_EQ(bob->take(), "");
}

TEST_F(ChatTest, McToFallsBackToAChatLine) {
  alice->say("$MCTo: bob $alice aside|");
  EXPECT_EQ(bob->take(), "<alice> aside|");
}

TEST_F(ChatTest, HookMayBlockAPrivateMessage) {
  scripts.define(HookId::kOnParsedMsgPM, [](auto args) { return FakeScripts::allow(FakeScripts::text(args[2]) != "bob"); });
  alice->say("$To: bob From: alice $<alice> secret|");
  EXPECT_EQ(bob->take(), "");
}

TEST_F(ChatTest, EighthSamePrivateMessageIsAKick) {
  set("int_flood_to_limit", "0");
  for (int i = 0; i != 7; ++i) alice->say("$To: bob From: alice $<alice> buy|");
  EXPECT_FALSE(alice->closed());
  alice->say("$To: bob From: alice $<alice> buy|");
  EXPECT_TRUE(alice->closed());
}

TEST_F(ChatTest, OperatorChatIsRelayedToItsMembers) {
  const auto op = member("boss", 3), other = member("chief", 4, "10.0.0.10");
  op->take();
  other->take();
  op->say("$To: OpChat From: boss $<boss> among us|");
  EXPECT_EQ(other->take(), "$To: chief From: OpChat $<boss> among us|");
  EXPECT_EQ(op->take(), "");
  alice->say("$To: OpChat From: alice $<alice> let me in|");
  EXPECT_TRUE(has(alice, "for operators"));
  EXPECT_FALSE(has(op, "let me in"));
}

TEST_F(ChatTest, ActiveSearchBearsTheRealAddressAndSkipsTheSearcher) {
  alice->say("$Search 6.6.6.6:412 F?T?0?1?some$thing|");
  EXPECT_EQ(bob->take(), "$Search 10.0.0.1:412 F?T?0?1?some$thing|");
  EXPECT_EQ(alice->take(), "");
  alice->say("$Search 6.6.6.6:412 F?T?0?1?some$thing|");  // a repeat
  alice->say("$Search 6.6.6.6:412 F?T?0?1?other$thing|");
  EXPECT_EQ(bob->take(), "");
  EXPECT_TRUE(has(alice, "search again in 32 seconds"));
  pass(std::chrono::seconds(33));
  alice->take();
  bob->take();
  alice->say("$Search 6.6.6.6:412 F?T?0?1?abc|");
  EXPECT_TRUE(has(alice, "at least 4"));
}

TEST_F(ChatTest, PassiveSearchReachesActiveUsersAndResultsComeBackBounded) {
  const auto connectless = connect("10.0.0.3");
  connectless->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick carol|" + my_info("carol", "5", "P"));
  bob->take();
  alice->take();
  connectless->take();
  connectless->say("$Search Hub:carol F?T?0?1?some$thing|");
  EXPECT_EQ(bob->take(), "$Search Hub:carol F?T?0?1?some$thing|");
  for (int i = 0; i != 30; ++i) {
    bob->say("$SR bob path" + std::to_string(i) + "\x05" "123 1/2\x05TTH:x (10.0.0.1:411)\x05" "carol|");
  }
  const std::string results = connectless->take();
  EXPECT_EQ(std::count(results.begin(), results.end(), '|'), 25);
  EXPECT_EQ(results.find("carol"), std::string::npos);
  bob->say("$Search Hub:bob F?T?0?1?other$thing|");
  EXPECT_EQ(connectless->take(), "");
}

TEST_F(ChatTest, ConnectionRequestsBearTheRealAddress) {
  alice->say("$ConnectToMe bob 6.6.6.6:412S|");
  EXPECT_EQ(bob->take(), "$ConnectToMe bob 10.0.0.1:412S|");
  alice->say("$ConnectToMe alice 10.0.0.1:412|$ConnectToMe HubSecurity 10.0.0.1:412|$RevConnectToMe alice bob|");
  EXPECT_TRUE(has(alice, "to yourself"));
  EXPECT_TRUE(has(alice, "is a bot"));
  EXPECT_EQ(bob->take(), "$RevConnectToMe alice bob|");
}

TEST_F(ChatTest, OperatorsKickByProtocolWithTheReasonFromChat) {
  const auto op = member("boss", 3);
  alice->take();
  op->say("<boss> boss is kicking bob because: spam _ban_1h|$Kick bob|");
  EXPECT_TRUE(bob->closed());
  EXPECT_TRUE(has(bob, "spam"));
  EXPECT_TRUE(has(bob, "1 hour"));
  EXPECT_EQ(alice->take(), "$Quit bob|");
  const auto* ban = files->bans.find({"bob", "10.0.0.2", std::nullopt, {}}, wall);
  ASSERT_NE(ban, nullptr);
  EXPECT_EQ(ban->date_limit, wall + 3600);
}

TEST_F(ChatTest, ForcedMoveTellsThenMoves) {
  const auto op = member("chief", 4);
  op->say("$OpForceMove $Who:bob$Where:hub.example.org:411$Msg:bye|");
  EXPECT_TRUE(bob->closed());
  EXPECT_LT(bob->output().find("bye"), bob->output().find("$ForceMove hub.example.org:411|"));
}

TEST_F(ChatTest, AddressesAreForOperatorsAndOneself) {
  const auto op = member("boss", 3);
  op->take();
  op->say("$UserIP alice$$bob|");
  EXPECT_EQ(op->take(), "$UserIP alice 10.0.0.1$$bob 10.0.0.2$$|");
  alice->say("$UserIP alice|");
  EXPECT_TRUE(has(alice, "$UserIP alice 10.0.0.1"));
  alice->say("$UserIP bob|");
  EXPECT_TRUE(has(alice, "no rights"));
  EXPECT_FALSE(has(alice, "10.0.0.2"));
}

}  // namespace
}  // namespace vhpy::embedded
