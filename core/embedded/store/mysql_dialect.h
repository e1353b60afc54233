// Statements as scripts for Verlihub write them, in MySQL's dialect, become statements of SQLite's.
//
// What both dialects know stays as it is; where they read the same text in two ways, MySQL's way holds: "text" is a string, a
// backslash in a string escapes, `#` begins a comment, CURRENT_TIMESTAMP is local time. The functions that SQLite lacks are in
// mysql_functions.h.
//
// Thread: any. Blocks: no. Linear in the length of the text, and its result has at most kMaxGrowth times as many bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/result.h"

namespace vhpy::embedded::store {

inline constexpr std::size_t kMaxGrowth = 16;

// kBadArgument: no statement or more than one, a string that does not end, something that cannot be said in SQLite.
Result<std::string> from_mysql(std::string_view statement);

}  // namespace vhpy::embedded::store
