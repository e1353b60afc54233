// A column's definition in MySQL's dialect: see mysql_tables.h.
#include <algorithm>
#include <array>

#include "core/embedded/store/mysql_expressions.h"
#include "core/embedded/store/mysql_tables.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

bool is_text_type(const std::string& type) {
  const std::string folded = nmdc::fold_nick(type);
  constexpr std::array<std::string_view, 3> kParts{"char", "text", "clob"};
  return std::any_of(kParts.begin(), kParts.end(),
                     [&](std::string_view part) { return folded.find(part) != std::string::npos; });
}

// What MySQL, when it does not insist, puts where a row says nothing, or into the rows that are there.
std::string_view value_of_type(const std::string& type) {
  const std::string folded = nmdc::fold_nick(type);
  constexpr std::array<std::string_view, 8> kNumbers{"int", "dec", "num", "float", "double", "real", "bool", "bit"};
  const bool number = std::any_of(kNumbers.begin(), kNumbers.end(),
                                  [&](std::string_view part) { return folded.find(part) != std::string::npos; });
  return number ? "0" : "''";
}

class ColumnReader {
 public:
  explicit ColumnReader(SqlSpan tokens) : cursor_(tokens) {}

  Result<MysqlColumn> read() {
    if (!cursor_.next_names()) return refuse(Refusal::kBadArgument, "a column has a name");
    column_.folded_name = nmdc::fold_nick(cursor_.rest().front().unquoted());
    column_.name = cursor_.take().text;
    if (cursor_.done()) return std::move(column_);  // a column without a type is SQLite's
    read_type();
    while (!cursor_.done()) read_attribute();
    if (column_.not_null && !column_.has_default && !is_primary_key_ && !column_.type.empty()) {
      constraints_.add("DEFAULT").add(value_of_type(column_.type));
    }
    column_.constraints = std::move(constraints_).text();
    return std::move(column_);
  }

 private:
  void read_type() {
    if (cursor_.next_is_one_of({"ENUM", "SET"}) && cursor_.next_is("(", 1)) {
      cursor_.take();
      static_cast<void>(cursor_.parens());
      column_.type = "TEXT";
    } else {
      SqlText type;
      while (cursor_.next_is(SqlKind::kWord) && !is_attribute()) type.add(cursor_.take().text);
      const std::size_t begin = cursor_.taken().size();
      if (!type.empty() && cursor_.parens()) type.add(sql_text(cursor_.taken().subspan(begin)), false);
      column_.type = std::move(type).text();
    }
    column_.is_text = is_text_type(column_.type);
  }

  bool is_attribute() const {
    if (cursor_.next_is("CHARACTER")) return cursor_.next_is("SET", 1);
    return cursor_.next_is_one_of({"UNSIGNED", "SIGNED", "ZEROFILL", "CHARSET", "COLLATE", "COMMENT", "ON", "AUTO_INCREMENT",
                                   "NOT", "NULL", "DEFAULT", "UNIQUE", "KEY", "PRIMARY", "REFERENCES", "CHECK", "CONSTRAINT",
                                   "GENERATED", "AS", "BINARY"}) &&
           !(cursor_.next_is("BINARY") && column_.type.empty() && cursor_.next_is("(", 1));
  }

