// Statements of MySQL's dialect on a real database: what they answer and leave behind. The statements are of the kinds that
// scripts written for Verlihub give: a list of addresses, a list of releases, translations.
#include <stdlib.h>
#include <time.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "core/embedded/store/mysql_dates.h"
#include "core/embedded/store/script_sql.h"
#include "tests/core/embedded/store/temporary_directory.h"

namespace vhpy::embedded::store {
namespace {

using Rows = std::vector<std::vector<std::string>>;

class MysqlExecuted : public StoreTest {
 protected:
  // A zone with summer time, whatever the machine has.
  void SetUp() override {
    const char* const zone = getenv("TZ");
    zone_ = zone == nullptr ? "" : zone;
    set_zone("CET-1CEST,M3.5.0,M10.5.0/3");
    StoreTest::SetUp();
  }
  void TearDown() override { set_zone(zone_); }
  static void set_zone(const std::string& zone) {
    if (zone.empty()) {
      unsetenv("TZ");
    } else {
      setenv("TZ", zone.c_str(), 1);
    }
    tzset();
  }

  Result<SqlRows> run(const std::string& statement) {
    return ScriptSql(database(), std::chrono::seconds(20)).run(statement, 0, [](const TouchedTables&) -> Outcome { return Done{}; });
  }
  Rows sql(const std::string& statement) {
    auto answer = run(statement);
    EXPECT_TRUE(answer.ok()) << statement << ": " << answer.error().detail;
    return answer.ok() ? answer.value().rows : Rows{};
  }
  std::string one(const std::string& expression) {
    const Rows rows = sql("SELECT " + expression);
    return rows.size() == 1 && rows[0].size() == 1 ? rows[0][0] : "not one value";
  }
  std::string refused(const std::string& statement) {
    const auto answer = run(statement);
    EXPECT_FALSE(answer.ok()) << statement;
    return answer.ok() ? "" : answer.error().detail;
  }

