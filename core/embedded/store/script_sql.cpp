#include "core/embedded/store/script_sql.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "core/embedded/store/mysql_dialect.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

struct Finalize {
  void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
};
using Statement = std::unique_ptr<sqlite3_stmt, Finalize>;

constexpr std::array<std::string_view, 4> kHubTables{"reglist", "banlist", "kicklist", "setuplist"};

bool is_hub_table(const char* name) {
  const std::string folded = nmdc::fold_nick(name == nullptr ? "" : name);
  return std::find(kHubTables.begin(), kHubTables.end(), folded) != kHubTables.end();
}

// What the statement under preparation does; filled by SQLite's authorizer.
struct Verdict {
  TouchedTables& touched;
  std::string refused{};

  void touch(const char* table) {
    const std::string folded = nmdc::fold_nick(table == nullptr ? "" : table);
    touched.accounts = touched.accounts || folded == "reglist";
    touched.bans = touched.bans || folded == "banlist";
    touched.settings = touched.settings || folded == "setuplist";
  }
  int refuse_it(std::string why) {
    refused = std::move(why);
    return SQLITE_DENY;
  }
};

// `first` and `second` are what SQLite says of the action: names of tables, indices, databases.
int authorize(void* data, int action, const char* first, const char* second, const char*, const char*) {
  Verdict& verdict = *static_cast<Verdict*>(data);
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_READ:
    case SQLITE_FUNCTION:
    case SQLITE_RECURSIVE:
    case SQLITE_REINDEX:  // a part of CREATE INDEX
      return SQLITE_OK;
    case SQLITE_INSERT:
    case SQLITE_UPDATE:
    case SQLITE_DELETE:
      verdict.touch(first);
      return SQLITE_OK;
    case SQLITE_CREATE_TABLE:
    case SQLITE_CREATE_TEMP_TABLE:  // one of the hub's names would hide the hub's table from the hub
    case SQLITE_CREATE_VIEW:
    case SQLITE_CREATE_TEMP_VIEW:
    case SQLITE_DROP_TABLE:
    case SQLITE_DROP_TEMP_TABLE:
    case SQLITE_DROP_VIEW:
    case SQLITE_DROP_TEMP_VIEW:
      return is_hub_table(first) ? verdict.refuse_it("the tables of the hub stay as they are") : SQLITE_OK;
    case SQLITE_ALTER_TABLE:
    case SQLITE_CREATE_INDEX:
    case SQLITE_CREATE_TEMP_INDEX:
    case SQLITE_DROP_INDEX:
    case SQLITE_DROP_TEMP_INDEX:
      return is_hub_table(second) ? verdict.refuse_it("the tables of the hub stay as they are") : SQLITE_OK;
    default:
      return verdict.refuse_it("statements of this kind are not for scripts (transactions, PRAGMA, ATTACH, triggers)");
  }
}

// A statement within bounds: ends it when its time is up, and keeps values small.
class Bounds {
 public:
  Bounds(sqlite3* handle, std::chrono::milliseconds time)
      : handle_(handle),
        until_(std::chrono::steady_clock::now() + time),
        value_bytes_(sqlite3_limit(handle, SQLITE_LIMIT_LENGTH, ScriptSql::kMaxValueBytes)),
        pattern_bytes_(sqlite3_limit(handle, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, kMaxPatternBytes)) {
    sqlite3_progress_handler(handle, kStepsBetweenLooks, is_up, this);
  }
  ~Bounds() {
    sqlite3_progress_handler(handle_, 0, nullptr, nullptr);
    sqlite3_limit(handle_, SQLITE_LIMIT_LENGTH, value_bytes_);
    sqlite3_limit(handle_, SQLITE_LIMIT_LIKE_PATTERN_LENGTH, pattern_bytes_);
  }
  Bounds(const Bounds&) = delete;
  Bounds& operator=(const Bounds&) = delete;

 private:
  static constexpr int kStepsBetweenLooks = 2'000;
  static constexpr int kMaxPatternBytes = 1'024;  // LIKE costs up to its length times that of the text
  static int is_up(void* self) { return std::chrono::steady_clock::now() >= static_cast<Bounds*>(self)->until_ ? 1 : 0; }

  sqlite3* handle_;
  std::chrono::steady_clock::time_point until_;
  int value_bytes_, pattern_bytes_;
};

Error why_not(sqlite3* handle, int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_FULL:
    case SQLITE_IOERR:
    case SQLITE_READONLY:
    case SQLITE_CORRUPT:
      return refuse(Refusal::kUnavailable, sqlite3_errmsg(handle));
    default:
      return refuse(Refusal::kBadArgument, sqlite3_errmsg(handle));
  }
}

// Nothing but spaces, comments and semicolons.
bool is_empty(sqlite3* handle, const char* rest, const char* end) {
  while (rest != end) {
    sqlite3_stmt* made = nullptr;
    const char* after = nullptr;
    const int code = sqlite3_prepare_v3(handle, rest, static_cast<int>(end - rest), 0, &made, &after);
    const Statement owned(made);
    if (code != SQLITE_OK || made != nullptr) return false;
    if (after == nullptr || after <= rest) return true;
    rest = after;
  }
  return true;
}

// Notes which bans change, while it lives. To be made before the statement is: SQLite would empty a table without a look at
// its rows otherwise.
class BanWatch {
 public:
  BanWatch(sqlite3* handle, TouchedTables& touched) : handle_(handle) {
    sqlite3_preupdate_hook(handle, note, &touched);
  }
  ~BanWatch() { sqlite3_preupdate_hook(handle_, nullptr, nullptr); }
  BanWatch(const BanWatch&) = delete;
  BanWatch& operator=(const BanWatch&) = delete;

