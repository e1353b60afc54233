// The words of an SQL statement in MySQL's dialect: strings, names in quotes, words, numbers, symbols. What rewrites a statement
// works on these, never on the text, so that nothing inside a string is ever taken for SQL.
//
// Thread: any. Linear in the length of the text.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"

namespace vhpy::embedded::store {

enum class SqlKind : std::uint8_t { kWord, kName, kString, kNumber, kSymbol };

struct SqlToken {
  SqlKind kind;
  bool spaced;       // space or a comment stood before it
  std::string text;  // as SQLite reads it: a string is '...' with its quotes doubled, whatever it was

  bool is(std::string_view word) const;  // this word or symbol, without case
  bool is_one_of(std::initializer_list<std::string_view> words) const;
  bool is_operand() const { return kind != SqlKind::kSymbol; }
  // What a name, or a string used as one, stands for: without its quotes.
  std::string unquoted() const;
  void replace(std::string_view by) { spaced = true, text = by; }
  void drop() { text.clear(); }
};

using SqlTokens = std::vector<SqlToken>;
using SqlSpan = std::span<SqlToken>;

// kBadArgument: a string or name that does not end, a NUL. Comments are left out; those of MySQL that hold SQL (/*! ... */)
// are not comments.
Result<SqlTokens> sql_tokens(std::string_view text);

// Text made of tokens and other pieces, with a space wherever two of them would otherwise be read as one.
class SqlText {
 public:
  SqlText& add(std::string_view piece, bool spaced = true);
  SqlText& add(std::span<const SqlToken> tokens);
  bool empty() const { return text_.empty(); }
  std::string text() && { return std::move(text_); }

 private:
  std::string text_;
};

std::string sql_text(std::span<const SqlToken> tokens);
std::string sql_string(std::string_view value);  // '...' with its quotes doubled

}  // namespace vhpy::embedded::store
