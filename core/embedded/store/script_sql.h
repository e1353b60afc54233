// SQL statements of scripts, on the hub's file: one at a time, bounded in time and size, kept away from what the hub
// itself needs.
//
// Refused are: several statements, transactions, PRAGMA, ATTACH, triggers, virtual tables, and changes of the schema of the
// hub's own tables. Rows of those may be changed; what the caller does with that comes before the commit.
//
// Thread: hub. Blocks: max_time for the statement, then for the commit as any change does, and up to kBusyTimeoutMs for
// another program that writes.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/answers.h"
#include "core/embedded/store/database.h"
#include "core/result.h"

namespace vhpy::embedded::store {

// Which of the tables that the hub keeps in memory a statement may have changed.
struct TouchedTables {
  bool settings = false, accounts = false, bans = false;
  std::vector<std::pair<std::string, std::string>> ban_rows{};  // ip and nick of the bans, before and after
  bool too_many_bans = false;                                   // not all of them are named
  bool any() const noexcept { return settings || accounts || bans; }
};

class ScriptSql {
 public:
  static constexpr std::chrono::milliseconds kMaxTime{200};
  static constexpr std::size_t kMaxQueryBytes = 64 * 1024;
  static constexpr std::int64_t kDefaultRows = 100;
  static constexpr std::int64_t kMaxRows = 10'000;
  static constexpr std::size_t kMaxAnswerBytes = 8 * 1024 * 1024;
  static constexpr std::size_t kMaxNamedBans = 5'000;
  static constexpr int kMaxValueBytes = 1024 * 1024;

  // Called inside the transaction of a statement that touches such tables; a refusal undoes the statement.
  using Check = std::function<Outcome(const TouchedTables&)>;

  explicit ScriptSql(Database& database, std::chrono::milliseconds max_time = kMaxTime)
      : database_(database), max_time_(max_time) {}

  // limit: rows of the answer; below 1 is kDefaultRows, above kMaxRows is kMaxRows. A statement that changes something is
  // all or nothing. kBadArgument: no statement, or one that SQLite does not accept; kNotPermitted: of a kind that is refused
  // (see above); kUnavailable: too slow, too large, or the file cannot be written.
  Result<SqlRows> run(const std::string& query, std::int64_t limit, const Check& check);

 private:
  Result<SqlRows> run_watched(const std::string& query, std::size_t limit, TouchedTables& touched, const Check& check);
  Result<SqlRows> run_in_transaction(sqlite3_stmt* statement, std::size_t limit, const TouchedTables& touched,
                                     const Check& check);
  Result<SqlRows> step_through(sqlite3_stmt* statement, std::size_t limit);

  Database& database_;
  const std::chrono::milliseconds max_time_;
};

}  // namespace vhpy::embedded::store
