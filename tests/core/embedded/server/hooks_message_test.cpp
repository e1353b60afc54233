// The hooks of what users send to each other and to the hub: when they fire, with what, and what a block does.
#include "tests/core/embedded/server/hooks_fixture.h"

namespace vhpy::embedded {
namespace {


class MessageHooksTest : public HooksTest {
 protected:
  MessageHooksTest() {
    alice = guest("alice");
    bob = guest("bob", "10.0.0.2");
    alice->take();
    bob->take();
  }
  Client alice, bob;
};

TEST_F(MessageHooksTest, OnParsedMsgAnySeesEveryCommandOfAKnownNickAndMayDropIt) {
  watch(HookId::kOnParsedMsgAny);
  alice->say("<alice> hello|$GetINFO bob alice||$Nonsense 1|");
  EXPECT_EQ(take(), (Said{"OnParsedMsgAny alice,<alice> hello", "OnParsedMsgAny alice,$GetINFO bob alice",
                          "OnParsedMsgAny alice,$Nonsense 1"}));
  EXPECT_EQ(bob->take(), "<alice> hello|");
  block(HookId::kOnParsedMsgAny);
  pass(std::chrono::seconds(20));
  bob->take();
  alice->say("<alice> dropped|$MyPass not asked for|");
  EXPECT_EQ(bob->take(), "");
  EXPECT_FALSE(alice->closed()) << "not even looked at";
}

TEST_F(MessageHooksTest, Defect16OnParsedMsgAnyExFiresForConnectionsWithoutANick) {
  watch(HookId::kOnParsedMsgAny);
  watch(HookId::kOnParsedMsgAnyEx);
  const auto client = connect("10.0.0.3");
  client->say("$Supports NoHello |$Key x|$ValidateNick carol|$Version 1,0091|");
  EXPECT_EQ(take(), (Said{"OnParsedMsgAnyEx 10.0.0.3,$Supports NoHello ", "OnParsedMsgAnyEx 10.0.0.3,$Key x",
                          "OnParsedMsgAnyEx 10.0.0.3,$ValidateNick carol", "OnParsedMsgAny carol,$Version 1,0091"}));
  block(HookId::kOnParsedMsgAnyEx);
  const auto other = connect("10.0.0.4");
  other->say("$Supports NoHello |$Key x|");
  EXPECT_EQ(take().size(), 1u);
  EXPECT_TRUE(other->closed());
}

TEST_F(MessageHooksTest, AHookOnAnyMayRemoveTheSpeaker) {
  scripts.define(HookId::kOnParsedMsgAny, [this](Args) {
    EXPECT_TRUE(hub().close_connection("alice", 0, 0).ok());
    return HookResult{};
  });
  alice->say("<alice> last words|");
  EXPECT_TRUE(alice->closed());
  EXPECT_FALSE(has(bob, "last words"));
}

TEST_F(MessageHooksTest, OnParsedMsgMCToMayBlock) {
  watch(HookId::kOnParsedMsgMCTo);
  alice->say("$MCTo: bob $alice aside|");
  EXPECT_EQ(take(), Said{"OnParsedMsgMCTo alice,aside,bob"});
  EXPECT_EQ(bob->take(), "<alice> aside|");
  block(HookId::kOnParsedMsgMCTo);
  alice->say("$MCTo: bob $alice again|");
  EXPECT_EQ(bob->take(), "");
}

TEST_F(MessageHooksTest, OnParsedMsgSearchIsGivenShortSearchesExpanded) {
  const std::string tth(39, 'A');
  watch(HookId::kOnParsedMsgSearch);
  alice->say("$Search 10.0.0.1:412 F?T?0?1?some$thing|");
  bob->say("$SP " + tth + " bob|");
  EXPECT_EQ(take(), (Said{"OnParsedMsgSearch alice,$Search 10.0.0.1:412 F?T?0?1?some$thing",
                          "OnParsedMsgSearch bob,$Search Hub:bob F?T?0?9?TTH:" + tth}));
  EXPECT_TRUE(has(bob, "some$thing"));
  block(HookId::kOnParsedMsgSearch);
  pass(std::chrono::seconds(60));
  bob->take();
  alice->say("$Search 10.0.0.1:412 F?T?0?1?other$thing|");
  EXPECT_FALSE(has(bob, "other$thing"));
}

TEST_F(MessageHooksTest, OnParsedMsgSRSeesTheReceiverAndMayBlock) {
  watch(HookId::kOnParsedMsgSR);
  const std::string result = "$SR bob path\x05" "1 1/2\x05TTH:x (10.0.0.1:411)\x05" "alice";
  bob->say(result + "|");
  EXPECT_EQ(take(), Said{"OnParsedMsgSR bob," + result});
  EXPECT_TRUE(has(alice, "$SR bob path"));
  alice->take();
  block(HookId::kOnParsedMsgSR);
  bob->say(result + "|");
  EXPECT_EQ(alice->take(), "");
}

TEST_F(MessageHooksTest, ConnectionRequestsMayBeBlocked) {
  watch(HookId::kOnParsedMsgConnectToMe);
  watch(HookId::kOnParsedMsgRevConnectToMe);
  alice->say("$ConnectToMe BOB 6.6.6.6:412S|$RevConnectToMe alice bob|");
  EXPECT_EQ(take(), (Said{"OnParsedMsgConnectToMe alice,bob,10.0.0.1,412S", "OnParsedMsgRevConnectToMe alice,bob"}));
  EXPECT_EQ(bob->take(), "$ConnectToMe BOB 10.0.0.1:412S|$RevConnectToMe alice bob|");
  block(HookId::kOnParsedMsgConnectToMe);
  block(HookId::kOnParsedMsgRevConnectToMe);
  alice->say("$ConnectToMe bob 6.6.6.6:412|$RevConnectToMe alice bob|");
  EXPECT_EQ(bob->take(), "");
}

// Between the hook and the sending, the receiver may go: each hook with a receiver.
TEST_F(MessageHooksTest, AHookMayRemoveTheReceiver) {
  const std::pair<HookId, std::string> kCases[] = {
      {HookId::kOnParsedMsgMCTo, "$MCTo: bob $alice x|"},
      {HookId::kOnParsedMsgPM, "$To: bob From: alice $<alice> x|"},
      {HookId::kOnParsedMsgConnectToMe, "$ConnectToMe bob 1.2.3.4:412|"},
      {HookId::kOnParsedMsgRevConnectToMe, "$RevConnectToMe alice bob|"},
      {HookId::kOnParsedMsgSR, "$SR alice path\x05" "1 1/2\x05TTH:x (10.0.0.1:411)\x05" "bob|"},
  };
  for (const auto& [id, frame] : kCases) {
    scripts.define(id, [this](Args) {
      EXPECT_TRUE(hub().close_connection("bob", 0, 0).ok());
      return HookResult{};
    });
    bob->take();
    alice->say(frame);
    EXPECT_TRUE(bob->closed());
    EXPECT_FALSE(has(bob, "x")) << frame;
    EXPECT_FALSE(alice->closed()) << frame;
    watch(id);
    bob->vanish();
    bob = guest("bob", "10.0.0.2");
  }
}

TEST_F(MessageHooksTest, OnUnknownMsgIsForUsersInTheListAndMayReply) {
  HookResult answer;
  answer.reply = "$Known 1";
  watch(HookId::kOnUnknownMsg, answer);
  alice->say("$Unheard of|");
  EXPECT_EQ(take(), Said{"OnUnknownMsg alice,$Unheard of"});
  EXPECT_EQ(alice->take(), "$Known 1|");
  connect()->say("$Unheard of|");
  EXPECT_EQ(take(), Said{});
}

TEST_F(MessageHooksTest, OnOpChatMessageIsForMembersAfterItWasSent) {
  const auto op = member("boss", 3), other = member("chief", 4, "10.0.0.10");
  other->take();
  scripts.define(HookId::kOnOpChatMessage, [&](Args args) {
    said.push_back(FakeScripts::text(args[0]) + " " + FakeScripts::text(args[1]));
    EXPECT_TRUE(has(other, "among us"));
    return FakeScripts::allow(false);
  });
  op->say("$To: OpChat From: boss $<boss> among us|");
  alice->say("$To: OpChat From: alice $<alice> let me in|");
  EXPECT_TRUE(hub().op_chat("from a script", std::nullopt).ok());
  EXPECT_EQ(take(), Said{"boss among us"});
}

TEST_F(MessageHooksTest, OnPublicBotMessageIsWhatScriptsSayToAll) {
  block(HookId::kOnPublicBotMessage);
  EXPECT_TRUE(hub().main_chat("hello", std::nullopt).ok());
  EXPECT_TRUE(hub().class_chat("you there", 0, 3, "Fred").ok());
  EXPECT_TRUE(hub().user_chat("psst", "alice", std::nullopt).ok());
  EXPECT_EQ(take(), (Said{"OnPublicBotMessage HubSecurity,hello,0,10", "OnPublicBotMessage Fred,you there,0,3"}));
  EXPECT_EQ(alice->take(), "<HubSecurity> hello|<Fred> you there|<HubSecurity> psst|") << "a block comes too late";
}

TEST_F(MessageHooksTest, Defect23NestedHooksHaveArgumentsOfTheirOwn) {
  scripts.define(HookId::kOnPublicBotMessage, [this](Args args) {
    const std::string before = FakeScripts::text(args[1]);
    if (before.size() < 4) {
      EXPECT_TRUE(hub().main_chat(before + "x", std::nullopt).ok());
    }
    EXPECT_EQ(FakeScripts::text(args[1]), before);
    said.push_back(before);
    return HookResult{};
  });
  EXPECT_TRUE(hub().main_chat("a", std::nullopt).ok());
  EXPECT_EQ(take(), (Said{"axxx", "axx", "ax", "a"}));
}

TEST_F(MessageHooksTest, HooksInsideHooksAreBounded) {
  int calls = 0;
  scripts.define(HookId::kOnPublicBotMessage, [&](Args) {
    ++calls;
    EXPECT_TRUE(hub().main_chat("echo", std::nullopt).ok());
    return HookResult{};
  });
  EXPECT_TRUE(hub().main_chat("echo", std::nullopt).ok());
  EXPECT_EQ(calls, limits::kMaxHookDepth);
  EXPECT_EQ(server->counters().hook_depth_refusals, 1u);
}

}  // namespace
}  // namespace vhpy::embedded
