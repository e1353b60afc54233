// CREATE TABLE and ALTER TABLE of MySQL's dialect. Thread: any.
//
// What SQLite has no use for goes: the engine, character sets, comments, lengths in keys. Text compares without ASCII
// case unless a collation says otherwise, as in MySQL. A column that is NOT NULL and has no default gets the one that MySQL gives
// it when it is not strict, '' or 0. Keys of CREATE TABLE that are only there to be fast are left out: an index
// is a statement of its own in SQLite.
#pragma once

#include <string>

#include "core/embedded/store/sql_cursor.h"
#include "core/result.h"

namespace vhpy::embedded::store {

// One column of CREATE TABLE or ALTER TABLE ADD, in SQLite's words.
struct MysqlColumn {
  std::string name, folded_name, type, constraints;
  bool is_text = false, is_automatic = false;  // AUTO_INCREMENT
  bool not_null = false, has_default = false, has_collation = false;
  std::string text(bool ignore_case) const;
};

Result<MysqlColumn> mysql_column(SqlSpan tokens);
// `a`(10), `b` DESC: without the lengths. `tokens` are between the parentheses.
std::string mysql_key_columns(SqlSpan tokens);

// The whole statement.
Result<std::string> create_table(SqlSpan statement);
Result<std::string> alter_table(SqlSpan statement);

}  // namespace vhpy::embedded::store
