// vh.SQL: what it answers, what it refuses, and that what it changes holds at once and after a restart.
#include <chrono>

#include "core/embedded/store/script_sql.h"
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

using Rows = std::vector<std::vector<std::string>>;

class SqlTest : public HubTest {
 protected:
  Rows sql(const std::string& query, std::int64_t limit = 0) {
    auto answer = hub().sql(query, limit);
    EXPECT_TRUE(answer.ok()) << query << ": " << answer.error().detail;
    return answer.ok() ? answer.value().rows : Rows{};
  }
  Refusal refused(const std::string& query) {
    const auto answer = hub().sql(query, 0);
    EXPECT_FALSE(answer.ok()) << query;
    return answer.ok() ? Refusal::kExists : answer.error().code;
  }
};

TEST_F(SqlTest, Defect3RowsAreReturned) {
  enroll("alice", 2, "");
  EXPECT_EQ(sql("SELECT nick, class, email FROM reglist"), (Rows{{"alice", "2", ""}}));
  EXPECT_EQ(sql("SELECT NULL, 1.5, 'x' || char(233), -7"), (Rows{{"NULL", "1.5", "x\xC3\xA9", "-7"}}));
  EXPECT_EQ(sql("  SELECT 1 ;  -- a comment\n ; "), (Rows{{"1"}}));
  EXPECT_EQ(sql("SELECT nick FROM reglist WHERE nick = 'nobody'"), Rows{});
}

TEST_F(SqlTest, TheLimit) {
  const std::string numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) SELECT i FROM n";
  EXPECT_EQ(sql(numbers).size(), 100U);
  EXPECT_EQ(sql(numbers, -5).size(), 100U);
  EXPECT_EQ(sql(numbers, 1).size(), 1U);
  EXPECT_EQ(sql(numbers, 101).back(), std::vector<std::string>{"101"});
  EXPECT_EQ(sql(numbers, 1'000'000'000).size(), 10'000U);
}

TEST_F(SqlTest, TheNamesAreThoseOfVerlihub) {
  for (const char* query :
       {"SELECT nick, class, class_protect, class_hidekick, hide_kick, hide_keys, show_keys, hide_share, hide_ctmmsg, reg_date,"
        " reg_op, pwd_change, pwd_crypt, login_pwd, login_last, logout_last, login_cnt, login_ip, error_last, error_cnt,"
        " error_ip, enabled, email, note_op, note_usr, auth_ip, alternate_ip, hide_chat, fake_ip FROM reglist",
        "SELECT ip, nick, ban_type, host, range_fr, range_to, date_start, date_limit, last_hit, nick_op, reason, note_op,"
        " note_usr, share_size FROM banlist",
        "SELECT nick, time, ip, host, share_size, reason, op, is_drop FROM kicklist",
        "SELECT `file`, `var`, `val` FROM `SetupList`"}) {
    sql(query);
  }
}

TEST_F(SqlTest, ScriptsHaveTablesOfTheirOwn) {
  EXPECT_EQ(sql("CREATE TABLE IF NOT EXISTS py_notes (nick TEXT, note TEXT)"), Rows{});
  EXPECT_EQ(sql("INSERT INTO py_notes VALUES ('a', 'one'), ('b', NULL)"), Rows{});
  EXPECT_EQ(sql("SELECT * FROM py_notes ORDER BY nick"), (Rows{{"a", "one"}, {"b", "NULL"}}));
  EXPECT_EQ(sql("UPDATE py_notes SET note = 'two' RETURNING nick", 1).size(), 1U);
  EXPECT_EQ(sql("SELECT count(*) FROM py_notes WHERE note = 'two'"), (Rows{{"2"}})) << "all rows, whatever is returned";
  sql("CREATE INDEX py_index ON py_notes (nick)");
  sql("ALTER TABLE py_notes ADD COLUMN more TEXT");
  restart();
  EXPECT_EQ(sql("SELECT nick FROM py_notes WHERE note = 'two'"), (Rows{{"a"}, {"b"}}));
  sql("DROP TABLE py_notes");
}

