// Every operation of core/hub.h on this hub: what it does, and that what it answers is true.
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

class OperationsTest : public HubTest {
 protected:
  OperationsTest() {
    alice = guest("alice");
    bob = guest("bob", "10.0.0.2");
    boss = member("boss", 5);
    forget();
  }
  void forget() {
    alice->take();
    bob->take();
    boss->take();
  }
  static Refusal why(const Outcome& outcome) { return outcome.error().code; }
  Client alice, bob, boss;
};

TEST_F(OperationsTest, Lists) {
  EXPECT_EQ(hub().nick_list(), (Hub::Nicks{"HubSecurity", "OpChat", "alice", "bob", "boss"}));
  EXPECT_EQ(hub().op_list(), (Hub::Nicks{"HubSecurity", "OpChat", "boss"}));
  EXPECT_EQ(hub().bot_list(), (Hub::Nicks{"HubSecurity", "OpChat"}));
  EXPECT_EQ(hub().users_count(), 3);
  EXPECT_EQ(hub().total_share_size(), std::to_string(3 * 1073741824LL));
}

TEST_F(OperationsTest, FactsAboutUsers) {
  EXPECT_EQ(hub().user_class("ALICE"), 0);
  EXPECT_EQ(hub().user_class("nobody"), -2);
  EXPECT_EQ(hub().user_class(std::nullopt), std::nullopt);
  EXPECT_EQ(hub().user_ip("Alice"), "10.0.0.1");
  EXPECT_EQ(hub().user_ip("OpChat"), "127.0.0.1");
  EXPECT_EQ(hub().user_ip("nobody"), std::nullopt);
  EXPECT_EQ(hub().user_host("alice"), std::nullopt);
  const auto info = hub().my_info("alice");
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->description, "probe");
  EXPECT_EQ(info->tag, "<++ V:0.868,M:A,H:1/0/0,S:3>");
  EXPECT_EQ(info->speed, "100\x01");
  EXPECT_EQ(info->mail, "a@b.c");
  EXPECT_EQ(info->size, "1073741824");
  EXPECT_EQ(hub().my_info("nobody"), std::nullopt);
}

TEST_F(OperationsTest, ChatIsSignedByTheHubUnlessTold) {
  EXPECT_TRUE(hub().main_chat("a | b", std::nullopt).ok());
  EXPECT_EQ(alice->take(), "<HubSecurity> a &#124; b|");
  EXPECT_TRUE(hub().class_chat("ops", 3, 10, "x").ok());
  EXPECT_EQ(alice->take(), "");
  EXPECT_NE(boss->take().find("<x> ops|"), std::string::npos);
  EXPECT_EQ(why(hub().class_chat("ops", 3, 2, std::nullopt)), Refusal::kBadArgument);
  EXPECT_TRUE(hub().user_chat("one", "ALICE", std::nullopt).ok());
  EXPECT_EQ(alice->take(), "<HubSecurity> one|");
  EXPECT_EQ(why(hub().user_chat("one", "nobody", std::nullopt)), Refusal::kNoSuchUser);
  EXPECT_EQ(why(hub().user_chat("one", "OpChat", std::nullopt)), Refusal::kNoSuchUser);
}

TEST_F(OperationsTest, PrivateMessages) {
  EXPECT_TRUE(hub().private_message("hi", "alice", std::nullopt, std::nullopt).ok());
  EXPECT_TRUE(hub().private_message("hi", "alice", "room", "signer").ok());
  EXPECT_EQ(alice->take(),
            "$To: alice From: HubSecurity $<HubSecurity> hi|$To: alice From: room $<signer> hi|");
  EXPECT_TRUE(hub().private_message_to_all("all", "me", 0, 2).ok());
  EXPECT_EQ(bob->take(), "$To: bob From: me $<me> all|");
  EXPECT_EQ(boss->take(), "");
  EXPECT_EQ(why(hub().private_message_to_all("all", "me", 2, 0)), Refusal::kBadArgument);
}

