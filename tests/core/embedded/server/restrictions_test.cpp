// Restrictions of single users and temporary bans: what they stop, for whom, and how long.
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

class RestrictionsTest : public HubTest {
 protected:
  RestrictionsTest() {
    set("int_chat_ms", "0");
    set("int_search", "0");
    alice = guest("alice");
    bob = guest("bob", "10.0.0.2");
    alice->take();
    bob->take();
  }
  using Field = Hub::OptionalText;
  Result<Restrictions> restrict(const std::string& nick, const Field& chat, const Field& pm, const Field& search,
                                const Field& ctm) {
    return hub().user_restrictions(nick, chat, pm, search, ctm);
  }
  static std::string bits(const Result<Restrictions>& state) {
    const Restrictions& now = state.value();
    return std::string(now.chat ? "c" : "-") + (now.pm ? "p" : "-") + (now.search ? "s" : "-") + (now.ctm ? "x" : "-");
  }
  std::string chat(const Client& client, const std::string& nick, const std::string& text) {
    bob->take();
    client->say("<" + nick + "> " + text + "|");
    return bob->take();
  }
  Client alice, bob;
};

TEST_F(RestrictionsTest, SaysWhatHolds) {
  EXPECT_EQ(bits(restrict("ALICE", {}, "", {}, {})), "----");
  EXPECT_EQ(bits(restrict("alice", "1h", {}, {}, "2")), "c--x");
  EXPECT_EQ(bits(restrict("alice", {}, "1", "30s", "")), "cpsx") << "what is not named is kept";
  EXPECT_EQ(bits(restrict("alice", "0", {}, {}, "0")), "-ps-");
  pass(std::chrono::seconds(31));
  EXPECT_EQ(bits(restrict("alice", {}, {}, {}, {})), "-p--");
  pass(std::chrono::hours(7 * 24 - 1));
  EXPECT_EQ(bits(restrict("alice", {}, {}, {}, {})), "-p--") << "1 is a week";
  pass(std::chrono::hours(1));
  EXPECT_EQ(bits(restrict("alice", {}, {}, {}, {})), "----");
}

TEST_F(RestrictionsTest, Defect29NothingIsAppliedIfOneFieldIsWrong) {
  ASSERT_TRUE(restrict("alice", {}, "1h", {}, {}).ok());
  for (const char* bad : {"soon", "-1", "3x", "1h30", "99999999999999999999", " "}) {
    EXPECT_EQ(restrict("alice", "1h", "0", "1h", bad).error().code, Refusal::kBadArgument) << bad;
    EXPECT_EQ(restrict("alice", bad, "0", "1h", "1h").error().code, Refusal::kBadArgument) << bad;
  }
  EXPECT_EQ(bits(restrict("alice", {}, {}, {}, {})), "-p--");
}

TEST_F(RestrictionsTest, UnknownUsersAndBotsAreRefused) {
  EXPECT_EQ(restrict("nobody", "1h", {}, {}, {}).error().code, Refusal::kNoSuchUser);
  EXPECT_EQ(restrict("OpChat", "1h", {}, {}, {}).error().code, Refusal::kNoSuchUser);
}

TEST_F(RestrictionsTest, ChatIsStopped) {
  EXPECT_NE(chat(alice, "alice", "one").find("<alice> one|"), std::string::npos);
  ASSERT_TRUE(restrict("alice", "1h", {}, {}, {}).ok());
  EXPECT_EQ(chat(alice, "alice", "two"), "");
  EXPECT_TRUE(has(alice, "You may not write here for 1 hour."));
  alice->say("+me waves|");
  EXPECT_EQ(bob->take(), "");
  alice->say("$To: bob From: alice $<alice> psst|");
  EXPECT_EQ(bob->take(), "$To: bob From: alice $<alice> psst|") << "only the main chat";
  pass(std::chrono::hours(2));
  EXPECT_NE(chat(alice, "alice", "three").find("<alice> three|"), std::string::npos);
}

TEST_F(RestrictionsTest, PrivateMessagesAreStopped) {
  ASSERT_TRUE(restrict("alice", {}, "1h", {}, {}).ok());
  alice->say("$To: bob From: alice $<alice> psst|$MCTo: bob $alice psst|");
  EXPECT_EQ(bob->take(), "");
  EXPECT_TRUE(has(alice, "You may not send messages for 1 hour."));
  EXPECT_NE(chat(alice, "alice", "loud").find("<alice> loud|"), std::string::npos);
}

TEST_F(RestrictionsTest, SearchesAreStopped) {
  ASSERT_TRUE(restrict("alice", {}, {}, "1h", {}).ok());
  alice->say("$Search 10.0.0.1:412 F?T?0?1?something|");
  EXPECT_EQ(bob->take(), "");
  EXPECT_TRUE(has(alice, "You may not search for 1 hour."));
  ASSERT_TRUE(restrict("alice", {}, {}, "0", {}).ok());
  alice->say("$Search 10.0.0.1:412 F?T?0?1?something|");
  EXPECT_EQ(bob->take(), "$Search 10.0.0.1:412 F?T?0?1?something|");
}