TEST_F(SqlTest, WhatIsRefused) {
  for (const char* query : {"", "   ", "-- nothing", "nonsense", "SELECT 1; SELECT 2", "SELECT 1; nonsense", "SELECT * FROM nowhere",
                            "SELECT '"}) {
    EXPECT_EQ(refused(query), Refusal::kBadArgument) << query;
  }
  EXPECT_EQ(refused(std::string(1'000'000, ' ')), Refusal::kBadArgument);
  for (const char* query :
       {"BEGIN", "COMMIT", "SAVEPOINT a", "PRAGMA user_version = 99", "PRAGMA journal_mode", "ATTACH '/tmp/x.sqlite' AS x",
        "VACUUM INTO '/tmp/x.sqlite'", "DROP TABLE reglist", "ALTER TABLE banlist ADD COLUMN x", "CREATE TEMP TABLE RegList (x)",
        "CREATE INDEX i ON reglist (nick)", "DROP INDEX banlist_date", "ALTER TABLE SetupList RENAME TO s",
        "CREATE TRIGGER t AFTER INSERT ON reglist BEGIN DELETE FROM banlist; END",
        "CREATE VIRTUAL TABLE v USING fts5(x)", "ANALYZE"}) {
    EXPECT_FALSE(hub().sql(query, 0).ok()) << query;
  }
  EXPECT_EQ(sql("SELECT count(*) FROM reglist"), (Rows{{"0"}})) << "and the hub's tables are as they were";
}

TEST_F(SqlTest, WhatTakesTooLongEndsAndChangesNothing) {
  server->context().sql_time = store::ScriptSql::kMaxTime;
  const auto before = std::chrono::steady_clock::now();
  const std::string forever = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n";
  EXPECT_EQ(refused(forever), Refusal::kUnavailable);
  sql("CREATE TABLE t (i)");
  EXPECT_EQ(refused("INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"),
            Refusal::kUnavailable);
  EXPECT_EQ(sql("SELECT count(*) FROM t"), (Rows{{"0"}}));
  EXPECT_EQ(refused("SELECT randomblob(1000000000)"), Refusal::kBadArgument) << "too long a value";
  const std::string large = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100)"
                            " SELECT hex(zeroblob(200000)) FROM n";
  EXPECT_EQ(refused(large), Refusal::kUnavailable) << "too large an answer";
  EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(10));
  EXPECT_EQ(sql("SELECT 1"), (Rows{{"1"}})) << "and the next is served";
}

TEST_F(SqlTest, RegistrationsHoldAtOnce) {
  enroll("vip", 2, "secret-vip");
  const auto vip = member("op", 3);
  sql("UPDATE reglist SET class = 4 WHERE nick = 'OP'");
  EXPECT_EQ(hub().user_class("op"), 4);
  EXPECT_EQ(files->accounts.find("op")->user_class, 4);
  sql("DELETE FROM reglist WHERE nick = 'op'");
  EXPECT_EQ(hub().user_class("op"), 0) << "a user online becomes a guest";
  EXPECT_EQ(files->accounts.find("op"), nullptr);
  sql("INSERT INTO reglist (nick, class) VALUES ('new', 1)");
  ASSERT_NE(files->accounts.find("NEW"), nullptr);
  EXPECT_TRUE(files->accounts.find("new")->pwd_change);
  EXPECT_TRUE(hub().set_registration_class("new", 3).ok());
  EXPECT_EQ(sql("SELECT class FROM reglist WHERE nick = 'new'"), (Rows{{"3"}}));
}

TEST_F(SqlTest, AnAccountThatCouldNotBeAddedIsRefusedAndUndone) {
  enroll("vip", 2, "");
  EXPECT_EQ(refused("UPDATE reglist SET class = 7"), Refusal::kBadArgument);
  EXPECT_EQ(refused("INSERT INTO reglist (nick, class) VALUES ('', 1)"), Refusal::kBadArgument);
  EXPECT_EQ(sql("SELECT nick, class FROM reglist"), (Rows{{"vip", "2"}}));
  EXPECT_EQ(files->accounts.find("vip")->user_class, 2);
}