TEST_F(OperationsTest, OperatorChat) {
  EXPECT_TRUE(hub().op_chat("word", std::nullopt).ok());
  EXPECT_TRUE(hub().op_chat("word", "alice").ok());
  EXPECT_EQ(boss->take(), "$To: boss From: OpChat $<OpChat> word|$To: boss From: OpChat $<alice> word|");
  EXPECT_EQ(alice->take(), "");
  set("opchat_name", "");
  EXPECT_EQ(why(hub().op_chat("word", std::nullopt)), Refusal::kUnavailable);
}

TEST_F(OperationsTest, RawDataGetsItsPipeOnce) {
  EXPECT_TRUE(hub().send_to_user("$Some thing", "alice", 0).ok());
  EXPECT_TRUE(hub().send_to_user("$Two|$Commands|", "alice", 1).ok());
  EXPECT_EQ(alice->take(), "$Some thing|$Two|$Commands|");
  EXPECT_TRUE(hub().send_to_all("$X", 0, 0, 0).ok());
  EXPECT_EQ(bob->take(), "$X|");
  EXPECT_EQ(boss->take(), "");
  EXPECT_EQ(why(hub().send_to_all("$X", 1, 0, 0)), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().send_to_user("$X", "nobody", 0)), Refusal::kNoSuchUser);
}

TEST_F(OperationsTest, CloseConnection) {
  EXPECT_TRUE(hub().close_connection("Alice", 0, kCloseKicked).ok());
  EXPECT_TRUE(alice->closed());
  EXPECT_EQ(hub().user_class("alice"), -2);
  EXPECT_EQ(why(hub().close_connection("alice", 0, 0)), Refusal::kNoSuchUser);
  EXPECT_EQ(why(hub().close_connection("bob", 0, 99)), Refusal::kBadArgument);
  EXPECT_FALSE(bob->closed());
}

TEST_F(OperationsTest, KickChecksRights) {
  EXPECT_EQ(why(hub().kick_user("nobody", "bob", "x", {}, {}, {})), Refusal::kNoSuchUser);
  EXPECT_EQ(why(hub().kick_user("alice", "bob", "x", {}, {}, {})), Refusal::kNotPermitted);
  EXPECT_EQ(why(hub().kick_user("boss", "nobody", "x", {}, {}, {})), Refusal::kNoSuchUser);
  EXPECT_TRUE(hub().kick_user("boss", "bob", "noise", "other.example.org", "for ops", "for you").ok());
  EXPECT_TRUE(bob->closed());
  EXPECT_TRUE(has(bob, "$To: bob From: boss $<boss> You have been kicked because: noise\r\nfor you"));
  EXPECT_TRUE(has(bob, "$ForceMove other.example.org|"));
  EXPECT_TRUE(hub().kick_user("HubSecurity", "alice", "", {}, {}, {}).ok());
  const auto* ban = files->bans.find({"bob", "10.0.0.2", std::nullopt, {}}, wall);
  ASSERT_NE(ban, nullptr);
  EXPECT_EQ(ban->note_op, "for ops");
}

// Names are looked up after the login: what they are banned for is seen then.
TEST_F(OperationsTest, BansOfHostsHoldOnceTheNameIsKnown) {
  auto pete = guest("pete", "10.0.0.7");
  server->on_host_found("10.0.0.7", "pc.example.org");
  EXPECT_FALSE(pete->closed());
  EXPECT_TRUE(hub().ban("x", "pete", "r", 3600, kBanHost2).ok());
  EXPECT_TRUE(pete->closed());
  pete = guest("pete", "10.0.0.7");
  EXPECT_FALSE(pete->closed());
  auto other = guest("other", "10.0.0.2");
  server->on_host_found("10.0.0.2", "example.com");
  EXPECT_FALSE(other->closed());
  server->on_host_found("10.0.0.7", "pc.example.org");
  EXPECT_TRUE(pete->closed());
  EXPECT_NE(pete->output().find("banned"), std::string::npos);
}

