// Statements of MySQL's dialect: see mysql_statements.h.
#include "core/embedded/store/mysql_statements.h"

#include <vector>

#include "core/embedded/store/mysql_expressions.h"
#include "core/embedded/store/mysql_tables.h"
#include "core/embedded/store/sql_cursor.h"

namespace vhpy::embedded::store {
namespace {

Error expected(std::string_view what) { return refuse(Refusal::kBadArgument, "expected " + std::string(what)); }

// The words between the verb and what it is about: how soon, and what to do with rows that do not fit.
void read_modifiers(SqlCursor& cursor) {
  while (cursor.next_is_one_of({"LOW_PRIORITY", "HIGH_PRIORITY", "DELAYED", "QUICK", "IGNORE"})) {
    SqlToken& word = cursor.take();
    if (word.is("IGNORE")) {
      word.text = "OR IGNORE";
    } else {
      word.drop();
    }
  }
}

// INSERT INTO t SET a = 1, b = 2: the tokens from SET on become (a, b) VALUES (1, 2).
Outcome read_assignments(SqlSpan tokens) {
  const std::vector<SqlSpan> assignments = split_at_commas(tokens.subspan(1));
  rewrite_expressions(tokens);
  SqlText columns, values;
  for (const SqlSpan assignment : assignments) {
    if (assignment.size() < 3 || !assignment[1].is("=")) return expected("SET column = value, ...");
    columns.add(columns.empty() ? "" : ",", false).add(assignment[0].text);
    values.add(values.empty() ? "" : ",", false).add(assignment.subspan(2));
  }
  for (SqlToken& token : tokens) token.drop();
  tokens.front().text = "(" + std::move(columns).text() + ") VALUES (" + std::move(values).text() + ")";
  return Done{};
}

// INSERT INTO t () VALUES ()
void read_no_columns(SqlSpan tokens) {
  if (tokens.size() < 5 || !tokens[1].is(")") || !tokens[2].is_one_of({"VALUES", "VALUE"}) || !tokens[4].is(")")) return;
  for (SqlToken& token : tokens.first(5)) token.drop();
  tokens.front().replace("DEFAULT VALUES");
}

// Where ON DUPLICATE KEY begins, and whether rows come from a SELECT whose end SQLite would not see before an ON.
struct Upsert {
  std::size_t at;  // the number of tokens if there is none
  bool open_select = false;
};

Upsert find_upsert(SqlSpan tokens) {
  Upsert found{tokens.size()};
  std::size_t depth = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is("(")) ++depth;
    if (tokens[i].is(")") && depth > 0) --depth;
    if (depth > 0) continue;
    if (tokens[i].is("SELECT")) found.open_select = true;
    if (tokens[i].is_one_of({"WHERE", "GROUP", "ORDER", "HAVING", "LIMIT"})) found.open_select = false;
    if (!tokens[i].is("ON") || i + 1 >= tokens.size() || !tokens[i + 1].is("DUPLICATE")) continue;
    found.at = i;
    break;
  }
  return found;
}

// LIKE 'pattern' of SHOW, as a condition on a column.
Result<std::string> like(SqlCursor cursor, const std::string& column) {
  if (cursor.done()) return std::string{};
  if (!cursor.accept("LIKE") || !cursor.next_is(SqlKind::kString)) return expected("LIKE 'pattern'");
  const std::string pattern = cursor.take().text;
  if (!cursor.done()) return expected("nothing behind LIKE 'pattern'");
  return " AND " + column + " LIKE " + pattern + " ESCAPE '\\'";
}

Result<std::string> show_tables(SqlCursor cursor) {
  if (cursor.accept_one_of({"FROM", "IN"}) && !cursor.done()) cursor.take();
  auto condition = like(cursor, "name");
  if (!condition) return condition;
  return "SELECT name FROM sqlite_master WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'" +
         condition.value() + " ORDER BY name";
}

// The columns that MySQL's answer has. The table is named once more where SQLite says if there is none.
Result<std::string> show_columns(SqlCursor cursor) {
  if (!cursor.next_names()) return expected("the name of a table");
  const SqlToken table = cursor.take();
  if (cursor.accept_one_of({"FROM", "IN"}) && !cursor.done()) cursor.take();
  std::string condition;
  if (cursor.next_names() && !cursor.next_is("LIKE")) {
    condition = " AND name = " + sql_string(cursor.take().unquoted()) + " COLLATE NOCASE";
    if (!cursor.done()) return expected("DESCRIBE table column");
  } else {
    auto pattern = like(cursor, "name");
    if (!pattern) return pattern;
    condition = std::move(pattern).value();
  }
  return "SELECT name AS `Field`, lower(type) AS `Type`, CASE WHEN `notnull` OR pk THEN 'NO' ELSE 'YES' END AS `Null`,"
         " CASE WHEN pk THEN 'PRI' ELSE '' END AS `Key`, trim(dflt_value, '''') AS `Default`, '' AS `Extra`"
         " FROM pragma_table_info(" + sql_string(table.unquoted()) + ") WHERE NOT EXISTS (SELECT 1 FROM " + table.text +
         " WHERE 0)" + condition;
}

}  // namespace

