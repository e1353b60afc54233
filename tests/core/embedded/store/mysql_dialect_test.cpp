// What MySQL's dialect becomes, word for word; that nothing in a string is ever taken for SQL; that hostile text ends in a refusal,
// soon.
#include "core/embedded/store/mysql_dialect.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace vhpy::embedded::store {
namespace {

struct Row {
  const char *mysql, *sqlite;
};

void expect_all(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    const auto translated = from_mysql(row.mysql);
    ASSERT_TRUE(translated.ok()) << row.mysql << ": " << translated.error().detail;
    EXPECT_EQ(translated.value(), row.sqlite) << row.mysql;
  }
}

std::string why_not(const std::string& statement) {
  const auto translated = from_mysql(statement);
  EXPECT_FALSE(translated.ok()) << statement << " became " << translated.value();
  if (translated.ok()) return {};
  EXPECT_EQ(translated.error().code, Refusal::kBadArgument) << statement;
  return translated.error().detail;
}

TEST(MysqlDialect, StringsNamesAndComments) {
  expect_all({
      {R"(SELECT 'it\'s')", "SELECT 'it''s'"},
      {R"(SELECT "say \"it's\"")", R"(SELECT 'say "it''s"')"},
      {R"(SELECT 'a''b', "c""d")", R"(SELECT 'a''b', 'c"d')"},
      {R"(SELECT 'back\\slash', 'end\\')", R"(SELECT 'back\slash', 'end\')"},
      {R"(SELECT 'a\nb\tc\rd\be\Zf\g')", "SELECT 'a\nb\tc\rd\be\x1A"
                                          "fg'"},
      {R"(SELECT '\\\'; DROP TABLE x; -- ')", R"(SELECT '\''; DROP TABLE x; -- ')"},
      {"SELECT 'a'\"b\"", "SELECT 'a' 'b'"},
      {"SELECT `a``b`, `it's`, [c d] FROM `t`", "SELECT `a``b`, `it's`, [c d] FROM `t`"},
      {"SELECT '# -- /* no comment', `# nor this`", "SELECT '# -- /* no comment', `# nor this`"},
      {"SELECT 1 # a comment 'with a quote\n, 2", "SELECT 1 , 2"},
      {"SELECT 1 -- a comment `too\n+ 2 /* and; */ + 3 /* to the end", "SELECT 1 + 2 + 3"},
      {"SELECT 5--3, 5-- 3", "SELECT 5- -3, 5"},
      {"SELECT/*!40001 SQL_NO_CACHE */ 1", "SELECT 1"},
      {"SELECT 1e-5, .5, 0xFF, x'4142', b'101', 1.5e+3-2", "SELECT 1e-5, .5, 0xFF, x'4142', 5, 1.5e+3-2"},
      {"  SELECT\n\t1 ; ; -- the end", "SELECT 1"},
      {"SELECT 'x' COLLATE NOCASE||\"y\"", "SELECT 'x' COLLATE NOCASE||'y'"},
      {"SELECT ?, :a, @b FROM t WHERE a->>'$.b' <> 1", "SELECT ?, :a, @b FROM t WHERE a->>'$.b' <> 1"},
      {"SELECT 'Gr\xC3\xBC\xC3\x9F' AS \xE4\xF6", "SELECT 'Gr\xC3\xBC\xC3\x9F' AS \xE4\xF6"},
  });
}

TEST(MysqlDialect, ChangesOfRows) {
  expect_all({
      {"insert ignore into `t` (`a`) values ('x')", "insert OR IGNORE into `t` (`a`) values ('x')"},
      {"INSERT LOW_PRIORITY IGNORE t VALUES (1)", "INSERT OR IGNORE INTO t VALUES (1)"},
      {"INSERT OR REPLACE INTO t VALUES (1)", "INSERT OR REPLACE INTO t VALUES (1)"},
      {"REPLACE INTO t (a, b) VALUES (1, 'IGNORE')", "REPLACE INTO t (a, b) VALUES (1, 'IGNORE')"},
      {"INSERT INTO t VALUE (1), (2)", "INSERT INTO t VALUES (1), (2)"},
      {"INSERT INTO t () VALUES ()", "INSERT INTO t DEFAULT VALUES"},
      {"INSERT INTO t SET a = 1, `b` = CONCAT('x', 'y, z'), c = NOW() - INTERVAL 1 DAY",
       "INSERT INTO t (a, `b`, c) VALUES (1, CONCAT('x', 'y, z'), DATE_SUB(datetime('now', 'localtime'), 1, 'DAY'))"},
      {"INSERT INTO t (a, n) VALUES ('x', 1) ON DUPLICATE KEY UPDATE n = n + 1, a = VALUES(a)",
       "INSERT INTO t (a, n) VALUES ('x', 1) ON CONFLICT DO UPDATE SET n = n + 1, a = excluded.a"},
      {"INSERT INTO t SET a = 1 ON DUPLICATE KEY UPDATE a = VALUES(`a`)",
       "INSERT INTO t (a) VALUES (1) ON CONFLICT DO UPDATE SET a = excluded.`a`"},
      {"INSERT INTO t SELECT a FROM u ON DUPLICATE KEY UPDATE a = 1",
       "INSERT INTO t SELECT a FROM u WHERE true ON CONFLICT DO UPDATE SET a = 1"},
      {"INSERT INTO t SELECT a FROM u WHERE b ON DUPLICATE KEY UPDATE a = 1",
       "INSERT INTO t SELECT a FROM u WHERE b ON CONFLICT DO UPDATE SET a = 1"},
      {"UPDATE IGNORE t SET a = 1", "UPDATE OR IGNORE t SET a = 1"},
      {"UPDATE t SET a = 1 WHERE b = \"x\" LIMIT 1", "UPDATE t SET a = 1 WHERE b = 'x' LIMIT 1"},
      {"DELETE QUICK FROM t WHERE a < 3 LIMIT 1", "DELETE FROM t WHERE a < 3 LIMIT 1"},
      {"DELETE IGNORE FROM t", "DELETE FROM t"},
      {"TRUNCATE TABLE `t`", "DELETE FROM `t`"},
      {"truncate t", "DELETE FROM t"},
  });
}

TEST(MysqlDialect, CreateTable) {
  expect_all({
      {"CREATE TABLE `c` (`id` int(11) NOT NULL AUTO_INCREMENT, `name` varchar(20) NOT NULL, PRIMARY KEY (`id`))",
       "CREATE TABLE `c` (`id` INTEGER PRIMARY KEY AUTOINCREMENT, `name` varchar(20) NOT NULL DEFAULT '' COLLATE NOCASE)"},
      {"CREATE TABLE t (a INT NOT NULL, b DATETIME NOT NULL, c TEXT PRIMARY KEY NOT NULL, d NOT NULL)",
       "CREATE TABLE t (a INT NOT NULL DEFAULT 0, b DATETIME NOT NULL DEFAULT '', c TEXT PRIMARY KEY NOT NULL COLLATE NOCASE, d NOT NULL)"},
      {"create table t (id bigint unsigned auto_increment primary key, at timestamp not null default current_timestamp on update"
       " current_timestamp) engine=InnoDB auto_increment=5 default charset=utf8 collate=utf8_unicode_ci comment='it''s'",
       "create table t (id INTEGER PRIMARY KEY AUTOINCREMENT, at timestamp NOT NULL DEFAULT (datetime('now', 'localtime')))"},
      {"create table if not exists `t` (`a` int(10) unsigned zerofill not null default -1, `off` tinyint(1) unsigned not null"
       " default '0' comment 'a, b', unique `i` (`a`, `off`))",
       "create table if not exists `t` (`a` int(10) NOT NULL DEFAULT -1, `off` tinyint(1) NOT NULL DEFAULT '0', UNIQUE (`a`, `off`))"},
      {"CREATE TABLE t (a TEXT CHARACTER SET utf8 COLLATE utf8_bin, b text collate utf8_general_ci not null, c char(3) binary)",
       "CREATE TABLE t (a TEXT COLLATE BINARY, b text COLLATE NOCASE NOT NULL DEFAULT '', c char(3) COLLATE BINARY)"},
      {"CREATE TABLE t (a TEXT, b ENUM('x', 'y)') NOT NULL DEFAULT 'x', c SET('p')) COLLATE latin1_bin",
       "CREATE TABLE t (a TEXT, b TEXT NOT NULL DEFAULT 'x', c TEXT)"},
      {"CREATE TABLE t (a varchar(99) NULL DEFAULT NULL, b int, PRIMARY KEY USING BTREE (a(10), b), KEY `i` (`a`(5)), INDEX (b),"
       " FULLTEXT KEY f (a), UNIQUE KEY u (b DESC), CONSTRAINT p FOREIGN KEY fk (b) REFERENCES u (x) ON DELETE CASCADE)",
       "CREATE TABLE t (a varchar(99) NULL DEFAULT NULL COLLATE NOCASE, b int, PRIMARY KEY (a, b), UNIQUE (b DESC),"
       " FOREIGN KEY (b) REFERENCES u (x) ON DELETE CASCADE)"},
      {"CREATE TABLE t (n varchar(9), id int auto_increment, PRIMARY KEY (n, id), KEY (id))",
       "CREATE TABLE t (n varchar(9) COLLATE NOCASE, id INTEGER PRIMARY KEY AUTOINCREMENT, UNIQUE (n, id))"},
      {"CREATE TABLE t (KEY k (a), a int, d double precision(8,2), k decimal(10, 2) unsigned)",
       "CREATE TABLE t (a int, d double precision(8,2), k decimal(10, 2))"},
      {"CREATE TABLE t (a datetime DEFAULT NOW(), b date DEFAULT (CURDATE()), c int DEFAULT (1 + 2), d bit(1) default b'1')",
       "CREATE TABLE t (a datetime DEFAULT (datetime('now', 'localtime')), b date DEFAULT (date('now', 'localtime')),"
       " c int DEFAULT (1 + 2), d bit(1) DEFAULT 1)"},
      {"CREATE TABLE t AS SELECT NOW() AS n", "CREATE TABLE t AS SELECT datetime('now', 'localtime') AS n"},
      // SQLite's own
      {"CREATE TABLE t (i)", "CREATE TABLE t (i)"},
      {"CREATE TABLE \"t\" (\"a\" INTEGER PRIMARY KEY AUTOINCREMENT, key VARCHAR(10), b REAL CHECK (b > 0) REFERENCES u (x) ON UPDATE"
       " CASCADE, UNIQUE (a) ON CONFLICT REPLACE) WITHOUT ROWID, STRICT",
       "CREATE TABLE 't' ('a' INTEGER PRIMARY KEY AUTOINCREMENT, key VARCHAR(10) COLLATE NOCASE, b REAL CHECK (b > 0) REFERENCES u (x)"
       " ON UPDATE CASCADE, UNIQUE (a) ON CONFLICT REPLACE) WITHOUT ROWID, STRICT"},
      {"CREATE UNIQUE INDEX i USING BTREE ON t (a(10), b DESC) COMMENT 'x'", "CREATE UNIQUE INDEX i ON t (a, b DESC)"},
      {"CREATE INDEX i ON t (a) WHERE a > 1", "CREATE INDEX i ON t (a) WHERE a > 1"},
      {"DROP INDEX i ON t", "DROP INDEX i"},
  });
}

TEST(MysqlDialect, AlterTable) {
  expect_all({
      {"alter table `t` add column `off` tinyint(1) unsigned not null default 0 after `update`",
       "ALTER TABLE `t` ADD COLUMN `off` tinyint(1) NOT NULL DEFAULT 0"},
      {"ALTER TABLE t ADD n INT NOT NULL FIRST", "ALTER TABLE t ADD COLUMN n INT NOT NULL DEFAULT 0"},
      {"ALTER TABLE t ADD (n VARCHAR(5) NOT NULL)", "ALTER TABLE t ADD COLUMN n VARCHAR(5) NOT NULL DEFAULT '' COLLATE NOCASE"},
      {"ALTER TABLE py_notes ADD COLUMN more TEXT", "ALTER TABLE py_notes ADD COLUMN more TEXT COLLATE NOCASE"},
      {"alter table `t` change column `value` `value` text not null", "SELECT 1, `value` FROM `t` WHERE 0"},
      {"ALTER TABLE t CHANGE `a` b INT(3)", "ALTER TABLE t RENAME COLUMN `a` TO b"},
      {"ALTER TABLE t MODIFY a BIGINT, MODIFY COLUMN b TEXT AFTER a, ENGINE=MyISAM", "SELECT 1, a, b FROM t WHERE 0"},
      {"ALTER TABLE t MODIFY a ENUM('x', 'y'), ADD INDEX i (`a`(3), b)", "CREATE INDEX i ON t (`a`, b)"},
      {"ALTER TABLE t ADD UNIQUE KEY (a, b)", "CREATE UNIQUE INDEX 't_a' ON t (a, b)"},
      {"ALTER TABLE t DROP COLUMN a", "ALTER TABLE t DROP COLUMN a"},
      {"ALTER TABLE t DROP a", "ALTER TABLE t DROP COLUMN a"},
      {"ALTER TABLE t DROP KEY i", "DROP INDEX i"},
      {"ALTER TABLE t RENAME TO u", "ALTER TABLE t RENAME TO u"},
      {"ALTER TABLE t RENAME COLUMN a TO b", "ALTER TABLE t RENAME COLUMN a TO b"},
      {"ALTER TABLE t CONVERT TO CHARACTER SET utf8", "SELECT 1 FROM t WHERE 0"},
      {"RENAME TABLE t TO u", "ALTER TABLE t RENAME TO u"},
  });
  EXPECT_EQ(why_not("ALTER TABLE t ADD a INT, DROP b"), "ALTER TABLE changes one thing per statement here: give 2 statements");
  EXPECT_EQ(why_not("ALTER TABLE t ADD PRIMARY KEY (a)"),
            "ALTER TABLE cannot add a PRIMARY here: say it in CREATE TABLE, or add a UNIQUE key");
  EXPECT_EQ(why_not("ALTER TABLE t EXCHANGE PARTITION p"),
            "ALTER TABLE: expected ADD, DROP, CHANGE, MODIFY or RENAME, not EXCHANGE");
}

TEST(MysqlDialect, Expressions) {
  const std::string now = "datetime('now', 'localtime')", day = "date('now', 'localtime')";
  expect_all({
      {"SELECT now(), NOW(6), CURDATE(), UNIX_TIMESTAMP(), CURRENT_TIMESTAMP",
       ("SELECT " + now + ", " + now + ", " + day + ", unixepoch('now'), " + now).c_str()},
  });
  expect_all({
      {"SELECT now, curdate FROM t", "SELECT now, curdate FROM t"},
      {"SELECT UNIX_TIMESTAMP(a), UNIX_TIMESTAMP(20260101)", "SELECT UNIX_TIMESTAMP(a), UNIX_TIMESTAMP(20260101)"},
      {"SELECT DATE_ADD(a, INTERVAL 7 DAY), date_sub(a, interval -b * (2 + 1) month)",
       "SELECT DATE_ADD(a, 7, 'DAY'), date_sub(a, -b * (2 + 1), 'month')"},
      {"SELECT t.a - INTERVAL 1 HOUR + INTERVAL '30' MINUTE, '2026-01-01' + INTERVAL f(x) DAY, (a) - INTERVAL 1 DAY < 3",
       "SELECT DATE_ADD(DATE_SUB(t.a, 1, 'HOUR'), '30', 'MINUTE'), DATE_ADD('2026-01-01', f(x), 'DAY'), DATE_SUB((a), 1, 'DAY') < 3"},
      {"SELECT a, interval FROM t ORDER BY day", "SELECT a, interval FROM t ORDER BY day"},
      {"SELECT IF(a > 1, 'x', LEFT(b, 2)), RIGHT (b, 1), ISNULL(a), a ISNULL",
       "SELECT iif(a > 1, 'x', `left`(b, 2)), `right` (b, 1), `isnull`(a), a ISNULL"},
      {"SELECT a FROM t LEFT JOIN u ON IF(a, b, c)", "SELECT a FROM t LEFT JOIN u ON iif(a, b, c)"},
      {"SELECT LCASE(a), UCASE(a), MID(a, 2, 3), GREATEST(1, 2), LAST_INSERT_ID(), ROW_COUNT()",
       "SELECT lower(a), upper(a), substr(a, 2, 3), max(1, 2), last_insert_rowid(), changes()"},
      {"SELECT a && b || !c <=> NULL, 7 DIV 2, a MOD 3, MOD(5, 2)", "SELECT a AND b || NOT c IS NULL, 7 / 2, a % 3, MOD(5, 2)"},
      {"SELECT div FROM mid (1)", "SELECT div FROM mid (1)"},
      {R"(SELECT 1 WHERE a LIKE 'x\_%' OR b LIKE "50\%" AND c LIKE 'x' OR d LIKE 'y\_' ESCAPE '!')",
       R"(SELECT 1 WHERE a LIKE 'x\_%' ESCAPE '\' OR b LIKE '50\%' ESCAPE '\' AND c LIKE 'x' OR d LIKE 'y\_' ESCAPE '!')"},
      {"SELECT SQL_CALC_FOUND_ROWS group_concat(a SEPARATOR ', ') FROM t LIMIT 5, 10",
       "SELECT group_concat(a , ', ') FROM t LIMIT 5, 10"},
      {"SET NAMES utf8", "SELECT 1 WHERE 0"},
  });
}

TEST(MysqlDialect, WhatIsRefusedSaysWhy) {
  EXPECT_EQ(why_not(""), "expected an SQL statement");
  EXPECT_EQ(why_not(" ; /* x */ ;"), "expected an SQL statement");
  EXPECT_EQ(why_not("SELECT 1; SELECT 2"), "one statement only");
  EXPECT_EQ(why_not("SELECT 'abc"), "a string is not closed: 'abc");
  EXPECT_EQ(why_not(R"(SELECT 'it\')"), R"(a string is not closed: 'it\')");
  EXPECT_EQ(why_not("SELECT \"x' ' ' ' ' ' ' ' ' ' ' ' '"), "a string is not closed: \"x' ' ' ' ' ' ' ' ' ' ' ...");
  EXPECT_EQ(why_not("SELECT `a``"), "a name is not closed: `a``");
  EXPECT_EQ(why_not("SELECT [a"), "a name is not closed: [a");
  EXPECT_EQ(why_not("SELECT x'41"), "a string is not closed: x'41");
  EXPECT_EQ(why_not("SELECT b'12'"), "b'...' has at most 63 digits, each 0 or 1");
  EXPECT_EQ(why_not(R"(SELECT 'a\0b')"), R"(a string has no NUL in it: \0)");
  EXPECT_EQ(why_not(std::string("SELECT 'a\0b'", 12)), "a statement has no NUL in it");
  EXPECT_EQ(why_not("CREATE TABLE t (a INT"), "a parenthesis is not closed, or closed twice");
  EXPECT_EQ(why_not("SELECT 1)"), "a parenthesis is not closed, or closed twice");
  EXPECT_EQ(why_not("CREATE TABLE t (a INT,)"), "between two commas of CREATE TABLE is nothing");
  EXPECT_EQ(why_not("CREATE TABLE t (UNIQUE KEY u)"), "a key has columns in parentheses");
  EXPECT_EQ(why_not("CREATE TABLE t LIKE u"), "CREATE TABLE ... LIKE is not possible: name the columns");
  EXPECT_EQ(why_not("CREATE TABLE t (a INT) PARTITION BY HASH (a)"),
            "what stands behind the columns of CREATE TABLE is no option that is known: PARTITION");
  EXPECT_EQ(why_not("SHOW PROCESSLIST"), "expected SHOW TABLES or SHOW COLUMNS FROM table; no other SHOW is known");
}

// What every beginning of every statement above may end in, without a crash.
TEST(MysqlDialect, EveryBeginningOfAStatementIsAnswered) {
  const std::string statements[] = {
      "CREATE TABLE IF NOT EXISTS `a`.`t` (`id` int(11) unsigned NOT NULL AUTO_INCREMENT COMMENT 'x', e ENUM('a') DEFAULT NOW() ON UPDATE"
      " NOW(6), PRIMARY KEY USING BTREE (`id`(3)), CONSTRAINT c UNIQUE KEY u (a), FOREIGN KEY f (a) REFERENCES b (c)) ENGINE = x COLLATE=y",
      "ALTER IGNORE TABLE a.t ADD COLUMN (a INT NOT NULL), CHANGE COLUMN a b TEXT FIRST, MODIFY c INT AFTER d, DROP KEY k, RENAME TO z",
      "INSERT LOW_PRIORITY IGNORE INTO a.t SET a = x - INTERVAL (1 + 2) DAY, b = 'c' ON DUPLICATE KEY UPDATE a = VALUES(a)",
      "INSERT INTO t () VALUES () ON DUPLICATE KEY UPDATE", "SHOW FULL COLUMNS FROM t FROM d LIKE 'x\\'y'", "DESCRIBE `t` `c`",
      "CREATE UNIQUE INDEX i USING BTREE ON t (a(10)) WHERE x", "DROP INDEX i ON t", "RENAME TABLE a TO b", "TRUNCATE TABLE t",
      "DELETE QUICK IGNORE FROM t WHERE a LIKE 'b\\%' AND NOW() - INTERVAL 1 DAY DIV 2 ! <=> && || SEPARATOR 'x'"};
  for (const std::string& statement : statements) {
    for (std::size_t length = 0; length <= statement.size(); ++length) {
      const auto first = from_mysql(statement.substr(0, length)), second = from_mysql(statement.substr(length));
      EXPECT_TRUE(first.ok() || !first.error().detail.empty());
      EXPECT_TRUE(second.ok() || !second.error().detail.empty());
    }
  }
}

void close_parentheses(std::string& statement) {
  const auto open = std::count(statement.begin(), statement.end(), '('), closed = std::count(statement.begin(), statement.end(), ')');
  if (open > closed) statement += std::string(static_cast<std::size_t>(open - closed), ')');
}

TEST(MysqlDialect, HostileTextIsAnsweredSoonAndStaysSmall) {
  // What is not linear takes longer than a test may; statements have at most eight times as many bytes.
  constexpr std::size_t kLongest = 8 * 1024;
  for (const char* head : {"", "SELECT ", "SELECT a ", "CREATE TABLE t (", "CREATE TABLE t (a INT) ", "ALTER TABLE t ADD ",
                           "INSERT INTO t ", "INSERT INTO t SET ", "INSERT INTO t SELECT ON DUPLICATE KEY UPDATE "}) {
    for (const char* piece : {"'", "\"", "`", "\\", "'\\'", "''", "(", ")", "((a", "-", "--", "/*", "*/", "/*!", "#", "[", "x'", ",", "a,",
                              "a=1,", "- INTERVAL ", "- INTERVAL 1 DAY ", "+ INTERVAL (", ", INTERVAL a.", "NOW()", "NOW(), ", "LEFT(",
                              "VALUES(a)", "ON DUPLICATE KEY UPDATE ", "KEY a (b), ", "PRIMARY KEY (a), ", "a INT KEY, ", "DEFAULT NOW() ",
                              "a text,", "COLLATE ", "a.", "1.", "LIKE '\\%' ", "SEPARATOR 'a'", "(1)-INTERVAL 1 DAY", "a int KEY (a), ", "CHANGE a a int,", "information_schema.columns ", "\xFF", "! "}) {
      std::string statement = head;
      while (statement.size() < kLongest) statement += piece;
      close_parentheses(statement);
      const auto translated = from_mysql(statement);
      const std::size_t size = translated.ok() ? translated.value().size() : 0;
      EXPECT_LE(size, statement.size() * kMaxGrowth) << head << piece;
    }
  }
}

}  // namespace
}  // namespace vhpy::embedded::store
