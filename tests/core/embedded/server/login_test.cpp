// How clients get in: the order of what they are sent, each way to be refused, passwords. No sockets.
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

using LoginTest = HubTest;

TEST_F(LoginTest, GuestIsSentEverythingInTheOrderClientsUnderstand) {
  const auto bob = guest("bob", "10.0.0.2");
  const auto alice = guest("alice");
  const std::string all = alice->take();
  std::size_t at = 0;
  for (const std::string& expected :
       {std::string("$Lock EXTENDEDPROTOCOL"), std::string(" Pk="), std::string("$Supports NoHello NoGetINFO UserIP2"),
        std::string("$HubName vhpy hub|"), std::string("$Hello alice|"), std::string("$HubName vhpy hub|"),
        std::string("$MyINFO $ALL "), std::string("$OpList "), std::string("$BotList "),
        std::string("$UserIP alice 10.0.0.1"), std::string("<HubSecurity> Welcome!|")}) {
    const auto found = all.find(expected, at);
    ASSERT_NE(found, std::string::npos) << expected << " not after " << at << " in " << all;
    at = found + 1;
  }
  EXPECT_EQ(all.find("$MyINFO $ALL alice "), all.rfind("$MyINFO $ALL alice "));  // own exactly once
  EXPECT_NE(all.find("$MyINFO $ALL bob "), std::string::npos);
  EXPECT_NE(all.find("$MyINFO $ALL HubSecurity "), std::string::npos);
  EXPECT_EQ(all.find("$NickList"), std::string::npos);
  EXPECT_TRUE(has(bob, "$MyINFO $ALL alice "));
  EXPECT_FALSE(has(bob, "$Hello alice"));
}

TEST_F(LoginTest, MyInfoBeforeTheListRequestIsSentTheListOnce) {
  const auto client = connect();
  client->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick ncdc|$Version 1,0091|" + my_info("ncdc") + "$GetNickList|");
  const std::string all = client->take();
  EXPECT_EQ(all.find("$OpList "), all.rfind("$OpList "));
  client->say("$GetNickList|");
  EXPECT_TRUE(has(client, "$OpList "));
}

TEST_F(LoginTest, OldClientGetsNickListHelloAndAsksForInfo) {
  const auto bob = guest("bob", "10.0.0.2");
  const auto old = connect();
  old->say("$Key x|$ValidateNick old|$Version 1,0091|$GetNickList|" + my_info("old"));
  EXPECT_TRUE(has(old, "$NickList "));
  EXPECT_FALSE(has(old, "$MyINFO $ALL bob"));
  old->take();
  old->say("$GetINFO bob old|$GetINFO nobody old|");
  EXPECT_TRUE(has(old, "$MyINFO $ALL bob"));
  EXPECT_TRUE(has(old, "$Quit nobody|"));
  guest("carol", "10.0.0.3");
  EXPECT_TRUE(has(old, "$Hello carol|"));
}

TEST_F(LoginTest, NicksAreComparedWithoutCase) {
  const auto first = guest("dupe");
  const auto second = connect("10.0.0.2");
  second->say("$Key x|$ValidateNick DUPE|");
  EXPECT_TRUE(has(second, "$ValidateDenide DUPE|"));
  EXPECT_TRUE(second->closed());
  EXPECT_FALSE(first->closed());
  EXPECT_LT(second->output().find("taken"), second->output().find("$ValidateDenide"));
}

TEST_F(LoginTest, NicksOfTheHubsBotsAreDeniedAtOnce) {
  const auto client = connect();
  client->say("$Key x|$ValidateNick hubsecurity|");
  EXPECT_TRUE(has(client, "$ValidateDenide hubsecurity|"));
  EXPECT_FALSE(has(client, "$Hello"));
}

TEST_F(LoginTest, RightPasswordGivesTheClass) {
  const auto op = member("boss", 5);
  EXPECT_TRUE(has(op, "$GetPass|"));
  EXPECT_TRUE(has(op, "$LogedIn boss|"));
  EXPECT_EQ(hub().user_class("BOSS"), 5);
  EXPECT_EQ(hub().op_list(), (Hub::Nicks{"HubSecurity", "OpChat", "boss"}));
}

TEST_F(LoginTest, WrongPasswordIsToldThenClosedThenHeldOff) {
  enroll("boss", 5, "secret-boss");
  for (const char* password : {"wrong", ""}) {
    const auto client = connect(password[0] == '\0' ? "10.0.0.7" : "10.0.0.8");
    client->say(std::string("$Key x|$ValidateNick boss|$MyPass ") + password + "|");
    wait_until([&] { return client->closed(); });
    EXPECT_LT(client->output().find("Wrong password"), client->output().find("$BadPass|"));
    EXPECT_FALSE(has(client, "$Hello boss"));
  }
  const auto again = connect("10.0.0.8");
  again->say("$Key x|$ValidateNick boss|");
  EXPECT_TRUE(again->closed());
  EXPECT_FALSE(has(again, "$GetPass|"));
  pass(std::chrono::seconds(61));
  const auto later = connect("10.0.0.8");
  later->say("$Key x|$ValidateNick boss|");
  EXPECT_TRUE(has(later, "$GetPass|"));
}

