// One SQLite file: opened, its schema brought up to date, its statements kept prepared.
//
// Owner: the composition root; outlives the tables (Settings, Registrations, Bans). Thread: hub, after
// opening. WAL with synchronous=NORMAL: a commit is a write without an fsync, so the hub thread does not wait
// for the disk, and a power cut may lose the last commits but never damages the file.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

struct sqlite3;
struct sqlite3_stmt;

namespace vhpy::embedded::store {

class Database;

// "INSERT ... ON CONFLICT (key) DO UPDATE ..." with a parameter per column: columns that it does not name keep what they
// hold. `columns` and `key`: names separated by commas.
std::string upsert_sql(std::string_view table, std::string_view columns, std::string_view key);

// How long a statement waits for another program that is writing to the file (an administrator's sqlite3,
// say).
inline constexpr int kBusyTimeoutMs = 250;

// One use of a prepared statement; on destruction it is reset and can be used again. Not to be nested with
// itself.
class Query {
 public:
  Query(Query&& other) noexcept;
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;
  Query& operator=(Query&&) = delete;
  ~Query();

  // Binds the next parameter, in order. Text is bytes; the bytes must live until the last step().
  Query& bind(std::string_view text);
  Query& bind(std::int64_t number);

  // True: a row is there. False: no more rows, or an error (see outcome()).
  bool step();
  // Runs a statement that returns no rows.
  Outcome run();

  std::string text(int column) const;      // empty for NULL
  std::int64_t integer(int column) const;  // 0 for NULL
  // What went wrong in bind() or step(), if anything did.
  Outcome outcome() const;

 private:
  friend class Database;
  Query(Database& database, sqlite3_stmt* statement, int code);

  Database* database_;
  sqlite3_stmt* statement_;
  int next_ = 1;
  int code_;
};

class Database {
 public:
  // Opens or creates the file. Errors (kUnavailable) are one line that names the file: cannot be opened or
  // written, not a database, damaged, locked, or made by a newer version of this program.
  static Result<std::unique_ptr<Database>> open(const std::string& file);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // A statement by its text, prepared once. An error shows when it is run.
  Query query(std::string_view sql);
  // One or more statements without parameters or rows.
  Outcome execute(const char* sql);

  // True if this run created the file: the first run of a data directory.
  bool created() const noexcept { return created_; }
  std::int64_t rows_changed() const;  // by the last statement
  // Called whenever a statement is about to wait for another program that writes to the file.
  void on_wait(std::function<void()> prepare) { about_to_wait_ = std::move(prepare); }
  sqlite3* handle() noexcept { return handle_; }  // for statements that are not kept (script_sql.cpp)

 private:
  friend class Query;
  Database(sqlite3* handle, std::string file, bool created);
  Outcome prepare_schema();
  Error error(int code) const;
  static int wait(void* database, int attempts) noexcept;  // SQLite's busy handler: false = no longer

  sqlite3* handle_;
  std::string file_;
  bool created_;
  std::function<void()> about_to_wait_;
  std::map<std::string, sqlite3_stmt*, std::less<>> statements_;
};

// All or nothing: rolls back on destruction unless committed. Not nested. Thread: hub.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  // Whether it has begun; commit() says the same.
  const Outcome& begun() const noexcept { return begun_; }
  Outcome commit();

 private:
  Database& database_;
  Outcome begun_;
  bool open_;
};

}  // namespace vhpy::embedded::store
