// Statements that begin otherwise in MySQL's dialect. Thread: any. Each is given the whole statement, without its semicolon.
#pragma once

#include <string>

#include "core/embedded/store/sql_tokens.h"
#include "core/result.h"

namespace vhpy::embedded::store {

Result<std::string> insert_or_replace(SqlSpan statement);  // IGNORE, SET a = 1, ON DUPLICATE KEY UPDATE
Result<std::string> update_or_delete(SqlSpan statement);   // IGNORE
Result<std::string> show(SqlSpan statement);               // TABLES, COLUMNS; DESCRIBE
Result<std::string> truncate(SqlSpan statement);
Result<std::string> rename_table(SqlSpan statement);
Result<std::string> create_index(SqlSpan statement);
Result<std::string> drop_index(SqlSpan statement);

}  // namespace vhpy::embedded::store
