// Expressions of MySQL's dialect: see mysql_expressions.h.
#include "core/embedded/store/mysql_expressions.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

using Names = std::pair<std::string_view, std::string_view>;

// Functions that SQLite has under another name, or whose name is a word of its grammar.
constexpr std::array<Names, 15> kFunctions{{{"IF", "iif"}, {"LEFT", "`left`"}, {"RIGHT", "`right`"},
                                            {"ISNULL", "`isnull`"}, {"LCASE", "lower"}, {"UCASE", "upper"},
                                            {"MID", "substr"}, {"CHAR_LENGTH", "length"}, {"CHARACTER_LENGTH", "length"},
                                            {"GREATEST", "max"}, {"LEAST", "min"}, {"LAST_INSERT_ID", "last_insert_rowid"},
                                            {"ROW_COUNT", "changes"}, {"ADDDATE", "DATE_ADD"}, {"SUBDATE", "DATE_SUB"}}};
// Clocks; those that are words of SQLite's grammar too need no parentheses.
constexpr std::array<Names, 7> kClocks{{{"NOW", kSqlNow}, {"SYSDATE", kSqlNow}, {"LOCALTIME", kSqlNow},
                                        {"LOCALTIMESTAMP", kSqlNow}, {"CURDATE", kSqlToday}, {"CURTIME", kSqlTimeOfDay},
                                        {"UNIX_TIMESTAMP", "unixepoch('now')"}}};
constexpr std::array<Names, 3> kBareClocks{{{"CURRENT_TIMESTAMP", kSqlNow}, {"CURRENT_DATE", kSqlToday},
                                            {"CURRENT_TIME", kSqlTimeOfDay}}};

// MySQL's description of its tables, where scripts look whether a column is there. verlihub is what DATABASE() says.
constexpr std::string_view kTables =
    "(SELECT 'verlihub' AS table_schema, name AS table_name FROM sqlite_master WHERE type IN ('table', 'view') AND"
    " name NOT LIKE 'sqlite%')";
constexpr std::string_view kColumns =
    "(SELECT 'verlihub' AS table_schema, m.name AS table_name, c.name COLLATE NOCASE AS column_name, c.cid + 1 AS"
    " ordinal_position, lower(c.type) AS column_type FROM sqlite_master AS m, pragma_table_info(m.name) AS c WHERE"
    " m.type IN ('table', 'view'))";

template <std::size_t kCount>
std::string_view find(const std::array<Names, kCount>& names, const SqlToken& token) {
  if (token.kind != SqlKind::kWord) return {};
  const auto* const found = std::find_if(names.begin(), names.end(), [&](const Names& row) { return token.is(row.first); });
  return found == names.end() ? std::string_view{} : found->second;
}

bool is_unit(const SqlToken& token) {
  return token.is_one_of({"SECOND", "MINUTE", "HOUR", "DAY", "WEEK", "MONTH", "QUARTER", "YEAR"});
}

class Rewriter {
 public:
  explicit Rewriter(SqlSpan tokens) : tokens_(tokens), begin_of_(tokens.size(), kNone) {}

