// Shows that the file is made and found again, that every way it can be unusable gives one clear line, and
// that statements and transactions do what their names say.
#include "core/embedded/store/database.h"

#include <sqlite3.h>

#include <fstream>

#include "tests/core/embedded/store/temporary_directory.h"

namespace vhpy::embedded::store {
namespace {

class DatabaseTest : public StoreTest {
 protected:
  std::int64_t count(std::string_view sql) {
    Query query = database().query(sql);
    EXPECT_TRUE(query.step());
    return query.integer(0);
  }
};

std::string refusal_of(const std::string& file) {
  const auto opened = Database::open(file);
  if (opened.ok()) return "(not refused)";
  EXPECT_EQ(opened.error().detail.find('\n'), std::string::npos);
  return opened.error().detail;
}

TEST_F(DatabaseTest, FirstRunIsTold) {
  EXPECT_TRUE(database().created());
  reopen();
  EXPECT_FALSE(database().created());
}

TEST_F(DatabaseTest, Modes) {
  Query mode = database().query("PRAGMA journal_mode");
  ASSERT_TRUE(mode.step());
  EXPECT_EQ(mode.text(0), "wal");
  EXPECT_EQ(count("PRAGMA synchronous"), 1);  // NORMAL
  EXPECT_EQ(count("PRAGMA user_version"), 3);
}

TEST_F(DatabaseTest, TablesHaveVerlihubsColumns) {
  for (const char* sql : {"SELECT nick, class, class_protect, class_hidekick, hide_kick, reg_date, reg_op, "
                          "pwd_change, pwd_crypt, login_pwd, "
                          "login_last, logout_last, login_cnt, login_ip, error_last, error_cnt, error_ip, "
                          "enabled, email, note_op, note_usr "
                          "FROM reglist",
                          "SELECT ip, nick, ban_type, host, range_fr, range_to, date_start, date_limit, "
                          "nick_op, reason, note_op, note_usr, "
                          "share_size FROM banlist",
                          "SELECT nick, time, ip, host, share_size, reason, op, is_drop FROM kicklist",
                          "SELECT file, var, val FROM SetupList"}) {
    EXPECT_TRUE(database().execute(sql).ok()) << sql;
  }
}

TEST_F(DatabaseTest, BytesSurvive) {
  std::string odd = "\xff\xfe '\"; DROP TABLE SetupList; --\r\n";
  odd += '\0';
  odd += "end";
  ASSERT_TRUE(
      database().query("INSERT INTO SetupList VALUES (?,?,?)").bind(odd).bind("").bind(odd).run().ok());
  reopen();
  Query row = database().query("SELECT file, var, val FROM SetupList");
  ASSERT_TRUE(row.step());
  EXPECT_EQ(row.text(0), odd);
  EXPECT_EQ(row.text(1), "");
  EXPECT_EQ(row.text(2), odd);
  EXPECT_FALSE(row.step());
  EXPECT_TRUE(row.outcome().ok());
}

TEST_F(DatabaseTest, StatementsAreUsedAgain) {
  for (std::int64_t i = 0; i < 100; ++i) {
    const std::string var = std::to_string(i);
    ASSERT_TRUE(database().query("INSERT INTO SetupList VALUES ('f',?,NULL)").bind(var).run().ok());
    EXPECT_EQ(database().rows_changed(), 1);
  }
  EXPECT_EQ(count("SELECT count(*) FROM SetupList"), 100);
  // Left before its end, and not bound again: nothing of the first use is seen by the second.
  {
    Query left = database().query("SELECT var FROM SetupList WHERE var = ?");
    ASSERT_TRUE(left.bind("7").step());
  }
  EXPECT_FALSE(database().query("SELECT var FROM SetupList WHERE var = ?").step());
}

TEST_F(DatabaseTest, ErrorsNameTheFile) {
  const auto wrong = database().query("SELECT nonsense FROM nowhere").run();
  ASSERT_FALSE(wrong.ok());
  EXPECT_TRUE(wrong.error().detail.starts_with(directory_.file("hub.sqlite") + ": no such table"));
  EXPECT_FALSE(database().query("SELECT 1").bind("one too many").run().ok());
  EXPECT_FALSE(database().execute("nonsense").ok());
}

TEST_F(DatabaseTest, Transactions) {
  {
    Transaction dropped(database());
    ASSERT_TRUE(database().execute("INSERT INTO SetupList VALUES ('a','b','c')").ok());
  }
  EXPECT_EQ(count("SELECT count(*) FROM SetupList"), 0);
  {
    Transaction kept(database());
    ASSERT_TRUE(database().execute("INSERT INTO SetupList VALUES ('a','b','c')").ok());
    EXPECT_TRUE(kept.commit().ok());
  }
  EXPECT_EQ(count("SELECT count(*) FROM SetupList"), 1);
  Transaction outer(database());
  Transaction inner(database());
  EXPECT_FALSE(inner.commit().ok()) << "not nested, and it says so";
}

TEST_F(DatabaseTest, UnusableFiles) {
  std::ofstream(directory_.file("text")) << std::string(5000, 'x');
  EXPECT_EQ(refusal_of(directory_.file("text")), directory_.file("text") + ": not a database");
  EXPECT_EQ(refusal_of(directory_.file("no/such/x")),
            directory_.file("no/such/x") + ": cannot be opened or created");
  std::filesystem::create_directory(directory_.file("folder"));
  EXPECT_NE(refusal_of(directory_.file("folder")).find("cannot be opened"), std::string::npos);
}

TEST_F(DatabaseTest, NewerSchemaIsRefusedAndLeftAlone) {
  ASSERT_TRUE(database().execute("PRAGMA user_version = 99").ok());
  database_.reset();
  const std::string line = refusal_of(directory_.file("hub.sqlite"));
  EXPECT_NE(line.find("newer version of this program (schema 99, this one knows up to 3)"), std::string::npos)
      << line;
}

// Somebody else writes and does not stop: an error after the wait, and all is well afterwards.
TEST_F(DatabaseTest, LockedByAnotherProgram) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(directory_.file("hub.sqlite").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  const auto refused = database().execute("INSERT INTO SetupList VALUES ('a','b','c')");
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().detail, directory_.file("hub.sqlite") + ": locked by another program");
  EXPECT_EQ(count("SELECT count(*) FROM SetupList"), 0) << "readers are not locked out";
  sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  EXPECT_TRUE(database().execute("INSERT INTO SetupList VALUES ('a','b','c')").ok());
}

// Whoever owns the hub thread may have something that the other one needs to go on: it is told before the thread waits.
TEST_F(DatabaseTest, SaysBeforeItWaits) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(directory_.file("hub.sqlite").c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  int said = 0;
  database().on_wait([&] {
    ++said;
    sqlite3_exec(other, "COMMIT", nullptr, nullptr, nullptr);
  });
  EXPECT_TRUE(database().execute("INSERT INTO SetupList VALUES ('a','b','c')").ok());
  EXPECT_EQ(said, 1);
  EXPECT_TRUE(database().execute("INSERT INTO SetupList VALUES ('a','other','c')").ok());
  EXPECT_EQ(said, 1) << "nobody to wait for";
  sqlite3_close(other);
}

}  // namespace
}  // namespace vhpy::embedded::store
