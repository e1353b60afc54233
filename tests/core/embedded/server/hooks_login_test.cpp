// The hooks of connections, of the login and of MyINFO: when they fire, with what, and what a block, a reply and a
// substitution do. How scripts themselves are called is shown in tests/pymodule/script_hooks_test.cpp.
#include "tests/core/embedded/server/hooks_fixture.h"

namespace vhpy::embedded {
namespace {

TEST_F(HooksTest, OnNewConnAndBothOnCloseConnSayWhoAndWhy) {
  watch(HookId::kOnNewConn);
  watch(HookId::kOnCloseConn);
  watch(HookId::kOnCloseConnEx);
  const auto silent = connect("10.0.0.7");
  silent->vanish();
  EXPECT_EQ(take(), (Said{"OnNewConn 10.0.0.7", "OnCloseConn 10.0.0.7", "OnCloseConnEx 10.0.0.7,4,"}));
  const auto alice = guest("alice");
  ASSERT_TRUE(hub().close_connection("alice", 0, kClosePlugin).ok());
  alice->vanish();
  EXPECT_EQ(take(), (Said{"OnNewConn 10.0.0.1", "OnCloseConn 10.0.0.1", "OnCloseConnEx 10.0.0.1,21,alice"}));
}

TEST_F(HooksTest, OnParsedMsgSupportsSeesBothListsAndABlockSilencesTheHub) {
  watch(HookId::kOnParsedMsgSupports);
  const auto client = connect();
  client->take();
  client->say("$Supports NoHello Unknown UserIP2 |");
  EXPECT_EQ(take(), Said{"OnParsedMsgSupports 10.0.0.1,$Supports NoHello Unknown UserIP2 ,NoHello UserIP2"});
  EXPECT_TRUE(client->take().starts_with("$Supports NoHello UserIP2"));
  block(HookId::kOnParsedMsgSupports);
  const auto other = connect();
  other->take();
  other->say("$Supports NoHello |");
  EXPECT_EQ(other->take(), "");
  EXPECT_FALSE(other->closed());
}

TEST_F(HooksTest, OnParsedMsgValidateNickComesAfterTheHubsOwnChecks) {
  block(HookId::kOnParsedMsgValidateNick);
  const auto taken = connect();
  taken->say("$Key x|$ValidateNick HubSecurity|");
  EXPECT_EQ(take(), Said{});
  const auto client = connect();
  client->say("$Key x|$ValidateNick eve|");
  EXPECT_EQ(take(), Said{"OnParsedMsgValidateNick $ValidateNick eve"});
  EXPECT_TRUE(client->closed());
  EXPECT_FALSE(has(client, "$Hello"));
}

TEST_F(HooksTest, AHookThatRemovesTheAccountOfTheNickIsSafe) {
  enroll("carol", 2, "secret-carol");
  scripts.define(HookId::kOnParsedMsgValidateNick, [this](Args) {
    EXPECT_TRUE(hub().delete_registration("carol").ok());
    return HookResult{};
  });
  const auto client = connect();
  client->say("$Key x|$ValidateNick carol|");
  EXPECT_TRUE(has(client, "$Hello carol|"));
  EXPECT_FALSE(has(client, "$GetPass|"));
}

TEST_F(HooksTest, OnParsedMsgMyPassSeesThePasswordAndMayDisconnect) {
  watch(HookId::kOnParsedMsgMyPass);
  member("boss", 3);
  EXPECT_EQ(take(), Said{"OnParsedMsgMyPass boss,$MyPass secret-boss"});
  block(HookId::kOnParsedMsgMyPass);
  enroll("chief", 4, "secret-chief");
  const auto chief = connect();
  chief->say("$Key x|$ValidateNick chief|$MyPass secret-chief|");
  EXPECT_TRUE(chief->closed());
  EXPECT_FALSE(has(chief, "$Hello"));
}

TEST_F(HooksTest, CommandsOfTheLoginMayDisconnect) {
  const struct {
    HookId id;
    const char* frame;
    const char* line;
  } kCases[] = {
      {HookId::kOnParsedMsgVersion, "$Version 1,0091", "OnParsedMsgVersion 10.0.0.1,$Version 1,0091"},
      {HookId::kOnParsedMsgMyHubURL, "$MyHubURL dchub://a", "OnParsedMsgMyHubURL eve,$MyHubURL dchub://a"},
      {HookId::kOnParsedMsgBotINFO, "$BotINFO pinger", "OnParsedMsgBotINFO eve,$BotINFO pinger"},
  };
  for (const auto& c : kCases) {
    watch(c.id);
    auto client = connect();
    client->say(std::string("$Key x|$ValidateNick eve|") + c.frame + "|");
    EXPECT_EQ(take(), Said{c.line});
    EXPECT_FALSE(client->closed()) << c.line;
    client->vanish();
    block(c.id);
    client = connect();
    client->say(std::string("$Key x|$ValidateNick eve|") + c.frame + "|");
    EXPECT_TRUE(client->closed()) << c.line;
    client->vanish();
    take();
  }
}

TEST_F(HooksTest, OnParsedMsgExtJSONMayKeepItFromBeingStoredAndShown) {
  const auto modern = [this](const std::string& nick, const std::string& ip) {
    const auto client = connect(ip);
    client->say("$Supports NoHello NoGetINFO ExtJSON2 |$Key x|$ValidateNick " + nick + "|" + my_info(nick));
    client->take();
    return client;
  };
  const auto alice = modern("alice", "10.0.0.1"), bob = modern("bob", "10.0.0.2");
  block(HookId::kOnParsedMsgExtJSON);
  alice->say("$ExtJSON alice {\"Files\":7}|");
  EXPECT_EQ(take(), Said{"OnParsedMsgExtJSON alice,$ExtJSON alice {\"Files\":7}"});
  EXPECT_EQ(hub().user_ext_json("alice"), std::nullopt);
  EXPECT_FALSE(has(bob, "$ExtJSON"));
  watch(HookId::kOnParsedMsgExtJSON);
  alice->say("$ExtJSON alice {\"Files\":7}|");
  EXPECT_TRUE(has(bob, "$ExtJSON alice {\"Files\":7}|"));
}

TEST_F(HooksTest, OnUserInListComesBeforeAnybodyIsShownTheUser) {
  const auto bob = guest("bob", "10.0.0.2");
  bob->take();
  scripts.define(HookId::kOnUserInList, [&](Args args) {
    EXPECT_EQ(FakeScripts::text(args[0]), "alice");
    EXPECT_EQ(hub().user_class("alice"), 0) << "in the list already";
    EXPECT_EQ(bob->output(), "");
    return HookResult{};
  });
  const auto alice = guest("alice");
  EXPECT_TRUE(has(bob, "$MyINFO $ALL alice "));
  const std::string seen = alice->take();
  EXPECT_EQ(seen.find("$MyINFO $ALL alice "), seen.rfind("$MyINFO $ALL alice ")) << "its own MyINFO once";
  block(HookId::kOnUserInList);
  bob->take();
  const auto eve = guest("eve", "10.0.0.3");
  EXPECT_TRUE(eve->closed());
  EXPECT_FALSE(has(bob, "$MyINFO $ALL eve "));
  EXPECT_EQ(hub().user_class("eve"), kUnknownUser);
}

TEST_F(HooksTest, OnCtmToHubSaysWhoSentTheClientAndABlockIsSilent) {
  watch(HookId::kOnCtmToHub);
  auto client = std::make_shared<FakeClient>();
  server->context().port = 411;
  client->attach(*server, client, "10.0.0.8");
  client->take();
  client->say("$MyNick eve|");
  EXPECT_FALSE(client->closed());
  client->say("$Lock EXTENDEDPROTOCOLABC Pk=DCRef=bad.example:411|");
  EXPECT_EQ(take(), Said{"OnCtmToHub eve,10.0.0.8,0,411,bad.example:411"});
  EXPECT_EQ(client->take(), "$Error CTM2HUB|");
  EXPECT_TRUE(client->closed());
  EXPECT_EQ(server->counters().protocol_errors, 1u);
  client->vanish();
  block(HookId::kOnCtmToHub);
  const auto other = connect();
  other->take();
  other->say("$MyNick eve|$Lock x Pk=y|");
  EXPECT_EQ(take(), Said{"OnCtmToHub eve,10.0.0.1,0,411,"});
  EXPECT_EQ(other->take(), "");
  EXPECT_TRUE(other->closed());
  EXPECT_EQ(server->counters().protocol_errors, 1u);
}

TEST_F(HooksTest, WhoSaysMyNickAndNothingElseIsCutSoon) {
  const auto client = connect();
  client->say("$MyNick eve|");
  pass(std::chrono::seconds(4));
  EXPECT_FALSE(client->closed());
  pass(std::chrono::seconds(2));
  EXPECT_TRUE(client->closed());
}

// --- MyINFO -----------------------------------------------------------------------------------------------------------

constexpr const char* kTag = "<++ V:0.868,M:A,H:1/0/0,S:3>";

TEST_F(HooksTest, MyInfoHooksAreCalledInOrderWithTheFields) {
  for (const HookId id : {HookId::kOnValidateTag, HookId::kOnFirstMyINFO, HookId::kOnParsedMsgMyINFO}) watch(id);
  const auto alice = guest("alice");
  const std::string fields = std::string("alice,probe,") + kTag + ",100\x01,a@b.c,1073741824";
  EXPECT_EQ(take(), (Said{std::string("OnValidateTag alice,") + kTag, "OnFirstMyINFO " + fields,
                          "OnParsedMsgMyINFO " + fields}));
  alice->say(my_info("alice", "5"));
  EXPECT_EQ(said.size(), 2u) << "OnFirstMyINFO only once";
  EXPECT_EQ(hub().my_info("alice")->size, "5");
}

TEST_F(HooksTest, EachMyInfoHookBlocksInItsOwnWay) {
  block(HookId::kOnParsedMsgMyINFO);
  auto client = guest("alice");
  EXPECT_FALSE(client->closed()) << "ignored: it may send another one";
  EXPECT_EQ(hub().users_count(), 0);
  watch(HookId::kOnParsedMsgMyINFO);
  client->say(my_info("alice"));
  EXPECT_EQ(hub().users_count(), 1);
  block(HookId::kOnParsedMsgMyINFO);
  client->say(my_info("alice", "7"));
  EXPECT_EQ(hub().my_info("alice")->size, "1073741824");
  block(HookId::kOnValidateTag);
  client->say(my_info("alice", "8"));
  EXPECT_TRUE(client->closed());
  watch(HookId::kOnValidateTag);
  watch(HookId::kOnParsedMsgMyINFO);
  block(HookId::kOnFirstMyINFO);
  watch(HookId::kOnCloseConnEx);
  client = guest("bob", "10.0.0.2");
  EXPECT_TRUE(client->closed());
  client->vanish();
  EXPECT_TRUE(was_said("OnCloseConnEx 10.0.0.2,2,bob"));
}

// Of the five fields, nullopt keeps one.
HookResult changed(MyInfoChange change) {
  HookResult result;
  result.my_info = std::move(change);
  return result;
}

TEST_F(HooksTest, Defect17And18SubstitutedMyInfoIsKeptAndReachesOtherUsers) {
  const auto bob = guest("bob", "10.0.0.2");
  bob->take();
  watch(HookId::kOnFirstMyINFO, changed({"a|b", std::nullopt, "50\x01", std::nullopt, "42"}));
  watch(HookId::kOnParsedMsgMyINFO, changed({std::nullopt, "<x V:1,M:P>", std::nullopt, "", std::nullopt}));
  guest("alice");
  EXPECT_EQ(take()[1], std::string("OnParsedMsgMyINFO alice,a|b,") + kTag + ",50\x01,a@b.c,42") << "they chain";
  EXPECT_TRUE(has(bob, "$MyINFO $ALL alice a_b<x V:1,M:P>$ $50\x01$$42$|")) << bob->output();
  EXPECT_EQ(hub().my_info("alice")->size, "42");
  EXPECT_EQ(hub().my_info("alice")->tag, "<x V:1,M:P>");
  EXPECT_EQ(hub().total_share_size(), std::to_string(42 + 1073741824));
}

TEST_F(HooksTest, AShareThatIsNoNumberIsNotTaken) {
  watch(HookId::kOnFirstMyINFO, changed({"new", std::nullopt, std::nullopt, std::nullopt, "12 GiB"}));
  guest("alice");
  EXPECT_EQ(hub().my_info("alice")->description, "new");
  EXPECT_EQ(hub().my_info("alice")->size, "1073741824");
}

TEST_F(HooksTest, AMyInfoHookMayRemoveTheUser) {
  for (const HookId id : {HookId::kOnValidateTag, HookId::kOnParsedMsgMyINFO}) {
    const auto alice = guest("alice");
    scripts.define(id, [this](Args) {
      EXPECT_TRUE(hub().close_connection("alice", 0, 0).ok());
      return changed({"too late", std::nullopt, std::nullopt, std::nullopt, std::nullopt});
    });
    alice->say(my_info("alice", "9"));
    EXPECT_TRUE(alice->closed());
    EXPECT_EQ(hub().users_count(), 0);
    alice->vanish();
    watch(id);
  }
}

}  // namespace
}  // namespace vhpy::embedded