TEST_F(SqlTest, ColumnsThatTheHubDoesNotUseAreKept) {
  enroll("vip", 2, "");
  sql("UPDATE reglist SET auth_ip = '10.0.0.1', hide_share = 1 WHERE nick = 'vip'");
  EXPECT_TRUE(hub().set_registration_class("vip", 3).ok());
  EXPECT_EQ(sql("SELECT class, auth_ip, hide_share FROM reglist"), (Rows{{"3", "10.0.0.1", "1"}}));
}

TEST_F(SqlTest, BansHoldAtOnce) {
  sql("INSERT INTO banlist (ip, nick, ban_type, date_limit, nick_op, reason)"
      " VALUES ('10.0.0.66', '_ipban_', 1, NULL, 'script', 'by SQL')");
  const auto banned = guest("eve", "10.0.0.66");
  EXPECT_TRUE(banned->closed());
  EXPECT_TRUE(has(banned, "by SQL"));
  sql("DELETE FROM banlist");
  EXPECT_EQ(files->bans.size(), 0U);
  EXPECT_FALSE(guest("eve", "10.0.0.66")->closed());
  EXPECT_EQ(refused("INSERT INTO banlist (ip, nick, ban_type) VALUES ('no address', '_ipban_', 1)"), Refusal::kBadArgument);
  EXPECT_EQ(sql("SELECT count(*) FROM banlist"), (Rows{{"0"}}));
}