TEST_F(RestrictionsTest, ConnectionsAreStopped) {
  ASSERT_TRUE(restrict("alice", {}, {}, {}, "1h").ok());
  alice->say("$ConnectToMe bob 10.0.0.1:412|$RevConnectToMe alice bob|");
  EXPECT_EQ(bob->take(), "");
  EXPECT_TRUE(has(alice, "You may not connect to others for 1 hour."));
  bob->say("$ConnectToMe alice 10.0.0.2:412|");
  EXPECT_TRUE(has(alice, "$ConnectToMe alice 10.0.0.2:412|")) << "others may still ask";
}

TEST_F(RestrictionsTest, AReconnectionLiftsNothing) {
  ASSERT_TRUE(restrict("alice", "1h", {}, {}, {}).ok());
  alice->vanish();
  alice = guest("Alice");
  EXPECT_EQ(chat(alice, "Alice", "hello"), "");
}

TEST_F(RestrictionsTest, AdminsAreExempt) {
  const auto admin = member("root", 5);
  ASSERT_TRUE(restrict("root", "1h", "1h", "1h", "1h").ok());
  EXPECT_NE(chat(admin, "root", "hello").find("<root> hello|"), std::string::npos);
  admin->say("$To: bob From: root $<root> psst|");
  EXPECT_TRUE(has(bob, "psst"));
}

TEST_F(RestrictionsTest, AGagIsBothRestrictionsOfText) {
  const auto boss = member("boss", 5);
  boss->say("<boss> !gag alice 1h|");
  EXPECT_EQ(bits(restrict("alice", {}, {}, {}, {})), "cp--");
  boss->say("<boss> !ungag alice|");
  EXPECT_TRUE(has(boss, "alice may write again."));
  EXPECT_EQ(bits(restrict("alice", {}, {}, {}, {})), "----");
}

TEST_F(RestrictionsTest, RestrictionsAreBounded) {
  UserRestrictions all;
  for (int i = 0; i < 10'000; ++i) all.restrict("nick" + std::to_string(i), Restriction::kChat, 100, 0);
  EXPECT_EQ(all.size(), UserRestrictions::kMaxNicks);
  all.purge(100);
  EXPECT_EQ(all.size(), 0U);
}

TEST_F(RestrictionsTest, DelIPTempBanLiftsTheWaitAfterAWrongPassword) {
  enroll("vip", 2, "right");
  const auto wrong = connect("10.0.0.7");
  wrong->say("$Supports NoHello |$Key x|$ValidateNick vip|$MyPass wrong|");
  wait_until([&] { return wrong->closed(); });
  const auto tries = [&] {
    const auto client = connect("10.0.0.7");
    client->say("$Supports NoHello |$Key x|$ValidateNick vip|");
    return client->output().find("$GetPass") != std::string::npos;
  };
  EXPECT_FALSE(tries());
  EXPECT_EQ(hub().delete_ip_temp_ban("10.0.0.8").error().code, Refusal::kNotFound);
  EXPECT_FALSE(tries());
  EXPECT_TRUE(hub().delete_ip_temp_ban("10.0.0.7").ok());
  EXPECT_TRUE(tries());
  EXPECT_EQ(hub().delete_ip_temp_ban("10.0.0.7").error().code, Refusal::kNotFound) << "only once";
}

TEST_F(RestrictionsTest, DelIPTempBanLiftsBansForFloodingOnly) {
  server->context().penalties->ban_ip("10.0.0.3", 600, "flooding");
  const auto boss = member("boss", 5);
  boss->say("<boss> !ban_1h 10.0.0.4|");
  ASSERT_EQ(files->bans.size(), 2U);
  EXPECT_FALSE(hub().delete_ip_temp_ban("10.0.0.4").ok()) << "an operator's";
  EXPECT_TRUE(hub().delete_ip_temp_ban("10.0.0.3").ok());
  EXPECT_EQ(files->bans.size(), 1U);
  restart();
  EXPECT_EQ(files->bans.size(), 1U) << "gone from the file as well";
}

TEST_F(RestrictionsTest, DelNickTempBanLiftsTheWaitBetweenTwoLogins) {
  set("int_login", "600");
  alice->vanish();
  const auto gets_in = [&] {
    const auto client = guest("alice");
    return client->output().find("$Hello alice") != std::string::npos || !client->closed();
  };
  EXPECT_FALSE(gets_in());
  EXPECT_TRUE(hub().delete_nick_temp_ban("ALICE").ok());
  EXPECT_TRUE(gets_in());
  EXPECT_EQ(hub().delete_nick_temp_ban("nobody").error().code, Refusal::kNotFound);
}

TEST_F(RestrictionsTest, DelNickTempBanLeavesKicks) {
  const auto boss = member("boss", 5);
  boss->say("<boss> !kick bob rude|");
  ASSERT_EQ(files->bans.size(), 1U);
  EXPECT_EQ(hub().delete_nick_temp_ban("bob").error().code, Refusal::kNotFound);
  EXPECT_EQ(files->bans.size(), 1U);
}

}  // namespace
}  // namespace vhpy::embedded
