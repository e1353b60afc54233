// What scripts change of users: MyINFO, its status flag, the address; and that others, and GetMyINFO, see just that.
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

const Hub::OptionalText kKeep = std::nullopt;

class UserChangesTest : public HubTest {
 protected:
  UserChangesTest() {
    alice = guest("alice");
    bob = guest("bob", "10.0.0.2");
    boss = member("boss", 5);
    forget();
  }
  void forget() {
    for (const auto& client : {alice, bob, boss}) client->take();
  }
  static Refusal why(const Outcome& outcome) { return outcome.error().code; }
  // With a status flag of its own.
  static std::string info(const std::string& nick, const std::string& speed) {
    return "$MyINFO $ALL " + nick + " probe<++ V:0.868,M:A,H:1/0/0,S:3>$ $" + speed + "$a@b.c$1073741824$|";
  }
  Client alice, bob, boss;
};

TEST_F(UserChangesTest, OthersAndGetMyInfoSeeTheChange) {
  EXPECT_TRUE(hub().set_my_info("ALICE", "new", "<x V:1,M:P>", "50", "m@x", "7").ok());
  const std::string shown = "$MyINFO $ALL alice new<x V:1,M:P>$ $50\x01$m@x$7$|";
  EXPECT_EQ(bob->take(), shown);
  EXPECT_EQ(alice->take(), shown);
  const auto seen = hub().my_info("alice");
  ASSERT_TRUE(seen.has_value());
  EXPECT_EQ(seen->description, "new");
  EXPECT_EQ(seen->tag, "<x V:1,M:P>");
  EXPECT_EQ(seen->speed, "50\x01");
  EXPECT_EQ(seen->mail, "m@x");
  EXPECT_EQ(seen->size, "7");
  EXPECT_NE(guest("late", "10.0.0.5")->output().find(shown), std::string::npos);
}

TEST_F(UserChangesTest, NoneKeepsWhatIsShownNow) {
  EXPECT_TRUE(hub().set_my_info("alice", "one", kKeep, kKeep, kKeep, kKeep).ok());
  EXPECT_TRUE(hub().set_my_info("alice", kKeep, kKeep, kKeep, "two", kKeep).ok());
  bob->take();
  EXPECT_TRUE(hub().set_my_info("alice", kKeep, kKeep, kKeep, kKeep, kKeep).ok());
  EXPECT_EQ(bob->take(), "");  // nothing has changed
  const auto seen = hub().my_info("alice");
  EXPECT_EQ(seen->description + seen->mail + seen->size, "onetwo1073741824");
}

TEST_F(UserChangesTest, TextIsEscapedOnceOnly) {
  EXPECT_TRUE(hub().set_my_info("alice", "5$ | more", kKeep, "1$", "a|b", kKeep).ok());
  EXPECT_EQ(bob->take(), "$MyINFO $ALL alice 5&#36; &#124; more<++ V:0.868,M:A,H:1/0/0,S:3>$ $1&#36;\x01$a&#124;b$1073741824$|");
  const auto seen = hub().my_info("alice");
  EXPECT_TRUE(hub().set_my_info("alice", seen->description, seen->tag, seen->speed, seen->mail, seen->size).ok());
  EXPECT_EQ(bob->take(), "");  // what was read can be written back
}

TEST_F(UserChangesTest, TheFlagByteStays) {
  alice->say(info("alice", "100\x11"));
  pass(std::chrono::seconds(120));
  bob->take();
  EXPECT_TRUE(hub().set_my_info("alice", kKeep, kKeep, "20", kKeep, kKeep).ok());
  EXPECT_EQ(hub().my_info("alice")->speed, "20\x11");
  EXPECT_TRUE(hub().set_my_info("alice", kKeep, kKeep, "30\x02", kKeep, kKeep).ok());
  EXPECT_EQ(hub().my_info("alice")->speed, "30\x11");
  EXPECT_TRUE(hub().set_my_info("alice", kKeep, kKeep, "", kKeep, kKeep).ok());
  EXPECT_EQ(hub().my_info("alice")->speed, "\x11");
}