  void run() {
    for (at_ = 0; at_ < tokens_.size(); ++at_) {
      SqlToken& token = tokens_[at_];
      note_parens(token);
      if (token.kind == SqlKind::kSymbol) {
        rewrite_symbol(token);
      } else if (rewrite_schema(token)) {
        continue;
      } else if (token.kind == SqlKind::kWord) {
        if (!rewrite_clock(token) && !rewrite_function(token)) rewrite_word(token);
      }
    }
  }

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);

  bool next_is(std::string_view word, std::size_t ahead = 1) const {
    return at_ + ahead < tokens_.size() && tokens_[at_ + ahead].is(word);
  }
  bool next_is(SqlKind kind) const { return at_ + 1 < tokens_.size() && tokens_[at_ + 1].kind == kind; }
  bool after(std::initializer_list<std::string_view> words) const { return at_ > 0 && tokens_[at_ - 1].is_one_of(words); }
  // DIV and MOD are operators there, and columns of SQLite's elsewhere.
  bool is_between_values() const {
    if (at_ == 0 || at_ + 1 >= tokens_.size()) return false;
    const SqlToken &before = tokens_[at_ - 1], &behind = tokens_[at_ + 1];
    return (before.is_operand() || before.is(")")) && behind.is_operand() &&
           !before.is_one_of({"SELECT", "DISTINCT", "WHERE", "AND", "OR", "NOT", "BY", "SET", "WHEN", "THEN", "ELSE"}) &&
           !behind.is_one_of({"FROM", "AS", "IS", "IN", "NOT", "LIKE", "BETWEEN", "AND", "OR", "ASC", "DESC", "LIMIT"});
  }

  // Where the value that ends with a token begins, so that an interval behind it can wrap it without a search.
  void note_parens(const SqlToken& token) {
    if (token.is("(")) open_.push_back(at_);
    if (!token.is(")") || open_.empty()) return;
    std::size_t begin = open_.back();
    open_.pop_back();
    if (begin > 0 && tokens_[begin - 1].kind == SqlKind::kWord) --begin;  // the function
    begin_of_[at_] = begin;
  }

  void rewrite_symbol(SqlToken& token) {
    if (token.text == "&&") token.replace("AND");
    if (token.text == "<=>") token.replace("IS");
    if (token.text == "!") token.replace("NOT");
  }

  // information_schema.tables and .columns
  bool rewrite_schema(SqlToken& token) {
    if (!token.is_operand() || !next_is(".") || at_ + 2 >= tokens_.size()) return false;
    if (!nmdc::same_nick(token.unquoted(), "information_schema")) return false;
    const std::string what = nmdc::fold_nick(tokens_[at_ + 2].unquoted());
    if (what != "tables" && what != "columns") return false;
    token.text = what == "tables" ? kTables : kColumns;
    tokens_[at_ + 1].drop();
    tokens_[at_ + 2].drop();
    at_ += 2;
    return true;
  }

  // NOW(), NOW(6), CURRENT_TIMESTAMP: with what is in the parentheses, they are one token.
  bool rewrite_clock(SqlToken& token) {
    const std::string_view bare = find(kBareClocks, token);
    const std::string_view clock = bare.empty() ? find(kClocks, token) : bare;
    if (clock.empty() || after({"."})) return false;
    const std::size_t digits = next_is("(") && at_ + 2 < tokens_.size() && tokens_[at_ + 2].kind == SqlKind::kNumber ? 1 : 0;
    const bool called = next_is("(") && next_is(")", 2 + digits) && (digits == 0 || !token.is("UNIX_TIMESTAMP"));
    if (!called && bare.empty()) return false;
    token.text = clock;
    if (!called) return true;
    const std::size_t first = at_;
    for (std::size_t i = 0; i < 2 + digits; ++i) tokens_[++at_].drop();
    begin_of_[at_] = first;
    return true;
  }

  bool rewrite_function(SqlToken& token) {
    if (!next_is("(") || after({"INTO", "TABLE", "UPDATE", "FROM", "JOIN", "REFERENCES", "."})) return false;
    if (in_upsert_ && token.is("VALUES") && next_is(")", 3)) {
      token.text = "excluded.";
      tokens_[at_ + 1].drop();
      tokens_[at_ + 2].spaced = false;
      tokens_[at_ + 3].drop();
      at_ += 3;
      return true;
    }
    const std::string_view name = find(kFunctions, token);
    if (!name.empty()) token.text = name;
    return !name.empty();
  }

  void rewrite_word(SqlToken& token) {
    if (interval_ && interval_->unit == at_) {
      end_interval(token);
    } else if (token.is("INTERVAL")) {
      begin_interval(token);
    } else if (token.is("LIKE") && next_is(SqlKind::kString)) {
      if (tokens_[at_ + 1].text.find('\\') != std::string::npos && !next_is("ESCAPE", 2)) tokens_[at_ + 1].text += " ESCAPE '\\'";
    } else if (token.is("RLIKE")) {
      token.text = "REGEXP";
    } else if (token.is_one_of({"DIV", "MOD"}) && is_between_values()) {
      token.replace(token.is("DIV") ? "/" : "%");
    } else if (token.is("SEPARATOR") && next_is(SqlKind::kString) && !open_.empty()) {
      token.replace(",");
    } else if (token.is_one_of({"SQL_CALC_FOUND_ROWS", "SQL_NO_CACHE", "SQL_CACHE"}) && after({"SELECT"})) {
      token.drop();
    } else if (token.is("DUPLICATE") && after({"ON"}) && next_is("KEY") && next_is("UPDATE", 2)) {
      in_upsert_ = true;
      token.text = "CONFLICT DO UPDATE SET";
      tokens_[at_ + 1].drop();
      tokens_[at_ + 2].drop();
    }
  }

  struct Interval {
    std::size_t unit, begin;  // the token with the unit; where the value that it is added to begins, or kNone for an argument
  };

  // DATE_ADD(x, INTERVAL n DAY) becomes DATE_ADD(x, n, 'DAY'), and x - INTERVAL n DAY becomes DATE_SUB(x, n, 'DAY').
  void begin_interval(SqlToken& token) {
    if (!after({",", "+", "-"})) return;
    const std::size_t unit = find_unit();
    if (unit == kNone) return;
    std::size_t begin = kNone;
    if (!after({","})) {
      begin = begin_of_value(at_ - 1);
      if (begin == kNone) return;
      tokens_[begin].text.insert(0, after({"-"}) ? "DATE_SUB(" : "DATE_ADD(");
      tokens_[at_ - 1].text = ",";
      tokens_[at_ - 1].spaced = false;
    }
    token.drop();
    interval_ = {unit, begin};
  }

  void end_interval(SqlToken& token) {
    token.text = ", '" + token.text + (interval_->begin == kNone ? "'" : "')");
    token.spaced = false;
    begin_of_[at_] = interval_->begin;
    interval_.reset();
  }

  // The word behind the amount. Ends at another interval, so that no token is looked at twice, and where two values stand side
  // by side, which they do not in an amount: `interval` is a column then.
  std::size_t find_unit() const {
    if (at_ + 1 >= tokens_.size() || tokens_[at_ + 1].is_one_of({"FROM", "AS", ",", ")", "="})) return kNone;
    std::size_t depth = 0;
    bool after_value = false;
    for (std::size_t i = at_ + 1; i < tokens_.size() && !tokens_[i].is("INTERVAL"); ++i) {
      if (tokens_[i].is("(")) ++depth;
      if (depth == 0 && after_value && tokens_[i].is_operand()) return is_unit(tokens_[i]) ? i : kNone;
      if (depth == 0 && tokens_[i].is_one_of({",", ")"})) return kNone;
      if (tokens_[i].is(")")) --depth;
      after_value = tokens_[i].is_operand() || tokens_[i].is(")");
    }
    return kNone;
  }

  // The first token of the value that ends before `end`: f(x), (x), a.b, 'text'.
  std::size_t begin_of_value(std::size_t end) const {
    if (end == 0) return kNone;
    if (begin_of_[end - 1] != kNone) return begin_of_[end - 1];
    if (!tokens_[end - 1].is_operand()) return kNone;
    std::size_t begin = end - 1;
    while (begin >= 2 && tokens_[begin - 1].is(".") && tokens_[begin - 2].is_operand()) begin -= 2;
    return begin;
  }

  SqlSpan tokens_;
  std::size_t at_ = 0;
  std::vector<std::size_t> begin_of_, open_{};
  std::optional<Interval> interval_{};  // the one whose amount is being rewritten
  bool in_upsert_ = false;
};

}  // namespace

std::string_view sql_clock(const SqlToken& token) {
  const std::string_view bare = find(kBareClocks, token);
  return bare.empty() ? find(kClocks, token) : bare;
}

void rewrite_expressions(SqlSpan tokens) { Rewriter(tokens).run(); }

}  // namespace vhpy::embedded::store