  void read_attribute() {
    if (cursor_.accept_one_of({"UNSIGNED", "SIGNED", "ZEROFILL"})) return;
    if (cursor_.accept({"CHARACTER", "SET"}) || cursor_.accept_one_of({"CHARSET", "COMMENT"})) return skip_one();
    if (cursor_.accept("COLLATE")) return read_collation();
    if (cursor_.accept("BINARY")) return collate("BINARY");
    if (cursor_.accept("AUTO_INCREMENT")) {
      column_.is_automatic = true;
    } else if (cursor_.next_is("ON") && cursor_.next_is("UPDATE", 1) && !sql_clock_ahead(2).empty()) {
      cursor_.accept({"ON", "UPDATE"});
      cursor_.take();
      static_cast<void>(cursor_.parens());
    } else if (cursor_.accept("DEFAULT")) {
      read_default();
    } else if (cursor_.accept({"NOT", "NULL"})) {
      column_.not_null = true;
      constraints_.add("NOT NULL");
    } else if (cursor_.accept({"UNIQUE", "KEY"})) {
      constraints_.add("UNIQUE");
    } else if (cursor_.accept({"PRIMARY", "KEY"}) || cursor_.accept("KEY")) {
      is_primary_key_ = true;
      constraints_.add("PRIMARY KEY");
    } else {
      pass();
    }
  }

  void skip_one() {
    if (!cursor_.done()) cursor_.take();
  }

  // SQLite's own go on as they are; MySQL's are told apart by their ends only: utf8_bin, utf8_general_ci.
  void read_collation() {
    if (cursor_.done()) return;
    const std::string name = nmdc::fold_nick(cursor_.take().unquoted());
    if (name == "rtrim") return collate("RTRIM");
    collate(name == "binary" || name.ends_with("_bin") ? "BINARY" : "NOCASE");
  }
  void collate(std::string_view name) {
    column_.has_collation = true;
    constraints_.add("COLLATE").add(name);
  }

  std::string_view sql_clock_ahead(std::size_t ahead) const {
    return cursor_.rest().size() > ahead ? sql_clock(cursor_.rest()[ahead]) : std::string_view{};
  }

  void read_default() {
    column_.has_default = true;
    constraints_.add("DEFAULT");
    if (const std::string_view clock = sql_clock_ahead(0); !clock.empty()) {
      cursor_.take();
      static_cast<void>(cursor_.parens());
      constraints_.add("(" + std::string(clock) + ")");
    } else if (cursor_.next_is("(")) {
      pass();
    } else {
      if (cursor_.next_is_one_of({"-", "+"})) constraints_.add(cursor_.take().text);
      const bool spaced = constraints_spaced();  // before the next token is taken
      if (!cursor_.done()) constraints_.add(cursor_.take().text, spaced);
    }
  }
  // A number follows its sign.
  bool constraints_spaced() const { return cursor_.taken().empty() || !cursor_.taken().back().is_one_of({"-", "+"}); }

  // A word or what is in parentheses, as SQLite has it.
  void pass() {
    const std::size_t begin = cursor_.taken().size();
    if (const auto inside = cursor_.parens()) {
      rewrite_expressions(*inside);
    } else {
      cursor_.take();
    }
    const SqlSpan passed = cursor_.taken().subspan(begin);
    constraints_.add(sql_text(passed));
  }

  SqlCursor cursor_;
  MysqlColumn column_{};
  SqlText constraints_{};
  bool is_primary_key_ = false;
};

}  // namespace

std::string MysqlColumn::text(bool ignore_case) const {
  // The only kind that SQLite numbers by itself; it does not use a number twice.
  if (is_automatic) return name + " INTEGER PRIMARY KEY AUTOINCREMENT";
  SqlText text;
  text.add(name).add(type).add(constraints);
  if (is_text && ignore_case && !has_collation) text.add("COLLATE NOCASE");
  return std::move(text).text();
}

Result<MysqlColumn> mysql_column(SqlSpan tokens) { return ColumnReader(tokens).read(); }

std::string mysql_key_columns(SqlSpan tokens) {
  SqlText text;
  for (SqlCursor cursor(tokens); !cursor.done();) {
    const SqlToken& token = cursor.take();
    text.add(token.text, token.spaced);
    if (token.is_operand() && cursor.next_is("(") && cursor.next_is(SqlKind::kNumber, 1) && cursor.next_is(")", 2)) {
      static_cast<void>(cursor.parens());
    }
  }
  return std::move(text).text();
}

}  // namespace vhpy::embedded::store
