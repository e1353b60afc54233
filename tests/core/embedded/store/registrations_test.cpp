// Shows that accounts are found in any case, changed in memory and file alike, and survive a restart in full.
#include "core/embedded/store/registrations.h"

#include "tests/core/embedded/store/temporary_directory.h"

namespace vhpy::embedded::store {
namespace {

class RegistrationsTest : public StoreTest {
 protected:
  Registrations load() {
    auto loaded = Registrations::load(database());
    EXPECT_TRUE(loaded.ok());
    return std::move(loaded).value();
  }
  Registrations after_restart() {
    reopen();
    return load();
  }
};

Account account(std::string nick, int user_class = 1) {
  Account a;
  a.nick = std::move(nick);
  a.user_class = user_class;
  return a;
}

Refusal code_of(const Outcome& outcome) {
  return outcome.ok() ? Refusal{99} : outcome.error().code;
}

TEST_F(RegistrationsTest, EveryFieldSurvivesARestart) {
  Account a;
  a.nick = "OpNick";
  a.user_class = 3;
  a.class_protect = 2;
  a.class_hidekick = 1;
  a.hide_kick = true;
  a.reg_date = 1'700'000'000;
  a.reg_op = "master";
  a.pwd_change = false;
  a.login_pwd = "$argon2id$...";
  a.login_last = 1;
  a.logout_last = 2;
  a.login_cnt = 3;
  a.login_ip = "1.2.3.4";
  a.error_last = 4;
  a.error_cnt = 5;
  a.error_ip = "5.6.7.8";
  a.enabled = false;
  a.email = "a@b.c";
  a.note_op = "for \xff operators";
  a.note_usr = "for users";
  ASSERT_TRUE(load().add(a).ok());

  const Registrations again = after_restart();
  const Account* b = again.find("opnick");
  ASSERT_NE(b, nullptr);
  const auto fields = [](const Account& x) {
    return std::tie(x.nick, x.user_class, x.class_protect, x.class_hidekick, x.hide_kick, x.reg_date,
                    x.reg_op, x.pwd_change, x.login_pwd, x.login_last, x.logout_last, x.login_cnt, x.login_ip,
                    x.error_last, x.error_cnt, x.error_ip, x.enabled, x.email, x.note_op, x.note_usr);
  };
  EXPECT_EQ(fields(*b), fields(a));
}

TEST_F(RegistrationsTest, NicksHaveNoCase) {
  Registrations registrations = load();
  ASSERT_TRUE(registrations.add(account("Alice")).ok());
  EXPECT_EQ(registrations.find("aLICE")->nick, "Alice");
  EXPECT_EQ(registrations.find("alicf"), nullptr);
  EXPECT_EQ(code_of(registrations.add(account("ALICE"))), Refusal::kExists);
  EXPECT_TRUE(registrations.add(account("\xc3\x84")).ok());
  EXPECT_TRUE(registrations.add(account("\xc3\xa4")).ok()) << "only ASCII letters fold";
  EXPECT_EQ(after_restart().size(), 3u);
}

TEST_F(RegistrationsTest, Refusals) {
  Registrations registrations = load();
  EXPECT_EQ(code_of(registrations.add(account(""))), Refusal::kBadArgument);
  for (const int bad : {-1, 0, 6, 9, 11}) {
    EXPECT_EQ(code_of(registrations.add(account("x", bad))), Refusal::kBadArgument) << bad;
  }
  EXPECT_EQ(code_of(registrations.remove("x")), Refusal::kNotFound);
  EXPECT_EQ(code_of(registrations.set_class("x", 2)), Refusal::kNotFound);
  EXPECT_EQ(code_of(registrations.set_enabled("x", true)), Refusal::kNotFound);
  EXPECT_EQ(code_of(registrations.set_password_hash("x", "h")), Refusal::kNotFound);
  EXPECT_EQ(code_of(registrations.record_login("x", "ip", 1)), Refusal::kNotFound);
  ASSERT_TRUE(registrations.add(account("x", 10)).ok());
  EXPECT_EQ(code_of(registrations.set_class("x", 6)), Refusal::kBadArgument);
  EXPECT_EQ(after_restart().size(), 1u);
}

TEST_F(RegistrationsTest, Changes) {
  {
    Registrations registrations = load();
    ASSERT_TRUE(registrations.add(account("Alice")).ok());
    ASSERT_TRUE(registrations.add(account("Bob")).ok());
    EXPECT_TRUE(registrations.find("alice")->pwd_change) << "no password yet";
    ASSERT_TRUE(registrations.set_class("ALICE", 5).ok());
    ASSERT_TRUE(registrations.set_password_hash("alice", "hash").ok());
    ASSERT_TRUE(registrations.set_enabled("alice", false).ok());
    ASSERT_TRUE(registrations.record_login("alice", "1.1.1.1", 100).ok());
    ASSERT_TRUE(registrations.record_login("alice", "1.1.1.2", 200).ok());
    ASSERT_TRUE(registrations.record_logout("alice", 300).ok());
    ASSERT_TRUE(registrations.record_wrong_password("alice", "6.6.6.6", 400).ok());
    ASSERT_TRUE(registrations.remove("BOB").ok());
    EXPECT_EQ(registrations.find("bob"), nullptr);
  }
  Registrations again = after_restart();
  EXPECT_EQ(again.size(), 1u);
  const Account* alice = again.find("alice");
  ASSERT_NE(alice, nullptr);
  EXPECT_EQ(alice->user_class, 5);
  EXPECT_EQ(alice->login_pwd, "hash");
  EXPECT_FALSE(alice->pwd_change);
  EXPECT_FALSE(alice->enabled);
  EXPECT_EQ(alice->login_cnt, 2);
  EXPECT_EQ(alice->login_last, 200);
  EXPECT_EQ(alice->login_ip, "1.1.1.2");
  EXPECT_EQ(alice->logout_last, 300);
  EXPECT_EQ(alice->error_last, 400);
  EXPECT_EQ(alice->error_cnt, 1);
  EXPECT_EQ(alice->error_ip, "6.6.6.6");
  ASSERT_TRUE(again.set_password_hash("alice", "").ok());
  EXPECT_TRUE(again.find("alice")->pwd_change);
}

TEST_F(RegistrationsTest, ListIsSorted) {
  Registrations registrations = load();
  for (const char* nick : {"b", "C", "a", "[x"}) ASSERT_TRUE(registrations.add(account(nick)).ok());
  std::string nicks;
  for (const Account* a : registrations.list()) nicks += a->nick + ' ';
  EXPECT_EQ(nicks, "[x a b C ");
}

TEST_F(RegistrationsTest, AFailedWriteChangesNothing) {
  Registrations registrations = load();
  ASSERT_TRUE(registrations.add(account("alice")).ok());
  forbid_writing();
  EXPECT_EQ(code_of(registrations.add(account("bob"))), Refusal::kUnavailable);
  EXPECT_EQ(code_of(registrations.set_class("alice", 5)), Refusal::kUnavailable);
  EXPECT_EQ(code_of(registrations.remove("alice")), Refusal::kUnavailable);
  EXPECT_EQ(registrations.size(), 1u);
  EXPECT_EQ(registrations.find("alice")->user_class, 1);
  allow_writing();
  EXPECT_TRUE(registrations.remove("alice").ok());
}

}  // namespace
}  // namespace vhpy::embedded::store