 private:
  using Value = int (*)(sqlite3*, int, sqlite3_value**);

  static std::string text(sqlite3* handle, Value value, int column) {
    sqlite3_value* found = nullptr;
    if (value(handle, column, &found) != SQLITE_OK || found == nullptr) return {};
    const auto* const bytes = reinterpret_cast<const char*>(sqlite3_value_text(found));
    return bytes == nullptr ? std::string{} : std::string(bytes, static_cast<std::size_t>(sqlite3_value_bytes(found)));
  }
  static void note(void* into, sqlite3* handle, int action, const char*, const char* table, sqlite3_int64, sqlite3_int64) {
    if (nmdc::fold_nick(table) != "banlist") return;
    auto& touched = *static_cast<TouchedTables*>(into);
    touched.too_many_bans = touched.too_many_bans || touched.ban_rows.size() >= ScriptSql::kMaxNamedBans;
    if (touched.too_many_bans) return;
    const auto keep = [&](Value value) { touched.ban_rows.emplace_back(text(handle, value, 0), text(handle, value, 1)); };
    if (action != SQLITE_INSERT) keep(sqlite3_preupdate_old);
    if (action != SQLITE_DELETE) keep(sqlite3_preupdate_new);
  }

  sqlite3* handle_;
};

Result<Statement> prepare(sqlite3* handle, const std::string& query, TouchedTables& touched) {
  Verdict verdict{touched};
  sqlite3_stmt* made = nullptr;
  const char* rest = nullptr;
  const char* const end = query.data() + query.size();
  sqlite3_set_authorizer(handle, authorize, &verdict);
  const int code = sqlite3_prepare_v3(handle, query.data(), static_cast<int>(query.size()), 0, &made, &rest);
  sqlite3_set_authorizer(handle, nullptr, nullptr);
  Statement prepared(made);
  if (!verdict.refused.empty()) return refuse(Refusal::kNotPermitted, verdict.refused);
  if (code != SQLITE_OK) return why_not(handle, code);
  if (!prepared) return refuse(Refusal::kBadArgument, "expected an SQL statement");
  if (!is_empty(handle, rest, end)) return refuse(Refusal::kBadArgument, "one statement only");
  return prepared;
}

std::string cell(sqlite3_stmt* statement, int column) {
  if (sqlite3_column_type(statement, column) == SQLITE_NULL) return "NULL";
  const auto* const text = reinterpret_cast<const char*>(sqlite3_column_text(statement, column));
  if (text == nullptr) return {};
  return std::string(text, static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
}

}  // namespace

Result<SqlRows> ScriptSql::run(const std::string& query, std::int64_t limit, const Check& check) {
  if (query.size() > kMaxQueryBytes) {
    return refuse(Refusal::kBadArgument, "a statement has at most " + std::to_string(kMaxQueryBytes) + " bytes");
  }
  auto translated = from_mysql(query);
  if (!translated) return translated.error();
  TouchedTables touched;
  const auto rows = static_cast<std::size_t>(limit < 1 ? kDefaultRows : std::min(limit, kMaxRows));
  return run_watched(translated.value(), rows, touched, check);
}

Result<SqlRows> ScriptSql::run_watched(const std::string& query, std::size_t limit, TouchedTables& touched,
                                       const Check& check) {
  const BanWatch watch(database_.handle(), touched);
  auto prepared = prepare(database_.handle(), query, touched);
  if (!prepared) return prepared.error();
  const Statement statement = std::move(prepared).value();
  if (sqlite3_stmt_readonly(statement.get()) != 0) return step_through(statement.get(), limit);
  return run_in_transaction(statement.get(), limit, touched, check);
}

Result<SqlRows> ScriptSql::run_in_transaction(sqlite3_stmt* statement, std::size_t limit, const TouchedTables& touched,
                                              const Check& check) {
  Transaction transaction(database_);
  if (!transaction.begun()) return transaction.begun().error();
  auto rows = step_through(statement, limit);
  sqlite3_reset(statement);
  if (!rows) return rows;
  if (touched.any()) {
    if (auto fits = check(touched); !fits) return fits.error();
  }
  if (auto done = transaction.commit(); !done) return done.error();
  return rows;
}

Result<SqlRows> ScriptSql::step_through(sqlite3_stmt* statement, std::size_t limit) {
  const Bounds bounds(database_.handle(), max_time_);
  SqlRows answer;
  std::size_t bytes = 0;
  const int columns = sqlite3_column_count(statement);
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW && answer.rows.size() < limit; code = sqlite3_step(statement)) {
    auto& row = answer.rows.emplace_back();
    for (int column = 0; column < columns; ++column) bytes += row.emplace_back(cell(statement, column)).size();
    if (bytes > kMaxAnswerBytes) {
      return refuse(Refusal::kUnavailable, "the answer has more than " + std::to_string(kMaxAnswerBytes) + " bytes");
    }
  }
  if (code == SQLITE_ROW && sqlite3_stmt_readonly(statement) == 0) {
    while (code == SQLITE_ROW) code = sqlite3_step(statement);  // RETURNING: all is done, whatever is returned
  }
  if (code == SQLITE_INTERRUPT) {
    return refuse(Refusal::kUnavailable, "took longer than " + std::to_string(max_time_.count()) + " ms and was undone");
  }
  if (code != SQLITE_ROW && code != SQLITE_DONE) return why_not(database_.handle(), code);
  return answer;
}

}  // namespace vhpy::embedded::store