TEST_F(LoginTest, FramesWaitWhileThePasswordIsChecked) {
  enroll("boss", 5, "secret-boss");
  const auto client = connect();
  client->say("$Key x|$ValidateNick boss|$MyPass secret-boss|$Version 1|" + my_info("boss") + "<boss> early|");
  EXPECT_TRUE(client->paused());
  EXPECT_FALSE(has(client, "$Hello"));
  wait_until([&] { return has(client, "<boss> early|"); });
}

TEST_F(LoginTest, RegisteredUserReplacesTheOldSession) {
  const auto old = member("boss", 5);
  const auto fresh = connect("10.0.0.30");
  fresh->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick boss|$MyPass secret-boss|");
  wait_until([&] { return has(fresh, "$Hello boss|"); });
  EXPECT_TRUE(old->closed());
  fresh->say(my_info("boss"));
  EXPECT_EQ(hub().user_ip("boss"), "10.0.0.30");
  old->vanish();
  EXPECT_EQ(hub().user_ip("boss"), "10.0.0.30");
}

TEST_F(LoginTest, SilentGuestOfTheSameAddressIsReplacedOnlyByItself) {
  const auto old = guest("alice");
  pass(std::chrono::seconds(35));
  const auto stranger = connect();
  stranger->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick alice|" + my_info("alice", "5"));
  EXPECT_TRUE(has(stranger, "$ValidateDenide alice|"));
  EXPECT_FALSE(old->closed());
  const auto same = connect();
  same->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick alice|" + my_info("alice"));
  EXPECT_TRUE(old->closed());
  EXPECT_FALSE(same->closed());
  EXPECT_EQ(hub().users_count(), 1);
  EXPECT_NE(server->context().sessions.holder("alice"), nullptr);
}

TEST_F(LoginTest, AccountWithoutPasswordIsAskedForOneAndThenHasItsClass) {
  enroll("fresh", 3, "");
  const auto client = guest("fresh");
  EXPECT_EQ(hub().user_class("fresh"), 0);
  EXPECT_TRUE(has(client, "$GetPass|"));
  EXPECT_TRUE(has(client, "$To: fresh From: HubSecurity"));
  client->say("$MyPass abc|");
  EXPECT_TRUE(has(client, "at least 6"));
  EXPECT_EQ(hub().user_class("fresh"), 0);
  client->say("$MyPass abcdef|");
  wait_until([&] { return hub().user_class("fresh") == 3; });
  EXPECT_TRUE(has(client, "$LogedIn fresh|"));
  const auto again = connect("10.0.0.5");
  again->say("$Key x|$ValidateNick fresh|$MyPass abcdef|");
  wait_until([&] { return has(again, "$Hello fresh|"); });
}

TEST_F(LoginTest, FullHubSaysSoButLetsOperatorsIn) {
  set("max_users", "1");
  guest("first");
  const auto second = connect("10.0.0.2");
  second->say("$Key x|$ValidateNick second|");
  EXPECT_TRUE(has(second, "$HubIsFull|"));
  EXPECT_TRUE(second->closed());
  const auto op = member("boss", 3);
  EXPECT_FALSE(op->closed());
  EXPECT_EQ(hub().users_count(), 2);
}

TEST_F(LoginTest, BannedClientsAreToldWhy) {
  store::Ban ban;
  ban.type = kBanIp;
  ban.ip = "10.0.0.66";
  ban.date_start = wall;
  ban.date_limit = wall + 3600;
  ban.reason = "for the test";
  ASSERT_TRUE(files->bans.add(ban).ok());
  const auto client = connect("10.0.0.66");
  client->say("$Key x|$ValidateNick someone|");
  EXPECT_TRUE(client->closed());
  EXPECT_TRUE(has(client, "banned"));
  EXPECT_TRUE(has(client, "for the test"));
  pass(std::chrono::hours(2));
  EXPECT_FALSE(guest("someone", "10.0.0.66")->closed());
}

TEST_F(LoginTest, EveryStepHasATimeLimit) {
  const auto silent = connect();
  pass(std::chrono::seconds(59));
  EXPECT_FALSE(silent->closed());
  pass(std::chrono::seconds(2));
  EXPECT_TRUE(silent->closed());
  const auto keyed = connect();
  keyed->say("$Key x|");
  pass(std::chrono::seconds(31));
  EXPECT_TRUE(keyed->closed());
  const auto named = connect();
  named->say("$Key x|$ValidateNick late|");
  pass(std::chrono::seconds(41));
  EXPECT_TRUE(named->closed());
  EXPECT_EQ(server->context().sessions.holder("late"), nullptr);  // the nick is free again
  const auto user = guest("user");
  pass(std::chrono::hours(1));
  EXPECT_FALSE(user->closed());
  EXPECT_EQ(server->counters().login_timeouts, 3u);
}