 private:
  std::string zone_;
};

TEST_F(MysqlExecuted, AListOfAddressesThatScriptsKeep) {
  const std::string create = "create table if not exists `my_list` (`low` int(10) unsigned not null, `high` int(10) unsigned not null,"
                             " `title` varchar(255) null default null, unique `range` (`low`, `high`)) engine = myisam default"
                             " character set utf8 collate utf8_unicode_ci";
  sql(create);
  sql(create);
  const std::string add = "alter table `my_list` add column `off` tinyint(1) unsigned not null default 0 after `title`";
  sql(add);
  EXPECT_EQ(refused(add), "duplicate column name: off") << "as at every start of such a script but the first";
  sql("alter table `my_list` change column `title` `title` varchar(255) null");
  sql("insert ignore into `my_list` (`low`, `high`, `title`) values (1, 4294967295, 'Bob\\'s \\\"net\\\" \\\\ #1')");
  sql("insert ignore into `my_list` (`low`, `high`, `title`) values (1, 4294967295, null)");
  sql("insert ignore into `my_list` (`low`, `high`, `title`) values (2, 3, null)");
  EXPECT_EQ(sql("select * from `my_list` order by `low` asc"),
            (Rows{{"1", "4294967295", R"(Bob's "net" \ #1)", "0"}, {"2", "3", "NULL", "0"}}));
  sql("update `my_list` set `off` = 1 where `low` = 2 and `high` = 3");
  sql("delete from `my_list` where `title` = 'BOB\\'S \"NET\" \\\\ #1'");
  EXPECT_EQ(sql("select `low`, `off` from `my_list`"), (Rows{{"2", "1"}}));
  sql("truncate table `my_list`");
  EXPECT_EQ(sql("select * from `my_list`"), Rows{});
}

TEST_F(MysqlExecuted, ColumnsThatARowLeavesOutHaveTheirTypesDefault) {
  sql("CREATE TABLE `wishes` (`id` int(11) NOT NULL AUTO_INCREMENT, `tag` tinytext NOT NULL, `votes` int(11) NOT NULL, PRIMARY KEY (`id`))");
  sql("INSERT INTO wishes SET id = 7");
  EXPECT_EQ(sql("SELECT tag, votes FROM wishes"), (Rows{{"", "0"}}));
  refused("INSERT INTO wishes SET tag = NULL");
}

TEST_F(MysqlExecuted, AListOfReleasesThatExpire) {
  EXPECT_EQ(sql("SHOW TABLES LIKE 'my\\_releases'"), Rows{});
  sql("CREATE TABLE `my_releases` (`id` int(11) NOT NULL AUTO_INCREMENT, `added_at` timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP,"
      " `category` varchar(20) NOT NULL, `text` text, PRIMARY KEY (`id`)) ENGINE=InnoDB AUTO_INCREMENT=1");
  EXPECT_EQ(sql("SHOW TABLES LIKE 'MY\\_rel%'"), (Rows{{"my_releases"}}));
  sql("INSERT INTO `my_releases` (`category`, `text`) VALUES ('MOVIES', 'one'), ('MUSIC', 'two')");
  sql("INSERT INTO my_releases SET category = 'games', added_at = NOW() - INTERVAL 31 DAY");
  sql("INSERT INTO my_releases (id, category) VALUES (NULL, 'apps')");
  EXPECT_EQ(sql("SELECT `id` FROM `my_releases` WHERE `category` = 'Games' AND ABS(DATEDIFF(NOW(), added_at) - 31) <= 1"), (Rows{{"3"}}));
  EXPECT_EQ(sql("SELECT id FROM my_releases WHERE ABS(UNIX_TIMESTAMP(added_at) - UNIX_TIMESTAMP()) < 100 ORDER BY 1 LIMIT 1, 2"),
            (Rows{{"2"}, {"4"}}));
  sql("DELETE FROM `my_releases` WHERE `added_at` < DATE_SUB(NOW(), INTERVAL 30 DAY)");
  sql("DELETE FROM `my_releases` WHERE `id`='4' LIMIT 1");
  EXPECT_EQ(sql("SELECT id, text FROM my_releases"), (Rows{{"1", "one"}, {"2", "two"}}));
  sql("INSERT INTO my_releases (category) VALUES ('x')");
  EXPECT_EQ(sql("SELECT LAST_INSERT_ID(), MAX(id) FROM my_releases"), (Rows{{"5", "5"}})) << "no number is used twice";
}

TEST_F(MysqlExecuted, TranslationsAndCounts) {
  sql("create table if not exists `texts` (`id` bigint unsigned not null primary key, `value` text collate utf8_bin not null)"
      " engine = myisam default character set utf8");
  sql("insert ignore into `texts` (`id`, `value`) values (17446744073709551615, 'a')");
  sql("INSERT INTO texts (id, value) VALUES (2, 'x') ON DUPLICATE KEY UPDATE value = VALUES(value)");
  sql("INSERT INTO texts (id, value) VALUES (2, 'Y') ON DUPLICATE KEY UPDATE value = CONCAT(value, VALUES(`value`), \"!\")");
  sql("INSERT INTO texts SELECT 2, 'z' FROM texts ON DUPLICATE KEY UPDATE value = CONCAT(value, 'z')");
  EXPECT_EQ(sql("SELECT value FROM texts WHERE id = 2 AND value = 'xY!zz'"), (Rows{{"xY!zz"}}));
  EXPECT_EQ(sql("SELECT value FROM texts WHERE value = 'XY!zz'"), Rows{}) << "its collation is one that minds the case";
  sql("REPLACE INTO texts VALUES (2, 'new')");
  EXPECT_EQ(sql("SELECT value FROM texts WHERE id = 2 AND value LIKE 'N%'"), (Rows{{"new"}}));
}

TEST_F(MysqlExecuted, ShowAndDescribe) {
  sql("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(20) NOT NULL DEFAULT 'x', at DATETIME)");
  const Rows columns{{"id", "integer", "NO", "PRI", "NULL", ""}, {"name", "varchar(20)", "NO", "", "x", ""},
                     {"at", "datetime", "YES", "", "NULL", ""}};
  EXPECT_EQ(sql("SHOW COLUMNS FROM `t`"), columns);
  EXPECT_EQ(sql("DESCRIBE t"), columns);
  EXPECT_EQ(sql("desc T `NAME`"), (Rows{columns[1]}));
  EXPECT_EQ(sql("SHOW FULL FIELDS IN t LIKE 'a_'"), (Rows{columns[2]}));
  EXPECT_EQ(sql("SHOW COLUMNS FROM t LIKE 'missing'"), Rows{});
  EXPECT_EQ(refused("SHOW COLUMNS FROM nowhere"), "no such table: nowhere");
  EXPECT_EQ(sql("SHOW TABLES"), (Rows{{"SetupList"}, {"banlist"}, {"kicklist"}, {"reglist"}, {"t"}}));
}

TEST_F(MysqlExecuted, TheSchemaThatScriptsAsk) {
  sql("CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, Name VARCHAR(20))");
  EXPECT_EQ(sql("SELECT group_concat(column_name separator ',') FROM information_schema.columns WHERE table_schema = DATABASE() AND"
                " table_name='t'"),
            (Rows{{"id,Name"}}));
  EXPECT_EQ(sql("SELECT COUNT(*) FROM INFORMATION_SCHEMA.`COLUMNS` WHERE `TABLE_NAME` = 't' AND COLUMN_NAME = 'name'"), (Rows{{"1"}}));
  EXPECT_EQ(sql("SELECT table_name FROM `information_schema`.tables AS x WHERE x.table_schema = 'verlihub' ORDER BY 1"),
            (Rows{{"SetupList"}, {"banlist"}, {"kicklist"}, {"reglist"}, {"t"}}));
}

TEST_F(MysqlExecuted, ChangesOfATable) {
  sql("CREATE TABLE t (a INT, KEY (a))");
  sql("INSERT INTO t VALUES (1)");
  sql("ALTER TABLE t ADD `b` VARCHAR(9) NOT NULL AFTER a");
  sql("ALTER TABLE t CHANGE b c VARCHAR(19)");
  sql("ALTER TABLE t MODIFY c TEXT, ENGINE = InnoDB");
  sql("ALTER TABLE t ADD INDEX i (c(3))");
  sql("ALTER TABLE t DROP INDEX i");
  EXPECT_EQ(sql("SELECT a, c FROM t"), (Rows{{"1", ""}}));
  EXPECT_EQ(refused("ALTER TABLE t CHANGE missing missing INT"), "no such column: missing");
  EXPECT_EQ(refused("ALTER TABLE nowhere MODIFY a INT"), "no such table: nowhere");
  sql("ALTER TABLE t RENAME u");
  sql("RENAME TABLE u TO v");
  sql("ALTER TABLE v DROP c");
  EXPECT_EQ(sql("SELECT * FROM v"), (Rows{{"1"}}));
}

TEST_F(MysqlExecuted, TheHubsTablesStayRefused) {
  for (const char* statement : {"ALTER TABLE reglist ADD COLUMN x INT AFTER nick", "RENAME TABLE banlist TO b",
                                "ALTER TABLE `SetupList` CHANGE var name VARCHAR(1)", "CREATE TABLE reglist (a INT) ENGINE=x",
                                "ALTER TABLE kicklist ADD INDEX i (nick)", "CREATE TEMPORARY TABLE reglist (a INT)"}) {
    EXPECT_EQ(refused(statement), "the tables of the hub stay as they are") << statement;
  }
  EXPECT_EQ(refused("SELECT md5('x')"), "no such function: md5");
  EXPECT_EQ(refused("SELEKT 1"), "near \"SELEKT\": syntax error");
}

// What a script escapes, in the ways scripts do it, comes back as it was, byte for byte, and is nothing but a value on the way.
TEST_F(MysqlExecuted, EscapedTextIsNothingButText) {
  sql("CREATE TABLE t (a TEXT)");
  std::mt19937 random(20240229);
  const std::string bytes = "\\\\\\'''\"\"`;#-*/()[]%_ \n\r\tax\xC3\xA9\xFF!|,";
  for (int round = 0; round < 500; ++round) {
    std::string value, backslashes, doubled;
    for (std::size_t length = random() % 24; length > 0; --length) value += bytes[random() % bytes.size()];
    for (const char c : value) {
      backslashes += std::string(c == '\\' || c == '\'' || c == '"' ? "\\" : "") + c;
      doubled += std::string(c == '\\' ? "\\" : c == '\'' ? "'" : "") + c;
    }
    const auto literal = [&](int kind) {
      return kind == 0 ? "'" + backslashes + "'" : kind == 1 ? "\"" + backslashes + "\"" : "'" + doubled + "'";
    };
    EXPECT_EQ(sql("SELECT " + literal(round % 3) + ", 'a' # " + value.substr(0, value.find('\n'))), (Rows{{value, "a"}}));
    sql("INSERT INTO t VALUES (" + literal(round % 3) + ")");
    EXPECT_EQ(sql("SELECT COUNT(*) > 0 FROM t WHERE a = " + literal((round + 1) % 3)), (Rows{{"1"}})) << value;
  }
  EXPECT_EQ(sql("SELECT COUNT(*) FROM t"), (Rows{{"500"}}));
}

// Words of both dialects in any order: each statement is answered, with rows or with a reason, and never by two statements.
TEST_F(MysqlExecuted, AnyOrderOfWordsIsAnswered) {
  const std::vector<std::string> words{
      "SELECT", "a", "`b`", "t", "FROM", "WHERE", "(", "(", ")", ",", "'x'", "\"y\"", "[b]", "2.5", "-", "/", "=", "<=>", "&&", "||", "!",
      "INTERVAL", "1 DAY", "NOW()", "CURRENT_TIMESTAMP", "UNIX_TIMESTAMP(", "DATE_ADD(", "LEFT(", "IF(", "LIKE", "'a\\_b'", "ESCAPE",
      "DIV", "SEPARATOR", "ON", "DUPLICATE", "KEY", "UPDATE", "VALUES(", "VALUES", "INTO", "IGNORE", "SET", "LIMIT", "TABLE", "IF NOT",
      "PRIMARY", "UNIQUE", "INDEX", "FULLTEXT", "USING", "INT(11)", "UNSIGNED", "AUTO_INCREMENT", "DEFAULT", "NULL", "COMMENT", "COLLATE",
      "ENUM('a')", "ENGINE", "ADD", "COLUMN", "CHANGE", "MODIFY", "DROP", "RENAME", "TO", "AFTER", "FIRST", "TABLES", "COLUMNS", ".",
      "information_schema", "columns", ";", "#x\n", "-- y\n", "/*!", "*/", "CONSTRAINT", "FOREIGN", "REFERENCES", "AS", "b'1'", "x'41'"};
  const std::vector<std::string> heads{"", "SELECT ", "CREATE TABLE u (", "ALTER TABLE t ", "INSERT INTO t ", "INSERT INTO t SET ",
                                       "REPLACE t ", "UPDATE t SET ", "SHOW ", "DELETE FROM t ", "CREATE TABLE v (a INT) "};
  std::mt19937 random(19950523);
  sql("CREATE TABLE t (a TEXT, b INT)");
  for (int round = 0; round < 3'000; ++round) {
    std::string statement = heads[random() % heads.size()];
    for (std::size_t left = random() % 12; left > 0; --left) statement += words[random() % words.size()] + " ";
    const auto count = [&](char c) { return std::count(statement.begin(), statement.end(), c); };
    while (count('(') > count(')')) statement += ")";
    const auto answer = run(statement);
    EXPECT_TRUE(answer.ok() || !answer.error().detail.empty()) << statement;
  }
  EXPECT_EQ(sql("SELECT COUNT(*) FROM information_schema.tables WHERE table_name LIKE '%list'"), (Rows{{"4"}}));
}

TEST_F(MysqlExecuted, FunctionsOfText) {
  EXPECT_EQ(one("CONCAT('a', 1, \"b\")"), "a1b");
  EXPECT_EQ(one("CONCAT('a', NULL)"), "NULL");
  EXPECT_EQ(one("CONCAT_WS(', ', 'a', NULL, 'b', '')"), "a, b, ");
  EXPECT_EQ(one("CONCAT_WS(NULL, 'a')"), "NULL");
  EXPECT_EQ(one("CONCAT(LEFT('Gr\xC3\xBC\xC3\x9F""e', 3), '|', RIGHT('Gr\xC3\xBC\xC3\x9F""e', 3))"), "Gr\xC3\xBC|\xC3\xBC\xC3\x9F""e");
  EXPECT_EQ(one("CONCAT(LEFT('abc', 0), LEFT('abc', -1), RIGHT('abc', 0), RIGHT('abc', -5), LEFT('abc', 9), RIGHT('abc', 9))"), "abcabc");
  EXPECT_EQ(one("LOCATE('\xC3\x9F""E', 'Gr\xC3\xBC\xC3\x9F""e')"), "4");
  EXPECT_EQ(one("LOCATE('a', 'banana', 3) || LOCATE('x', 'a') || LOCATE('', 'a') || LOCATE('a', 'a', 0) || LOCATE('a', 'a', 9)"), "40100");
  EXPECT_EQ(one("IF(1 > 2, 'yes', IF(ISNULL(NULL), 'null', 'no'))"), "null");
  EXPECT_EQ(one("CONCAT(LCASE('AB'), UCASE('ab'), MID('abcd', 2, 2), CHAR_LENGTH('\xC3\x9F'))"), "abABbc1");
  EXPECT_EQ(one("INET_ATON('10.0.255.1') || ' ' || INET_NTOA(167837441) || ' ' || INET_NTOA(4294967295)"),
            "167837441 10.0.255.1 255.255.255.255");
  EXPECT_EQ(sql("SELECT INET_ATON('10.0.0'), INET_ATON('1.2.3.256'), INET_ATON('1..2.3'), INET_ATON(NULL), INET_NTOA(-1)"),
            (Rows{{"NULL", "NULL", "NULL", "NULL", "NULL"}}));
  EXPECT_EQ(one("RAND() >= 0 AND RAND() < 1 AND RAND() <> RAND()"), "1");
  EXPECT_EQ(refused("SELECT CONCAT(hex(zeroblob(400000)), hex(zeroblob(400000)))"), "string or blob too big");
  EXPECT_EQ(one("LOCATE(CONCAT(hex(zeroblob(200000)), '1'), hex(zeroblob(400000)))"), "0") << "soon";
}

TEST_F(MysqlExecuted, FunctionsOfTime) {
  EXPECT_EQ(one("FROM_UNIXTIME(1700000000)"), "2023-11-14 23:13:20");
  EXPECT_EQ(one("UNIX_TIMESTAMP('2023-11-14 23:13:20') || ' ' || UNIX_TIMESTAMP('2023-07-01')"), "1700000000 1688162400");
  EXPECT_EQ(one("UNIX_TIMESTAMP('no date') || UNIX_TIMESTAMP('2023-02-30')"), "00");
  EXPECT_EQ(one("FROM_UNIXTIME(0, '%d.%m.%y %H:%i')"), "01.01.70 01:00");
  EXPECT_EQ(one("ABS(UNIX_TIMESTAMP(NOW()) - UNIX_TIMESTAMP()) <= 1"), "1");
  EXPECT_EQ(one("LEFT(NOW(), 10) = CURDATE() AND CHAR_LENGTH(CURTIME()) = 8"), "1");
  EXPECT_EQ(one("DATE_ADD('2024-01-31', INTERVAL 1 MONTH) || DATE_SUB('2024-02-29 10:00:00', INTERVAL 1 YEAR)"),
            "2024-02-292023-02-28 10:00:00");
  EXPECT_EQ(one("'2024-12-31 23:59:59' + INTERVAL 1 SECOND"), "2025-01-01 00:00:00");
  EXPECT_EQ(one("'2024-01-01' - INTERVAL '90' MINUTE"), "2023-12-31 22:30:00");
  EXPECT_EQ(one("ADDDATE('2024-02-28', 2) || ' ' || '20240101' + INTERVAL 1 + 1 WEEK"), "2024-03-01 2024-01-15");
  EXPECT_EQ(one("DATE_ADD('2024-01-01', INTERVAL 2 QUARTER)"), "2024-07-01");
  EXPECT_EQ(sql("SELECT DATE_ADD(NULL, INTERVAL 1 DAY), DATE_ADD('x', INTERVAL 1 DAY), DATE_ADD('2024-01-01', INTERVAL 9999999999 YEAR),"
                " DATE_ADD('2024-01-01', INTERVAL -9223372036854775808 SECOND), DATE_ADD('9999-12-31', INTERVAL 1 DAY)"),
            (Rows{{"NULL", "NULL", "NULL", "NULL", "NULL"}}));
  EXPECT_EQ(one("DATEDIFF('2024-03-01 00:00:01', '2024-02-28 23:59:59')"), "2");
  EXPECT_EQ(one("DATE_FORMAT('2024-02-03 15:04:05', '%Y-%m-%d %T|%y %c %e %D %j|%W %a %w|%M %b|%k %h %I %l %p|%r|%s %S %f|%% %x %')"),
            "2024-02-03 15:04:05|24 2 3 3rd 034|Saturday Sat 6|February Feb|15 03 03 3 PM|03:04:05 PM|05 05 000000|% x %");
  EXPECT_EQ(one("DATE_FORMAT('2024-01-11', '%D %l %p')"), "11th 12 AM");
  const std::string at = "('2024-12-31T01:02:03.5')";
  EXPECT_EQ(sql("SELECT YEAR" + at + ", MONTH" + at + ", DAY" + at + ", DAYOFMONTH" + at + ", DAYOFYEAR" + at + ", HOUR" + at + ", MINUTE" +
                at + ", SECOND" + at + ", YEAR('x')"),
            (Rows{{"2024", "12", "31", "31", "366", "1", "2", "3", "NULL"}}));
}

TEST(MysqlDates, WhatIsADateAndWhatIsNot) {
  for (const char* text : {"2024-02-29", "2024-2-9 1:02", "2024/02/29 23:59:59", "20240229", "20240229235959", "2024-02-29T00:00:00Z"}) {
    EXPECT_TRUE(parse_moment(text)) << text;
  }
  for (const char* text : {"", "2024", "2023-02-29", "2024-13-01", "2024-00-10", "2024-01-00", "2024-01-01 24:00:00", "2024-01-01 10",
                           "2024-01-01 10:60", "2024-01-01x", "20240230", "202402291", "20240229246060", "2024-01-01 10:00:00 Friday",
                           "-024-01-01", "2024--1-01", "abcdefgh"}) {
    EXPECT_FALSE(parse_moment(text)) << text;
  }
  EXPECT_EQ(parse_moment("20240229")->text(), "2024-02-29");
  EXPECT_EQ(parse_moment("2024-2-9 1:02")->text(), "2024-02-09 01:02:00");
}

}  // namespace
}  // namespace vhpy::embedded::store