TEST_F(OperationsTest, BansOfIpv6AddressesInAnySpelling) {
  boss->say("<boss> !ban 2001:DB8:0::1 spam|");
  auto pete = connect("2001:db8::1");
  pete->say("$Supports NoHello |$Key x|$ValidateNick pete|");
  EXPECT_TRUE(pete->closed());
  boss->say("<boss> !unban 2001:db8::0:1|");
  EXPECT_FALSE(guest("pete", "2001:db8::1")->closed());
}

TEST_F(OperationsTest, BanTypes) {
  EXPECT_EQ(why(hub().ban("x", "bob", "r", 60, 3)), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().ban("x", "bob", "r", 60, 0)), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().ban("x", "bob", "r", 60, 1024)), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().ban("x", "bob", "r", 0, kBanIp)), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().ban("x", "nobody", "r", 60, kBanIp)), Refusal::kNoSuchUser);
  EXPECT_EQ(why(hub().ban("x", "bob", "r", 60, kBanHost1)), Refusal::kUnavailable);
  EXPECT_EQ(why(hub().ban("x", "bob", "r", 60, kBanPrefix)), Refusal::kBadArgument);
  EXPECT_FALSE(bob->closed());
  EXPECT_TRUE(hub().ban("x", "bob", "the reason", 60, kBanRange).ok());
  EXPECT_TRUE(bob->closed());
  EXPECT_TRUE(has(bob, "the reason"));
  EXPECT_TRUE(guest("other", "10.0.0.77")->closed());
  EXPECT_FALSE(guest("other", "10.0.1.77")->closed());
  pass(std::chrono::seconds(61));
  EXPECT_FALSE(guest("bob", "10.0.0.2")->closed());
  const auto clan = guest("[clan]x", "10.0.2.1");
  EXPECT_TRUE(hub().ban("x", "[clan]x", "r", 60, kBanPrefix).ok());
  EXPECT_TRUE(guest("[clan]y", "10.0.3.1")->closed());
}

TEST_F(OperationsTest, Registrations) {
  EXPECT_EQ(why(hub().add_registration("alice", 10, "", "")), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().add_registration("OpChat", 1, "", "")), Refusal::kExists);
  EXPECT_EQ(why(hub().add_registration("boss", 1, "", "")), Refusal::kExists);
  EXPECT_TRUE(hub().add_registration("alice", 3, "secret-alice", "boss").ok());
  EXPECT_EQ(hub().user_class("alice"), 3);
  EXPECT_TRUE(has(bob, "$OpList HubSecurity$$OpChat$$alice$$boss"));
  EXPECT_EQ(why(hub().set_registration_class("alice", 3)), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().set_registration_class("alice", 7)), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().set_registration_class("nobody", 3)), Refusal::kNotFound);
  EXPECT_TRUE(hub().set_registration_class("alice", 1).ok());
  EXPECT_EQ(hub().user_class("alice"), 1);
  EXPECT_TRUE(hub().delete_registration("alice").ok());
  EXPECT_EQ(hub().user_class("alice"), 0);
  EXPECT_EQ(why(hub().delete_registration("alice")), Refusal::kNotFound);
  EXPECT_TRUE(hub().set_registration_class("boss", 10).ok());
  EXPECT_EQ(why(hub().delete_registration("boss")), Refusal::kNotPermitted);
}

TEST_F(OperationsTest, TopicOf1024BytesIsRefused) {
  EXPECT_EQ(hub().topic(std::nullopt), std::nullopt);
  EXPECT_EQ(hub().topic("news"), "news");
  EXPECT_EQ(hub().topic(std::string(1024, 'x')), "news");
  EXPECT_EQ(hub().topic(std::string(1023, 'x')), std::string(1023, 'x'));
  EXPECT_EQ(hub().topic(""), std::nullopt);
}

