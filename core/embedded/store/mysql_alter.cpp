// ALTER TABLE of MySQL's dialect: see mysql_tables.h. SQLite adds, drops and renames; what a column's type says it takes for
// granted, so a change of that is nothing to do.
#include <optional>

#include "core/embedded/store/mysql_tables.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

bool same_name(const SqlToken& a, const SqlToken& b) { return nmdc::same_nick(a.unquoted(), b.unquoted()); }

class AlterReader {
 public:
  explicit AlterReader(SqlSpan table) : table_(table) {}

  // One action; what SQLite has to do is kept.
  Outcome read(SqlCursor action) {
    if (action.accept("ADD")) return add(action);
    if (action.accept("DROP")) return drop(action);
    if (action.accept("CHANGE")) return change(action);
    if (action.accept("RENAME")) return rename(action);
    if (action.accept("MODIFY")) {
      action.accept("COLUMN");
      if (!action.next_names()) return refuse(Refusal::kBadArgument, "MODIFY has the name of a column");
      unchanged_.push_back(action.take().text);
      return Done{};
    }
    if (action.next_is_one_of({"ENGINE", "TYPE", "DEFAULT", "CHARACTER", "CHARSET", "COLLATE", "CONVERT", "COMMENT", "ORDER",
                               "AUTO_INCREMENT", "ROW_FORMAT", "ENABLE", "DISABLE"})) {
      return Done{};
    }
    return refuse(Refusal::kBadArgument, "ALTER TABLE: expected ADD, DROP, CHANGE, MODIFY or RENAME" +
                                             (action.done() ? "" : ", not " + action.take().text));
  }

  // SQLite does one action at a time.
  Result<std::string> statement() {
    if (actions_ > 1) {
      return refuse(Refusal::kBadArgument, "ALTER TABLE changes one thing per statement here: give " + std::to_string(actions_) +
                                               " statements");
    }
    if (actions_ == 1) return statement_;
    SqlText nothing;  // an answer without rows, or a refusal if there is no such table or column
    nothing.add("SELECT 1");
    for (const std::string& column : unchanged_) nothing.add(",", false).add(column);
    nothing.add("FROM " + sql_text(table_) + " WHERE 0");
    return std::move(nothing).text();
  }

 private:
  Outcome act(std::string text) {
    statement_ = std::move(text);
    ++actions_;
    return Done{};
  }
  Outcome alter(const std::string& what) { return act("ALTER TABLE " + sql_text(table_) + " " + what); }

  Outcome add(SqlCursor action) {
    const bool unique = action.accept("UNIQUE");
    if (action.accept_one_of({"FULLTEXT", "SPATIAL"})) action.accept_one_of({"INDEX", "KEY"});
    else if (!action.accept_one_of({"INDEX", "KEY"}) && !unique) return add_column(action);
    return add_index(action, unique);
  }

  Outcome add_index(SqlCursor action, bool unique) {
    std::optional<std::string> name;
    if (!action.next_is("USING") && action.next_names()) name = action.take().text;
    if (action.accept("USING") && !action.done()) action.take();
    const auto columns = action.parens();
    if (!columns || columns->empty()) return refuse(Refusal::kBadArgument, "an index has columns in parentheses");
    if (!name) name = sql_string(table_.back().unquoted() + "_" + columns->front().unquoted());
    return act(std::string(unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ") + *name + " ON " + sql_text(table_) + " (" +
               mysql_key_columns(*columns) + ")");
  }

  Outcome add_column(SqlCursor action) {
    if (action.next_is_one_of({"PRIMARY", "CONSTRAINT", "FOREIGN", "CHECK"})) {
      return refuse(Refusal::kBadArgument, "ALTER TABLE cannot add a " + action.take().text +
                                               " here: say it in CREATE TABLE, or add a UNIQUE key");
    }
    action.accept("COLUMN");
    if (action.next_is("IF")) return refuse(Refusal::kBadArgument, "ADD COLUMN IF NOT EXISTS is not possible: ask SHOW COLUMNS");
    SqlSpan definition = action.rest();
    if (const auto inside = action.parens()) {
      const auto columns = split_at_commas(*inside);
      for (const SqlSpan column : columns) {
        if (auto done = add_one_column(column); !done) return done;
      }
      return Done{};
    }
    const std::size_t size = definition.size();
    if (size > 3 && definition[size - 2].is("AFTER")) definition = definition.first(size - 2);
    if (size > 2 && definition.back().is("FIRST")) definition = definition.first(size - 1);
    return add_one_column(definition);
  }

  Outcome add_one_column(SqlSpan definition) {
    auto read = mysql_column(definition);
    if (!read) return read.error();
    return alter("ADD COLUMN " + read.value().text(true));
  }

  Outcome drop(SqlCursor action) {
    if (action.next_is_one_of({"INDEX", "KEY"}) && action.next_names(1)) {
      action.take();
      return act("DROP INDEX " + action.take().text);
    }
    if (action.next_is_one_of({"PRIMARY", "CONSTRAINT", "FOREIGN", "CHECK"})) {
      return refuse(Refusal::kBadArgument, "ALTER TABLE cannot drop a " + action.take().text + " here");
    }
    action.accept("COLUMN");
    return alter("DROP COLUMN " + sql_text(action.rest()));
  }

  Outcome change(SqlCursor action) {
    action.accept("COLUMN");
    if (!action.next_names() || !action.next_names(1)) {
      return refuse(Refusal::kBadArgument, "CHANGE has two names of a column and a type");
    }
    const SqlToken from = action.take(), to = action.take();
    if (!same_name(from, to)) return alter("RENAME COLUMN " + from.text + " TO " + to.text);
    unchanged_.push_back(from.text);
    return Done{};
  }

  Outcome rename(SqlCursor action) {
    if (action.next_is("COLUMN") && action.next_names(1)) return alter("RENAME " + sql_text(action.rest()));
    if (action.next_is_one_of({"INDEX", "KEY"})) return refuse(Refusal::kBadArgument, "an index cannot be renamed: drop it and add it");
    action.accept_one_of({"TO", "AS"});
    return alter("RENAME TO " + sql_text(action.rest()));
  }

  SqlSpan table_;
  std::string statement_{};
  std::size_t actions_ = 0;
  std::vector<std::string> unchanged_{};
};

}  // namespace

Result<std::string> alter_table(SqlSpan statement) {
  SqlCursor cursor(statement);
  cursor.take();  // ALTER
  cursor.accept("IGNORE");
  cursor.accept("TABLE");
  const std::size_t begin = cursor.taken().size();
  if (cursor.next_names()) cursor.take();
  if (cursor.accept(".") && !cursor.done()) cursor.take();
  const SqlSpan table = cursor.taken().subspan(begin);
  if (table.empty() || cursor.done()) return refuse(Refusal::kBadArgument, "ALTER TABLE has the name of a table and what to do");
  AlterReader reader(table);
  for (const SqlSpan action : split_at_commas(cursor.rest())) {
    if (auto done = reader.read(SqlCursor(action)); !done) return done.error();
  }
  return reader.statement();
}

}  // namespace vhpy::embedded::store
