// Reads the tokens of a statement one after another. Thread: any.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "core/embedded/store/sql_tokens.h"

namespace vhpy::embedded::store {

class SqlCursor {
 public:
  explicit SqlCursor(SqlSpan tokens) : tokens_(tokens) {}

  bool done() const { return at_ == tokens_.size(); }
  bool next_is(std::string_view word, std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].is(word);
  }
  bool next_is_one_of(std::initializer_list<std::string_view> words) const {
    return !done() && tokens_[at_].is_one_of(words);
  }
  bool next_is(SqlKind kind, std::size_t ahead = 0) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].kind == kind;
  }
  // A name, in quotes or without; a string is one where a table or a column is named.
  bool next_names(std::size_t ahead = 0) const {
    return next_is(SqlKind::kWord, ahead) || next_is(SqlKind::kName, ahead) || next_is(SqlKind::kString, ahead);
  }
  // Takes what comes next if it is this, all words of it in order.
  bool accept(std::string_view word) { return accept({word}); }
  bool accept(std::initializer_list<std::string_view> words);
  bool accept_one_of(std::initializer_list<std::string_view> words);
  SqlToken& take() { return tokens_[at_++]; }  // not when done()
  // What is between the next token, which is "(", and its ")"; nothing if it is something else. Parentheses match in what a cursor
  // reads (mysql_dialect.cpp), so it always has an end.
  std::optional<SqlSpan> parens();
  SqlSpan rest() const { return tokens_.subspan(at_); }
  SqlSpan taken() const { return tokens_.first(at_); }

 private:
  SqlSpan tokens_;
  std::size_t at_ = 0;
};

// At the commas outside of parentheses.
std::vector<SqlSpan> split_at_commas(SqlSpan tokens);

}  // namespace vhpy::embedded::store