TEST_F(OperationsTest, Settings) {
  EXPECT_EQ(hub().config("config", "max_users", std::nullopt), "6000");
  EXPECT_EQ(hub().config("config", "nothing", "fallback"), "fallback");
  EXPECT_EQ(why(hub().set_config("config", "nothing", "1")), Refusal::kNotFound);
  EXPECT_EQ(why(hub().set_config("config", "max_users", "x")), Refusal::kBadArgument);
  EXPECT_TRUE(hub().set_config("shop", "price", "12").ok());
  EXPECT_EQ(hub().config("shop", "price", std::nullopt), "12");
}

TEST_F(OperationsTest, RobotsBelongToTheirScript) {
  EXPECT_TRUE(hub().add_robot({7}, "Robot", 3, "desc", "", "mail", "1000").ok());
  EXPECT_TRUE(has(alice, "$MyINFO $ALL Robot desc$ $$mail$1000$|"));
  EXPECT_EQ(hub().user_class("robot"), 3);
  EXPECT_EQ(why(hub().add_robot({7}, "ROBOT", 3, "", "", "", "0")), Refusal::kExists);
  EXPECT_EQ(why(hub().add_robot({7}, "alice", 3, "", "", "", "0")), Refusal::kExists);
  EXPECT_EQ(why(hub().add_robot({7}, "a b", 3, "", "", "", "0")), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().add_robot({7}, "", 3, "", "", "", "0")), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().delete_robot({8}, "Robot")), Refusal::kNotPermitted);
  EXPECT_EQ(why(hub().delete_robot({7}, "HubSecurity")), Refusal::kNotPermitted);
  EXPECT_EQ(why(hub().delete_robot({7}, "alice")), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().delete_robot({7}, "nobody")), Refusal::kNoSuchUser);
  EXPECT_TRUE(hub().delete_robot({7}, "robot").ok());
  EXPECT_TRUE(has(alice, "$Quit Robot|"));
  EXPECT_TRUE(hub().add_robot({7}, "One", 99, "", "", "", "x").ok());
  EXPECT_TRUE(hub().add_robot({8}, "Two", 0, "", "", "", "0").ok());
  hub().forget_script(7);
  EXPECT_EQ(hub().bot_list(), (Hub::Nicks{"HubSecurity", "OpChat", "Two"}));
  EXPECT_TRUE(guest("One", "10.0.0.70")->output().find("$Hello One|") != std::string::npos);
}

TEST_F(OperationsTest, PrivateMessageToARobotReachesItsScript) {
  ASSERT_TRUE(hub().add_robot({7}, "Robot", 0, "", "", "", "0").ok());
  std::string heard;
  scripts.define(HookId::kOnParsedMsgPM, [&](auto args) {
    heard = FakeScripts::text(args[0]) + ">" + FakeScripts::text(args[2]) + ":" + FakeScripts::text(args[1]);
    return HookResult{};
  });
  alice->say("$To: robot From: alice $<alice> ping|");
  EXPECT_EQ(heard, "alice>Robot:ping");
}

TEST_F(OperationsTest, Defect14SetConfigTellsTheTruth) {
  EXPECT_TRUE(hub().set_config("config", "max_users", "77").ok());
  EXPECT_EQ(hub().config("config", "max_users", std::nullopt), "77");
  EXPECT_TRUE(hub().set_config("pi_python", "anything", "x").ok());
  EXPECT_EQ(why(hub().set_config("config", "max_users", "many")), Refusal::kBadArgument);
  EXPECT_EQ(why(hub().set_config("config", "no_such_setting", "1")), Refusal::kNotFound);
  EXPECT_EQ(hub().config("config", "max_users", std::nullopt), "77");
}

}  // namespace
}  // namespace vhpy::embedded
