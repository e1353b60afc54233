// MySQL's dialect: which part of it a statement needs. See mysql_dialect.h.
#include "core/embedded/store/mysql_dialect.h"

#include <algorithm>
#include <cstddef>

#include "core/embedded/store/mysql_expressions.h"
#include "core/embedded/store/mysql_statements.h"
#include "core/embedded/store/mysql_tables.h"
#include "core/embedded/store/sql_cursor.h"

namespace vhpy::embedded::store {
namespace {

bool is_create(SqlCursor cursor, std::string_view what) {
  cursor.accept("CREATE");
  cursor.accept_one_of({"TEMPORARY", "TEMP", "UNIQUE", "FULLTEXT", "SPATIAL"});
  return cursor.next_is(what);
}

// Each "(" has its ")": from there on, what is in parentheses is found without a search to the end.
bool balanced(SqlSpan tokens) {
  std::ptrdiff_t depth = 0;
  for (const SqlToken& token : tokens) {
    if (token.is("(")) ++depth;
    if (token.is(")") && --depth < 0) return false;
  }
  return depth == 0;
}

Result<std::string> translate(SqlSpan statement) {
  const SqlCursor cursor(statement);
  if (cursor.next_is("CREATE") && is_create(cursor, "TABLE")) return create_table(statement);
  if (cursor.next_is("CREATE") && is_create(cursor, "INDEX")) return create_index(statement);
  if (cursor.next_is("ALTER") && (cursor.next_is("TABLE", 1) || cursor.next_is("IGNORE", 1))) return alter_table(statement);
  if (cursor.next_is_one_of({"INSERT", "REPLACE"})) return insert_or_replace(statement);
  if (cursor.next_is_one_of({"UPDATE", "DELETE"})) return update_or_delete(statement);
  if (cursor.next_is_one_of({"SHOW", "DESCRIBE", "DESC"})) return show(statement);
  if (cursor.next_is("TRUNCATE")) return truncate(statement);
  if (cursor.next_is("RENAME") && cursor.next_is("TABLE", 1)) return rename_table(statement);
  if (cursor.next_is("DROP") && cursor.next_is("INDEX", 1)) return drop_index(statement);
  if (cursor.next_is("SET") && cursor.next_is("NAMES", 1)) return std::string("SELECT 1 WHERE 0");  // the hub knows its encoding
  rewrite_expressions(statement);
  return sql_text(statement);
}

}  // namespace

Result<std::string> from_mysql(std::string_view text) {
  auto read = sql_tokens(text);
  if (!read) return read.error();
  SqlTokens tokens = std::move(read).value();
  while (!tokens.empty() && tokens.back().is(";")) tokens.pop_back();
  if (tokens.empty()) return refuse(Refusal::kBadArgument, "expected an SQL statement");
  if (std::any_of(tokens.begin(), tokens.end(), [](const SqlToken& token) { return token.is(";"); })) {
    return refuse(Refusal::kBadArgument, "one statement only");
  }
  if (!balanced(tokens)) return refuse(Refusal::kBadArgument, "a parenthesis is not closed, or closed twice");
  tokens.front().spaced = false;
  return translate(tokens);
}

}  // namespace vhpy::embedded::store
