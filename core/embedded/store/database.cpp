// One SQLite file: see database.h.
#include "core/embedded/store/database.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "core/embedded/store/mysql_functions.h"
#include "core/embedded/store/schema.h"

namespace vhpy::embedded::store {
namespace {

constexpr int kBusyPauseMs = 5;  // between two looks whether the other program is done

// SQLite's own words, except where they would not tell an administrator what to do.
std::string explain(sqlite3* handle, int code) {
  switch (code & 0xFF) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return "locked by another program";
    case SQLITE_CANTOPEN:
      return "cannot be opened or created";
    case SQLITE_READONLY:
      return "not writable";
    case SQLITE_NOTADB:
      return "not a database";
    case SQLITE_CORRUPT:
      return "damaged; restore it from a copy";
    case SQLITE_FULL:
      return "disk full";
    default:
      return handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  }
}

}  // namespace

std::string upsert_sql(std::string_view table, std::string_view columns, std::string_view key) {
  std::string parameters, updates;
  for (std::string_view left = columns; !left.empty();) {
    const auto end = std::min(left.find(','), left.size());
    std::string_view name = left.substr(0, end);
    name.remove_prefix(std::min(name.find_first_not_of(' '), name.size()));
    parameters += parameters.empty() ? "?" : ",?";
    updates += (updates.empty() ? "" : ", ") + std::string(name) + " = excluded." + std::string(name);
    left.remove_prefix(std::min(end + 1, left.size()));
  }
  return "INSERT INTO " + std::string(table) + " (" + std::string(columns) + ") VALUES (" + parameters +
         ") ON CONFLICT (" + std::string(key) + ") DO UPDATE SET " + updates;
}

// --- Query ---

Query::Query(Database& database, sqlite3_stmt* statement, int code)
    : database_(&database), statement_(statement), code_(code) {}

Query::Query(Query&& other) noexcept
    : database_(other.database_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_(other.next_),
      code_(other.code_) {}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(std::string_view value) {
  if (code_ != SQLITE_OK) return *this;
  // An empty view may have no address, which SQLite would take for NULL.
  const char* data = value.empty() ? "" : value.data();
  code_ = sqlite3_bind_text64(statement_, next_++, data, value.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Query& Query::bind(std::int64_t number) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, next_++, number);
  return *this;
}

bool Query::step() {
  if (code_ != SQLITE_OK) return false;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) code_ = code;
  return false;
}

Outcome Query::run() {
  while (step()) {
  }
  return outcome();
}

std::string Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (data == nullptr) return {};
  return std::string(data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

Outcome Query::outcome() const {
  if (code_ == SQLITE_OK) return Done{};
  return database_->error(code_);
}

// --- Database ---

Database::Database(sqlite3* handle, std::string file, bool created)
    : handle_(handle), file_(std::move(file)), created_(created) {}

Database::~Database() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  sqlite3_close_v2(handle_);
}

Result<std::unique_ptr<Database>> Database::open(const std::string& file) {
  sqlite3* handle = nullptr;
  // NOMUTEX: one thread at a time, by contract.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(file.c_str(), &handle, flags, nullptr);
  std::unique_ptr<Database> database(new Database(handle, file, false));
  if (code != SQLITE_OK) return database->error(code);
  sqlite3_busy_handler(handle, wait, database.get());
  // SQLite opens a file without write permission for reading only, and says nothing.
  if (sqlite3_db_readonly(handle, "main") == 1) return database->error(SQLITE_READONLY);
  if (auto done = database->execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"); !done.ok()) {
    return done.error();
  }
  if (!register_mysql_functions(handle)) return database->error(SQLITE_NOMEM);
  if (auto done = database->prepare_schema(); !done.ok()) return done.error();
  return database;
}

int Database::wait(void* database, int attempts) noexcept {
  if (attempts * kBusyPauseMs >= kBusyTimeoutMs) return 0;
  const auto& prepare = static_cast<Database*>(database)->about_to_wait_;
  if (prepare) prepare();
  sqlite3_sleep(kBusyPauseMs);
  return 1;
}

Outcome Database::prepare_schema() {
  const auto steps = schema_steps();
  std::int64_t version = 0;
  {
    Query query = this->query("PRAGMA user_version");
    if (query.step()) version = query.integer(0);
    if (auto done = query.outcome(); !done.ok()) return done;
  }
  const auto newest = static_cast<std::int64_t>(steps.size());
  if (version < 0 || version > newest) {
    return refuse(Refusal::kUnavailable, file_ + ": made by a newer version of this program (schema " +
                                             std::to_string(version) + ", this one knows up to " +
                                             std::to_string(newest) + ")");
  }
  if (version == newest) return Done{};
  created_ = version == 0;
  Transaction transaction(*this);
  for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
    if (auto done = execute(steps[step]); !done.ok()) return done;
  }
  const std::string mark = "PRAGMA user_version = " + std::to_string(newest);
  if (auto done = execute(mark.c_str()); !done.ok()) return done;
  return transaction.commit();
}

Query Database::query(std::string_view sql) {
  const auto known = statements_.find(sql);
  if (known != statements_.end()) return Query(*this, known->second, SQLITE_OK);
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(handle_, sql.data(), static_cast<int>(sql.size()),
                                      SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) statements_.emplace(std::string(sql), statement);
  return Query(*this, statement, code);
}

Outcome Database::execute(const char* sql) {
  const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return error(code);
  return Done{};
}

std::int64_t Database::rows_changed() const {
  return sqlite3_changes64(handle_);
}

Error Database::error(int code) const {
  return refuse(Refusal::kUnavailable, file_ + ": " + explain(handle_, code));
}

// --- Transaction ---

Transaction::Transaction(Database& database)
    : database_(database), begun_(database.execute("BEGIN IMMEDIATE")), open_(begun_.ok()) {}

Transaction::~Transaction() {
  if (open_)
    static_cast<void>(database_.execute("ROLLBACK"));  // nothing more can be done; SQLite has undone it
}

Outcome Transaction::commit() {
  if (!open_) return begun_;
  auto done = database_.execute("COMMIT");
  if (done.ok()) open_ = false;
  return done;
}

}  // namespace vhpy::embedded::store