TEST_F(UserChangesTest, TheHubGoesOnByWhatTheClientSaid) {
  EXPECT_TRUE(hub().set_my_info("alice", kKeep, "<x V:1,M:P>", kKeep, kKeep, "0").ok());
  EXPECT_EQ(hub().total_share_size(), std::to_string(3 * 1073741824LL));
  EXPECT_EQ(hub().user_share("alice"), 1073741824);
  forget();
  EXPECT_TRUE(hub().send_to_active("$X", 0).ok());
  EXPECT_EQ(alice->take(), "$X|");
}

TEST_F(UserChangesTest, TheNextMyInfoOfTheClientEndsIt) {
  EXPECT_TRUE(hub().set_my_info("alice", "mine", kKeep, kKeep, kKeep, kKeep).ok());
  alice->say(my_info("alice"));  // it says what it said before: nothing new
  pass(std::chrono::seconds(120));
  EXPECT_EQ(hub().my_info("alice")->description, "mine");
  alice->say(my_info("alice", "5"));
  EXPECT_EQ(hub().my_info("alice")->description, "probe");
  pass(std::chrono::seconds(120));
  EXPECT_TRUE(has(bob, my_info("alice", "5")));
}

TEST_F(UserChangesTest, RefusedChangesChangeNothing) {
  EXPECT_EQ(why(hub().set_my_info("nobody", "x", kKeep, kKeep, kKeep, kKeep)), Refusal::kNoSuchUser);
  for (const char* tag : {"x", "<x", "x>", "<a<b>", "<a>b>", "<", ">"}) {
    EXPECT_EQ(why(hub().set_my_info("alice", "x", tag, kKeep, kKeep, kKeep)), Refusal::kBadArgument) << tag;
  }
  for (const char* size : {"", "-1", "1.5", "x", " 1", "1 ", "1000000000000000000", "99999999999999999999"}) {
    EXPECT_EQ(why(hub().set_my_info("alice", "x", kKeep, kKeep, kKeep, size)), Refusal::kBadArgument) << size;
  }
  EXPECT_EQ(why(hub().set_my_info("alice", std::string(2'000, 'x'), kKeep, kKeep, kKeep, kKeep)), Refusal::kBadArgument);
  EXPECT_EQ(bob->take(), "");
  EXPECT_EQ(hub().my_info("alice")->description, "probe");
}

TEST_F(UserChangesTest, ABotHasNoFlagToKeep) {
  ASSERT_TRUE(hub().add_robot({7}, "Robot", 3, "desc", "", "mail", "1000").ok());
  bob->take();
  EXPECT_TRUE(hub().set_my_info("robot", "x", kKeep, "10$", kKeep, kKeep).ok());
  EXPECT_EQ(bob->take(), "$MyINFO $ALL Robot x$ $10&#36;$mail$1000$|");
}

TEST_F(UserChangesTest, FlagsAreSeenWithTheNextMyInfo) {
  EXPECT_TRUE(hub().set_my_info_flag("Alice", 2).ok());
  EXPECT_TRUE(hub().set_my_info_flag("alice", 2).ok());  // is set already
  EXPECT_TRUE(hub().set_my_info_flag("alice", 16).ok());
  EXPECT_TRUE(hub().unset_my_info_flag("alice", 16).ok());
  EXPECT_EQ(bob->take(), "");
  pass(std::chrono::seconds(120));
  bob->take();
  alice->say(my_info("alice"));
  EXPECT_TRUE(has(bob, info("alice", "100\x03")));
  EXPECT_EQ(hub().my_info("alice")->speed, "100\x03");
  pass(std::chrono::seconds(120));
  alice->say(info("alice", "100\x11"));
  EXPECT_TRUE(has(bob, info("alice", "100\x03")));  // 16 is cleared for good
  bob->take();
  EXPECT_TRUE(hub().unset_my_info_flag("alice", 2).ok());
  EXPECT_TRUE(hub().set_my_info("alice", kKeep, kKeep, kKeep, "m", kKeep).ok());
  EXPECT_TRUE(has(bob, "$100\x01$m$"));
}

TEST_F(UserChangesTest, AFlagByteThatCannotBeSentGetsTheNormalBit) {
  EXPECT_TRUE(hub().unset_my_info_flag("alice", 1).ok());
  pass(std::chrono::seconds(120));
  alice->say(my_info("alice"));
  EXPECT_EQ(hub().my_info("alice")->speed, "100\x01");  // 0 would be NUL
  EXPECT_TRUE(hub().set_my_info_flag("alice", 4).ok());
  EXPECT_TRUE(hub().set_my_info_flag("alice", 32).ok());
  pass(std::chrono::seconds(120));
  alice->say(my_info("alice"));
  EXPECT_EQ(hub().my_info("alice")->speed, "100\x25");  // 4 + 32 would be '$'
}

TEST_F(UserChangesTest, FlagsOfAUserWhoIsStillLoggingIn) {
  const auto late = connect("10.0.0.5");
  late->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick late|");
  EXPECT_TRUE(hub().set_my_info_flag("late", 8).ok());
  late->say("$Version 1,0091|$GetNickList|" + my_info("late"));
  EXPECT_TRUE(has(bob, info("late", "100\x09")));
}

// The store of 8 bytes into 4 or 2 in older plugins: a number that only looks like a flag when it is cut.
TEST_F(UserChangesTest, Defect13FlagsAreNotCut) {
  for (const Hub::Integer flag : {Hub::Integer{0}, Hub::Integer{3}, Hub::Integer{64}, Hub::Integer{-1}, Hub::Integer{-2},
                                  (Hub::Integer{1} << 32) + 2, (Hub::Integer{1} << 16) + 1, Hub::Integer{1} << 62,
                                  std::numeric_limits<Hub::Integer>::min(), std::numeric_limits<Hub::Integer>::max()}) {
    EXPECT_EQ(why(hub().set_my_info_flag("alice", flag)), Refusal::kBadArgument) << flag;
    EXPECT_EQ(why(hub().unset_my_info_flag("alice", flag)), Refusal::kBadArgument) << flag;
  }
  EXPECT_EQ(why(hub().set_my_info_flag("nobody", 1)), Refusal::kNoSuchUser);
  EXPECT_EQ(why(hub().unset_my_info_flag("OpChat", 1)), Refusal::kNoSuchUser);
}

TEST_F(UserChangesTest, AddressIsShownToOperatorsAndCountedAnew) {
  EXPECT_TRUE(hub().set_user_ip("ALICE", "192.0.2.7").ok());
  EXPECT_EQ(hub().user_ip("alice"), "192.0.2.7");
  EXPECT_TRUE(has(boss, "$UserIP alice 192.0.2.7$$|"));
  EXPECT_TRUE(has(alice, "$UserIP alice 192.0.2.7$$|"));
  EXPECT_EQ(bob->take(), "");
  const SessionTable& sessions = server->context().sessions;
  EXPECT_EQ(sessions.count_from("10.0.0.1"), 0u);
  EXPECT_EQ(sessions.count_from("192.0.2.7"), 1u);
  alice->vanish();
  EXPECT_EQ(sessions.count_from("192.0.2.7"), 0u);
}

TEST_F(UserChangesTest, AddressesThatAreNone) {
  for (const char* ip : {"", "1.2.3", "1.2.3.256", "1.2.3.4.5", "localhost", "::1", "1.2.3.4 ", "0x1.2.3.4"}) {
    EXPECT_EQ(why(hub().set_user_ip("alice", ip)), Refusal::kBadArgument) << ip;
  }
  EXPECT_EQ(why(hub().set_user_ip("nobody", "1.2.3.4")), Refusal::kNoSuchUser);
  EXPECT_EQ(why(hub().set_user_ip("OpChat", "1.2.3.4")), Refusal::kNoSuchUser);
  EXPECT_EQ(hub().user_ip("alice"), "10.0.0.1");
}

}  // namespace
}  // namespace vhpy::embedded
