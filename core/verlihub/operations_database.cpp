// Operation: SQL of scripts, on the hub's own connection to MySQL or MariaDB.
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace {

constexpr Hub::Integer kDefaultRows = 100;
constexpr const char* kNull = "NULL";

}  // namespace

// Blocks: the hub, as long as the database takes, as the hub's own queries do. What the database says of a statement that it
// refuses is in the hub's log. A value ends at its first NUL byte: the hub's class does not tell how long values are.
Result<SqlRows> Operations::sql(const Text& query, Integer limit) {
  if (has_nul(query)) return refuse(Refusal::kBadArgument, "the statement has a NUL byte");
  if (limit < 1) limit = kDefaultRows;
  feed_.look_again();
  nVerliHub::nMySQL::cQuery statement(server_.mMySQL);
  statement.OStream() << query;
  if (statement.Query() <= 0) {
    return refuse(Refusal::kBadArgument, "the database has refused the statement; the hub's log says why");
  }
  SqlRows answer;
  statement.StoreResult();
  if (!statement.GetResult()) return answer;
  const int columns = statement.Cols();
  for (Integer i = 0; i < limit; ++i) {
    const char* const* const row = statement.Row();
    if (row == nullptr) break;
    std::vector<std::string>& texts = answer.rows.emplace_back();
    for (int at = 0; at < columns; ++at) texts.emplace_back(row[at] == nullptr ? kNull : row[at]);
  }
  return answer;
}

}  // namespace vhpy::verlihub
