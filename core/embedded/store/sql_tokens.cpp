// MySQL's lexical rules: see sql_tokens.h.
#include "core/embedded/store/sql_tokens.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

bool is_space(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool starts_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || static_cast<unsigned char>(c) >= 0x80;
}
bool in_word(char c) { return starts_word(c) || is_digit(c); }

char unescaped(char c) {
  switch (c) {
    case '0': return '\0';
    case 'b': return '\b';
    case 'n': return '\n';
    case 'r': return '\r';
    case 't': return '\t';
    case 'Z': return '\x1A';
    default: return c;
  }
}

// The start of something that does not end, for a message.
Error not_closed(std::string_view what, std::string_view text) {
  constexpr std::size_t kShown = 24;
  return refuse(Refusal::kBadArgument, std::string(what) + " is not closed: " + std::string(text.substr(0, kShown)) +
                                           (text.size() > kShown ? "..." : ""));
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  Result<SqlTokens> run() {
    if (text_.find('\0') != std::string_view::npos) return refuse(Refusal::kBadArgument, "a statement has no NUL in it");
    for (skip(); at_ < text_.size(); skip()) {
      if (auto done = scan(); !done) return done.error();
    }
    return std::move(tokens_);
  }

 private:
  char look(std::size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool at(std::string_view what) const { return text_.substr(at_, what.size()) == what; }
  void add(SqlKind kind, std::string text) { tokens_.push_back({kind, std::exchange(spaced_, false), std::move(text)}); }
  void add(SqlKind kind, std::size_t length) {
    add(kind, std::string(text_.substr(at_, length)));
    at_ += length;
  }

  // Spaces and comments. Two hyphens are a comment only before a space, as in MySQL: 5--3 is 8.
  void skip() {
    while (at_ < text_.size()) {
      if (is_space(look())) {
        ++at_;
      } else if (look() == '#' || (at("--") && (at_ + 2 >= text_.size() || is_space(look(2))))) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (at("/*!")) {
        for (at_ += 3; is_digit(look());) ++at_;  // the version that it is for
        in_conditional_ = true;
      } else if (at("/*")) {
        const auto end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (in_conditional_ && at("*/")) {
        at_ += 2;
        in_conditional_ = false;
      } else {
        return;
      }
      spaced_ = true;
    }
  }

  Outcome scan() {
    const char c = look();
    if (c == '\'' || c == '"') return scan_string(c);
    if (c == '`') return scan_name();
    if (c == '[') return scan_bracketed();
    if ((c == 'x' || c == 'X' || c == 'b' || c == 'B') && look(1) == '\'') return scan_bytes();
    if (is_digit(c) || (c == '.' && is_digit(look(1)))) return scan_number();
    if (starts_word(c)) {
      add(SqlKind::kWord, static_cast<std::size_t>(std::find_if_not(text_.begin() + offset(), text_.end(), in_word) -
                                                   (text_.begin() + offset())));
      return Done{};
    }
    static constexpr std::array<std::string_view, 6> kLong{"<=>", "&&", "||", "!=", "<=", ">="};
    const auto* const found = std::find_if(kLong.begin(), kLong.end(), [this](std::string_view symbol) { return at(symbol); });
    add(SqlKind::kSymbol, found == kLong.end() ? 1 : found->size());
    return Done{};
  }

  Outcome scan_string(char quote) {
    const std::size_t begin = at_;
    std::string value;
    for (++at_; at_ < text_.size(); ++at_) {
      char c = look();
      if (c == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        const char escaped = look();
        // \% and \_ are for LIKE, which takes the backslash away (mysql_expressions.cpp).
        if (escaped == '%' || escaped == '_') value += '\\';
        c = unescaped(escaped);
        if (c == '\0') return refuse(Refusal::kBadArgument, "a string has no NUL in it: \\0");
      } else if (c == quote) {
        if (look(1) != quote) {
          ++at_;
          add(SqlKind::kString, sql_string(value));
          return Done{};
        }
        ++at_;
      }
      value += c;
    }
    return not_closed("a string", text_.substr(begin));
  }

  Outcome scan_name() {
    for (std::size_t end = text_.find('`', at_ + 1); end != std::string_view::npos; end = text_.find('`', end + 2)) {
      if (text_.substr(end + 1, 1) == "`") continue;
      add(SqlKind::kName, end + 1 - at_);
      return Done{};
    }
    return not_closed("a name", text_.substr(at_));
  }

  Outcome scan_bracketed() {  // SQLite's
    const std::size_t end = text_.find(']', at_);
    if (end == std::string_view::npos) return not_closed("a name", text_.substr(at_));
    add(SqlKind::kName, end + 1 - at_);
    return Done{};
  }

  // x'4142' is SQLite's too; b'101' becomes a number.
  Outcome scan_bytes() {
    const bool bits = look() == 'b' || look() == 'B';
    const std::size_t end = text_.find('\'', at_ + 2);
    if (end == std::string_view::npos) return not_closed("a string", text_.substr(at_));
    const std::string_view digits = text_.substr(at_ + 2, end - at_ - 2);
    if (!bits) {
      add(SqlKind::kNumber, end + 1 - at_);
      return Done{};
    }
    constexpr std::size_t kMaxBits = 63;
    if (digits.size() > kMaxBits || digits.find_first_not_of("01") != std::string_view::npos) {
      return refuse(Refusal::kBadArgument, "b'...' has at most 63 digits, each 0 or 1");
    }
    std::uint64_t value = 0;
    for (const char digit : digits) value = value * 2 + (digit == '1' ? 1 : 0);
    add(SqlKind::kNumber, std::to_string(value));
    at_ = end + 1;
    return Done{};
  }

  Outcome scan_number() {
    const bool hex = look() == '0' && (look(1) == 'x' || look(1) == 'X');
    std::size_t length = 0;
    for (char last = '\0'; at_ + length < text_.size(); ++length) {
      const char c = look(length);
      const bool sign = !hex && (c == '-' || c == '+') && (last == 'e' || last == 'E');
      if (!in_word(c) && c != '.' && !sign) break;
      last = c;
    }
    add(SqlKind::kNumber, length);
    return Done{};
  }

  std::ptrdiff_t offset() const { return static_cast<std::ptrdiff_t>(at_); }

  std::string_view text_;
  std::size_t at_ = 0;
  bool spaced_ = false, in_conditional_ = false;
  SqlTokens tokens_;
};

// Whether two pieces side by side could be read as something else than the two.
bool would_join(char left, char right) {
  if (in_word(left) && in_word(right)) return true;
  if (left == right && (left == '\'' || left == '`' || left == '"' || left == '-')) return true;
  return in_word(left) && (right == '\'' || right == '`');
}

}  // namespace

bool SqlToken::is(std::string_view word) const {
  return (kind == SqlKind::kWord || kind == SqlKind::kSymbol) && nmdc::same_nick(text, word);
}

bool SqlToken::is_one_of(std::initializer_list<std::string_view> words) const {
  return std::any_of(words.begin(), words.end(), [this](std::string_view word) { return is(word); });
}

std::string SqlToken::unquoted() const {
  if (kind != SqlKind::kName && kind != SqlKind::kString) return text;
  std::string value;
  const char quote = text.back();
  for (std::size_t i = 1; i + 1 < text.size(); ++i) {
    value += text[i];
    if (text[i] == quote) ++i;  // doubled
  }
  return value;
}

Result<SqlTokens> sql_tokens(std::string_view text) { return Scanner(text).run(); }

SqlText& SqlText::add(std::string_view piece, bool spaced) {
  if (piece.empty()) return *this;
  if (!text_.empty() && (spaced || would_join(text_.back(), piece.front()))) text_ += ' ';
  text_ += piece;
  return *this;
}

SqlText& SqlText::add(std::span<const SqlToken> tokens) {
  for (const SqlToken& token : tokens) add(token.text, token.spaced);
  return *this;
}

std::string sql_text(std::span<const SqlToken> tokens) { return std::move(SqlText().add(tokens)).text(); }

std::string sql_string(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    text += c;
    if (c == '\'') text += c;
  }
  return text + "'";
}

}  // namespace vhpy::embedded::store
