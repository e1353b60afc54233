// What MySQL writes differently inside expressions: functions, intervals, operators. Thread: any.
#pragma once

#include <string_view>

#include "core/embedded/store/sql_tokens.h"

namespace vhpy::embedded::store {

// The local time as text, by SQLite's own functions: what a default may hold, since the file is read by other programs too.
inline constexpr std::string_view kSqlNow = "datetime('now', 'localtime')";
inline constexpr std::string_view kSqlToday = "date('now', 'localtime')";
inline constexpr std::string_view kSqlTimeOfDay = "time('now', 'localtime')";

// SQLite's text for a clock of MySQL's (NOW, CURRENT_DATE ...), empty if it is none.
std::string_view sql_clock(const SqlToken& token);

// Changes tokens in place to what SQLite understands; the functions of mysql_functions.h do the rest. Words that MySQL does not
// have stay as they are. At most a fixed number of bytes is added to each token.
void rewrite_expressions(SqlSpan tokens);

}  // namespace vhpy::embedded::store
