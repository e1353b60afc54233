// Reading tokens: see sql_cursor.h.
#include "core/embedded/store/sql_cursor.h"

namespace vhpy::embedded::store {

bool SqlCursor::accept(std::initializer_list<std::string_view> words) {
  std::size_t ahead = 0;
  for (const std::string_view word : words) {
    if (!next_is(word, ahead++)) return false;
  }
  at_ += words.size();
  return true;
}

bool SqlCursor::accept_one_of(std::initializer_list<std::string_view> words) {
  if (!next_is_one_of(words)) return false;
  ++at_;
  return true;
}

std::optional<SqlSpan> SqlCursor::parens() {
  if (!next_is("(")) return std::nullopt;
  std::size_t depth = 0;
  for (std::size_t i = at_; i < tokens_.size(); ++i) {
    if (tokens_[i].is("(")) ++depth;
    if (!tokens_[i].is(")") || --depth > 0) continue;
    const SqlSpan inside = tokens_.subspan(at_ + 1, i - at_ - 1);
    at_ = i + 1;
    return inside;
  }
  return std::nullopt;
}

std::vector<SqlSpan> split_at_commas(SqlSpan tokens) {
  std::vector<SqlSpan> parts;
  std::size_t depth = 0, begin = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].is("(")) ++depth;
    if (tokens[i].is(")") && depth > 0) --depth;
    if (depth > 0 || !tokens[i].is(",")) continue;
    parts.push_back(tokens.subspan(begin, i - begin));
    begin = i + 1;
  }
  parts.push_back(tokens.subspan(begin));
  return parts;
}

}  // namespace vhpy::embedded::store