TEST_F(LoginTest, HookMayRefuseAConnectionOrALogin) {
  scripts.define(HookId::kOnNewConn, [](auto args) { return FakeScripts::allow(FakeScripts::text(args[0]) != "10.0.0.13"); });
  const auto dropped = connect("10.0.0.13");
  EXPECT_TRUE(dropped->closed());
  EXPECT_FALSE(has(dropped, "$Lock"));
  scripts.define(HookId::kOnUserLogin, [](auto args) { return FakeScripts::allow(FakeScripts::text(args[0]) != "eve"); });
  EXPECT_TRUE(guest("eve")->closed());
  EXPECT_FALSE(guest("adam", "10.0.0.2")->closed());
  EXPECT_EQ(hub().users_count(), 1);
}

TEST_F(LoginTest, HookMayCloseTheVeryUserThatLogsIn) {
  scripts.define(HookId::kOnUserLogin, [this](auto args) {
    EXPECT_TRUE(hub().close_connection(FakeScripts::text(args[0]), 0, 0).ok());
    return HookResult{};
  });
  const auto client = guest("eve");
  EXPECT_TRUE(client->closed());
  EXPECT_EQ(hub().users_count(), 0);
}

TEST_F(LoginTest, LogoutHookSeesTheUserAndMayCloseOthersWithoutEnd) {
  std::vector<Client> clients;
  for (int i = 0; i != 300; ++i) clients.push_back(guest("u" + std::to_string(i), "10.1.0." + std::to_string(i % 250)));
  std::size_t seen = 0;
  scripts.define(HookId::kOnUserLogout, [&](auto args) {
    const std::string nick = FakeScripts::text(args[0]);
    EXPECT_TRUE(hub().user_ip(nick).has_value());
    ++seen;
    const int next = std::stoi(nick.substr(1)) + 1;
    if (next != 300) {
      EXPECT_TRUE(hub().close_connection("u" + std::to_string(next), 0, 0).ok());
    }
    return HookResult{};
  });
  EXPECT_TRUE(hub().close_connection("u0", 0, 0).ok());
  EXPECT_EQ(seen, 300u);
  EXPECT_EQ(hub().users_count(), 0);
}

TEST_F(LoginTest, QuitIsSentOncePerRemovedUser) {
  const auto alice = guest("alice");
  const auto bob = guest("bob", "10.0.0.2");
  alice->take();
  ASSERT_TRUE(hub().close_connection("bob", 0, 0).ok());
  bob->vanish();
  const std::string all = alice->take();
  EXPECT_EQ(all, "$Quit bob|");
  EXPECT_EQ(bob->take().find("$Quit bob"), std::string::npos);
}

TEST_F(LoginTest, MyInfoChangeIsDelayedNotLost) {
  const auto alice = guest("alice");
  const auto bob = guest("bob", "10.0.0.2");
  bob->take();
  alice->say(my_info("ALICE", "7"));
  alice->say(my_info("alice", "9"));
  EXPECT_FALSE(has(bob, "$MyINFO"));
  EXPECT_EQ(hub().my_info("alice")->size, "9");
  pass(std::chrono::seconds(61));
  EXPECT_EQ(bob->output().find("$MyINFO $ALL alice "), bob->output().rfind("$MyINFO $ALL alice "));
  EXPECT_TRUE(has(bob, "$9$|"));
  EXPECT_EQ(hub().total_share_size(), std::to_string(9 + 1073741824LL));
}

TEST_F(LoginTest, RestartKeepsRegistrationsBansSettingsAndTopic) {
  member("boss", 5);
  const auto victim = guest("victim", "10.0.0.44");
  ASSERT_TRUE(hub().ban("boss", "victim", "why not", 3600, kBanIp).ok());
  hub().topic(Hub::OptionalText("kept | topic"));
  set("hub_name", "Renamed");
  ASSERT_TRUE(hub().set_config("shop", "price", "12").ok());
  restart();
  EXPECT_EQ(hub().topic(std::nullopt), "kept | topic");
  EXPECT_EQ(hub().config("config", "hub_name", std::nullopt), "Renamed");
  EXPECT_EQ(hub().config("shop", "price", std::nullopt), "12");
  const auto back = connect("10.0.0.44");
  back->say("$Key x|$ValidateNick other|");
  EXPECT_TRUE(back->closed());
  const auto boss = connect();
  boss->say("$Key x|$ValidateNick boss|$MyPass secret-boss|");
  wait_until([&] { return has(boss, "$LogedIn boss|"); });
}

TEST_F(LoginTest, NothingBadHappensWhateverOrderFramesComeIn) {
  const std::vector<std::string> frames = {"$Supports NoGetINFO |", "$Key k|",    "$ValidateNick x|", "$MyPass x|",
                                           "$Version 1|",           "$GetNickList|", my_info("x"),       "<x> hi|"};
  for (const auto& first : frames) {
    for (const auto& second : frames) {
      for (const auto& third : frames) {
        const auto client = connect();
        client->say(first + second + third);
        client->vanish();
      }
    }
  }
  EXPECT_EQ(hub().users_count(), 0);
  EXPECT_EQ(server->context().sessions.size(), 0u);
  EXPECT_EQ(server->context().sessions.claimed(), 0u);
}

}  // namespace
}  // namespace vhpy::embedded
