// CREATE TABLE of MySQL's dialect: see mysql_tables.h.
#include "core/embedded/store/mysql_tables.h"

#include <algorithm>
#include <vector>

#include "core/embedded/store/mysql_expressions.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

// KEY name (columns), which is no column called key: in key VARCHAR (10) a number is in the parentheses.
bool is_plain_key(SqlCursor item) {
  const bool special = item.accept_one_of({"FULLTEXT", "SPATIAL"});
  if (!item.accept_one_of({"KEY", "INDEX"}) && !special) return false;
  if (!item.next_is("(") && item.next_names()) item.take();
  if (item.accept("USING") && !item.done()) item.take();
  return item.next_is("(") && !item.next_is(SqlKind::kNumber, 1);
}

struct TableOptions {
  std::string kept{};  // WITHOUT ROWID, STRICT
  bool ignore_case = true;
};

// What stands behind the columns.
Result<TableOptions> read_options(SqlCursor cursor) {
  TableOptions options;
  const auto keep = [&](std::string_view option) { options.kept += (options.kept.empty() ? " " : ", ") + std::string(option); };
  while (!cursor.done()) {
    if (cursor.accept(",") || cursor.accept("DEFAULT")) continue;
    if (cursor.accept({"WITHOUT", "ROWID"})) {
      keep("WITHOUT ROWID");
    } else if (cursor.accept("STRICT")) {
      keep("STRICT");
    } else if (cursor.next_is("COLLATE") || cursor.next_is("CHARSET") || cursor.accept({"CHARACTER", "SET"}) ||
               cursor.next_is_one_of({"ENGINE", "TYPE", "AUTO_INCREMENT", "COMMENT", "ROW_FORMAT", "MAX_ROWS", "MIN_ROWS",
                                      "AVG_ROW_LENGTH", "PACK_KEYS", "CHECKSUM", "DELAY_KEY_WRITE", "KEY_BLOCK_SIZE",
                                      "STATS_PERSISTENT", "STATS_AUTO_RECALC", "STATS_SAMPLE_PAGES", "PAGE_CHECKSUM",
                                      "TRANSACTIONAL"})) {
      const bool collation = cursor.next_is("COLLATE");
      if (!cursor.taken().back().is("SET")) cursor.take();
      cursor.accept("=");
      if (cursor.done()) return refuse(Refusal::kBadArgument, "an option of a table has a value");
      if (collation) options.ignore_case = !nmdc::fold_nick(cursor.take().unquoted()).ends_with("_bin");
      else cursor.take();
    } else {
      return refuse(Refusal::kBadArgument, "what stands behind the columns of CREATE TABLE is no option that is known: " +
                                               cursor.take().text);
    }
  }
  return options;
}

class TableReader {
 public:
  explicit TableReader(SqlSpan items) : items_(split_at_commas(items)) {}

  Result<std::string> read(const TableOptions& options) {
    for (const SqlSpan item : items_) {
      if (item.empty()) return refuse(Refusal::kBadArgument, "between two commas of CREATE TABLE is nothing");
      if (is_plain_key(SqlCursor(item))) continue;
      if (auto done = read_item(SqlCursor(item)); !done) return done.error();
    }
    std::string text;
    const auto append = [&](const std::string& item) { text += (text.empty() ? "" : ", ") + item; };
    for (const MysqlColumn& column : columns_) append(column.text(options.ignore_case));
    if (const std::string key = primary_key(); !key.empty()) append(key);
    for (const std::string& constraint : constraints_) append(constraint);
    return text;
  }

 private:
  Outcome read_item(SqlCursor item) {
    if (item.accept("CONSTRAINT")) {
      if (!item.next_is_one_of({"PRIMARY", "UNIQUE", "FOREIGN", "CHECK"}) && !item.done()) item.take();
    }
    if (item.accept({"PRIMARY", "KEY"})) {
      auto key = read_key(item);
      if (!key) return key.error();
      primary_key_ = std::move(key).value();
      return Done{};
    }
    if (item.accept("UNIQUE")) {
      item.accept_one_of({"KEY", "INDEX"});
      auto key = read_key(item);
      if (!key) return key.error();
      constraints_.push_back("UNIQUE " + key.value().text);
      return Done{};
    }
    if (item.next_is("FOREIGN")) return read_foreign_key(item);
    if (item.next_is("CHECK")) {
      rewrite_expressions(item.rest());
      constraints_.push_back(sql_text(item.rest()));
      return Done{};
    }
    auto column = mysql_column(item.rest());
    if (!column) return column.error();
    columns_.push_back(std::move(column).value());
    return Done{};
  }

  struct Key {
    std::string text;    // (columns), and SQLite's ON CONFLICT
    std::string column;  // if it is one only
  };

  // [name] [USING BTREE] (columns) and what SQLite has no use for.
  static Result<Key> read_key(SqlCursor item) {
    if (!item.next_is("USING") && item.next_names()) item.take();
    if (item.accept("USING") && !item.done()) item.take();
    const auto columns = item.parens();
    if (!columns || columns->empty()) return refuse(Refusal::kBadArgument, "a key has columns in parentheses");
    std::string text = "(" + mysql_key_columns(*columns) + ")";
    if (item.next_is("ON")) text += " " + sql_text(item.rest());
    return Key{std::move(text), columns->size() == 1 ? nmdc::fold_nick(columns->front().unquoted()) : ""};
  }

  Outcome read_foreign_key(SqlCursor item) {
    item.accept({"FOREIGN", "KEY"});
    if (!item.next_is("(") && item.next_names()) item.take();
    constraints_.push_back("FOREIGN KEY " + sql_text(item.rest()));
    return Done{};
  }

  // The column that numbers itself has to be the primary key; whatever else was to be one is unique then.
  std::string primary_key() const {
    if (primary_key_.text.empty()) return {};
    const auto automatic = std::find_if(columns_.begin(), columns_.end(), [](const auto& column) { return column.is_automatic; });
    if (automatic == columns_.end()) return "PRIMARY KEY " + primary_key_.text;
    return automatic->folded_name == primary_key_.column ? "" : "UNIQUE " + primary_key_.text;
  }

  std::vector<SqlSpan> items_;
  std::vector<MysqlColumn> columns_{};
  std::vector<std::string> constraints_{};
  Key primary_key_{};
};

}  // namespace

Result<std::string> create_table(SqlSpan statement) {
  SqlCursor cursor(statement);
  while (!cursor.done() && !cursor.next_is("(") && !cursor.next_is_one_of({"AS", "LIKE", "SELECT"})) cursor.take();
  if (cursor.next_is("LIKE")) return refuse(Refusal::kBadArgument, "CREATE TABLE ... LIKE is not possible: name the columns");
  if (!cursor.next_is("(")) {
    rewrite_expressions(statement);
    return sql_text(statement);
  }
  const std::string head = sql_text(cursor.taken());
  const SqlSpan items = *cursor.parens();
  auto options = read_options(SqlCursor(cursor));
  if (!options) return options.error();
  auto columns = TableReader(items).read(options.value());
  if (!columns) return columns.error();
  return head + " (" + columns.value() + ")" + options.value().kept;
}

}  // namespace vhpy::embedded::store