Result<std::string> insert_or_replace(SqlSpan statement) {
  SqlCursor cursor(statement);
  cursor.take();
  read_modifiers(cursor);
  if (cursor.accept("OR") && !cursor.done()) cursor.take();  // SQLite's
  if (!cursor.accept("INTO") && cursor.next_names()) cursor.rest().front().text.insert(0, "INTO ");
  if (cursor.next_names()) cursor.take();
  if (cursor.accept(".") && !cursor.done()) cursor.take();
  const SqlSpan rest = cursor.rest();
  const Upsert upsert = find_upsert(rest);
  if (cursor.next_is("SET")) {
    if (auto done = read_assignments(rest.first(upsert.at)); !done) return done.error();
    rewrite_expressions(rest.subspan(upsert.at));
    return sql_text(statement);
  }
  static_cast<void>(cursor.parens());  // the columns
  if (cursor.next_is("VALUE") && cursor.next_is("(", 1)) cursor.take().text = "VALUES";
  read_no_columns(rest);
  rewrite_expressions(rest);
  if (upsert.at < rest.size() && upsert.open_select) rest[upsert.at].text = "WHERE true ON";
  return sql_text(statement);
}

Result<std::string> update_or_delete(SqlSpan statement) {
  SqlCursor cursor(statement);
  const bool update = cursor.take().is("UPDATE");
  read_modifiers(cursor);
  // SQLite has no DELETE OR IGNORE; there is nothing that would stop it either.
  if (!update && !cursor.taken().back().is("DELETE")) {
    for (SqlToken& word : cursor.taken().subspan(1)) word.drop();
  }
  rewrite_expressions(cursor.rest());
  return sql_text(statement);
}

Result<std::string> show(SqlSpan statement) {
  SqlCursor cursor(statement);
  if (cursor.accept_one_of({"DESCRIBE", "DESC"})) return show_columns(cursor);
  cursor.take();
  if (cursor.accept("TABLES")) return show_tables(cursor);
  cursor.accept("FULL");
  if (cursor.accept_one_of({"COLUMNS", "FIELDS"}) && cursor.accept_one_of({"FROM", "IN"})) return show_columns(cursor);
  return expected("SHOW TABLES or SHOW COLUMNS FROM table; no other SHOW is known");
}

Result<std::string> truncate(SqlSpan statement) {
  SqlCursor cursor(statement);
  cursor.take();
  cursor.accept("TABLE");
  if (cursor.done()) return expected("the name of a table");
  return "DELETE FROM " + sql_text(cursor.rest());
}

Result<std::string> rename_table(SqlSpan statement) {
  SqlCursor cursor(statement);
  cursor.accept({"RENAME", "TABLE"});
  const std::string from = cursor.next_names() ? cursor.take().text : "";
  if (!cursor.accept("TO") || from.empty()) return expected("RENAME TABLE one TO another");
  return "ALTER TABLE " + from + " RENAME TO " + sql_text(cursor.rest());
}

Result<std::string> create_index(SqlSpan statement) {
  SqlCursor cursor(statement);
  while (!cursor.done() && !cursor.next_is("(")) {
    SqlToken& word = cursor.take();
    if (word.is_one_of({"FULLTEXT", "SPATIAL"})) word.drop();
    if (!word.is("USING") || cursor.done()) continue;
    word.drop();
    cursor.take().drop();
  }
  const SqlSpan head = cursor.taken();
  const auto columns = cursor.parens();
  if (!columns) return expected("the columns of an index in parentheses");
  SqlText text;
  text.add(head).add("(" + mysql_key_columns(*columns) + ")");
  // Of what stands behind the columns SQLite knows a WHERE; the rest is how MySQL keeps the index.
  if (cursor.next_is("WHERE")) text.add(cursor.rest());
  return std::move(text).text();
}

// Names of indices are unique in the file, so the table need not be named.
Result<std::string> drop_index(SqlSpan statement) {
  SqlCursor cursor(statement);
  while (!cursor.done() && !cursor.next_is("ON")) cursor.take();
  return sql_text(cursor.taken());
}

}  // namespace vhpy::embedded::store