// By single rows where that is enough, else all anew: either way the hub has what the file has.
TEST_F(SqlTest, BansHoldHoweverTheyAreChanged) {
  const std::string some = "INSERT OR REPLACE INTO banlist (ip, nick, ban_type) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL"
                           " SELECT i + 1 FROM n WHERE i < 99) SELECT '10.1.0.' || i, '_ipban_', 1 FROM n";
  const auto banned = [&](const std::string& ip) { return files->bans.find({"x", ip, 0, ""}, wall) != nullptr; };
  sql(some);
  sql(some);
  EXPECT_EQ(files->bans.size(), 100U);
  EXPECT_TRUE(banned("10.1.0.99"));
  sql("UPDATE banlist SET ip = '10.2.0.1' WHERE ip = '10.1.0.99'");
  EXPECT_FALSE(banned("10.1.0.99"));
  EXPECT_TRUE(banned("10.2.0.1"));
  sql("DELETE FROM banlist WHERE ip LIKE '10.1.%'");
  EXPECT_EQ(files->bans.size(), 1U);
  sql("INSERT INTO banlist (ip, nick, ban_type, range_fr, range_to) VALUES ('a', '_rangeban_', 3, 1, 4294967295)");
  EXPECT_TRUE(banned("192.0.2.1"));
  sql("DELETE FROM banlist");
  EXPECT_EQ(files->bans.size(), 0U);
  EXPECT_FALSE(banned("192.0.2.1"));
  EXPECT_EQ(refused("INSERT INTO banlist (ip, nick, ban_type) VALUES ('10.0.0.1', 'not the marker', 1)"), Refusal::kBadArgument);
  sql("INSERT INTO banlist (ip, nick, ban_type) WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 5000)"
      " SELECT '10.' || (i / 250) || '.0.' || (i % 250), '_ipban_', 1 FROM n");
  EXPECT_EQ(files->bans.size(), 5'001U);
  EXPECT_TRUE(banned("10.20.0.0"));
  restart();
  EXPECT_EQ(files->bans.size(), 5'001U);
}

TEST_F(SqlTest, SettingsHoldAtOnce) {
  const auto alice = guest("alice");
  sql("INSERT INTO SetupList VALUES ('config', 'hub_name', 'By SQL')");
  EXPECT_EQ(hub().config("config", "hub_name", std::nullopt), "By SQL");
  EXPECT_TRUE(has(alice, "By SQL")) << "with all that a change implies";
  sql("INSERT OR REPLACE INTO SetupList VALUES ('pi_python', 'level', '3')");
  EXPECT_EQ(hub().config("pi_python", "level", std::nullopt), "3");
  sql("DELETE FROM SetupList WHERE file = 'pi_python'");
  EXPECT_EQ(hub().config("pi_python", "level", "none"), "none");
  EXPECT_EQ(refused("INSERT INTO SetupList VALUES ('config', 'max_users', 'many')"), Refusal::kBadArgument);
  EXPECT_EQ(hub().config("config", "max_users", std::nullopt), "6000");
  EXPECT_EQ(refused("UPDATE SetupList SET val = '' WHERE var = 'hub_name'"), Refusal::kBadArgument);
  restart();
  EXPECT_EQ(hub().config("config", "hub_name", std::nullopt), "By SQL");
}

TEST_F(SqlTest, ASettingThatCannotBeAppliedKeepsItsValue) {
  const auto alice = guest("alice");
  EXPECT_EQ(refused("INSERT INTO SetupList VALUES ('config', 'hub_security', 'alice')"), Refusal::kExists);
  EXPECT_EQ(hub().config("config", "hub_security", std::nullopt), "HubSecurity");
  restart();
  EXPECT_EQ(hub().config("config", "hub_security", std::nullopt), "HubSecurity");
}

// What scripts for Verlihub do to its tables, in MySQL's words: the bounds and what follows a change are the same.
TEST_F(SqlTest, MysqlsDialectOnTheHubsTables) {
  enroll("vip", 2, "");
  sql("INSERT IGNORE INTO `reglist` (`nick`, `class`) VALUES ('VIP', 5), (\"o\\'neil\", 3)");
  EXPECT_EQ(files->accounts.find("vip")->user_class, 2);
  ASSERT_NE(files->accounts.find("o'neil"), nullptr);
  sql("UPDATE IGNORE reglist SET note_op = CONCAT('since ', FROM_UNIXTIME(0, '%Y')) WHERE nick = \"vip\" LIMIT 1");
  EXPECT_EQ(sql("SELECT note_op FROM reglist WHERE nick LIKE 'v\\ip'"), (Rows{{"since 1970"}}));
  sql("INSERT INTO SetupList SET file = 'config', var = 'hub_name', val = 'MySQL''s' ON DUPLICATE KEY UPDATE val = VALUES(val)");
  EXPECT_EQ(hub().config("config", "hub_name", std::nullopt), "MySQL's");
  sql("REPLACE INTO banlist (ip, nick, ban_type, date_limit) VALUES ('10.0.0.66', '_ipban_', 1, UNIX_TIMESTAMP('9000-01-01'))");
  EXPECT_TRUE(guest("eve", "10.0.0.66")->closed());
  sql("TRUNCATE TABLE banlist");
  EXPECT_FALSE(guest("eve", "10.0.0.66")->closed());
  EXPECT_EQ(refused("INSERT IGNORE INTO reglist SET nick = 'x', class = 7"), Refusal::kBadArgument);
  EXPECT_EQ(refused("ALTER TABLE reglist ADD x INT"), Refusal::kNotPermitted);
  EXPECT_EQ(refused("TRUNCATE reglist; SELECT 1"), Refusal::kBadArgument);
  EXPECT_EQ(refused("SELECT 'it\\'s; DELETE FROM reglist"), Refusal::kBadArgument);
  EXPECT_EQ(sql("SELECT COUNT(*) FROM reglist"), (Rows{{"2"}}));
}

TEST_F(SqlTest, AFunctionOfMysqlsKeepsTheBounds) {
  const std::string text = "hex(zeroblob(260000))";
  EXPECT_EQ(refused("SELECT CONCAT(" + text + ", " + text + ", " + text + ")"), Refusal::kBadArgument) << "too long a value";
  EXPECT_EQ(refused("SELECT DATE_FORMAT(NOW(), REPLACE(" + text + ", '00', '%W%M'))"), Refusal::kBadArgument);
  EXPECT_EQ(refused("SELECT " + std::string(20'000, '(') + "1" + std::string(20'000, ')')), Refusal::kBadArgument);
  EXPECT_EQ(refused("SELECT 1" + std::string(60'001, '\'')), Refusal::kBadArgument);
  EXPECT_EQ(sql("SELECT 1"), (Rows{{"1"}}));
}

TEST_F(SqlTest, KicksAreThere) {
  const auto boss = member("boss", 5);
  guest("eve");
  boss->say("<boss> !kick eve rude|");
  EXPECT_EQ(sql("SELECT nick, op, reason, is_drop FROM kicklist"), (Rows{{"eve", "boss", "rude", "0"}}));
}

}  // namespace
}  // namespace vhpy::embedded
