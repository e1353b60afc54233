// Who may not come in: table `banlist`, all of it in memory with an index, every change written through; and
// the log of kicks, table `kicklist`.
//
// Owner: the hub. Thread: hub. find() costs some tens of hash lookups, whatever the number of bans, plus a
// walk over ranges that may overlap (see ban_index.h). A change that cannot be written is refused
// (kUnavailable) and leaves the memory as it was. Names and encodings of columns are Verlihub's: ban_type is
// the number of the bit of BanType; `ip` and `nick` together are the key, and a ban that has no use for one
// of them keeps a marker like "_ipban_" there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/embedded/store/ban.h"
#include "core/embedded/store/ban_index.h"
#include "core/embedded/store/database.h"
#include "core/result.h"

namespace vhpy::embedded::store {

// More are refused: a bound on memory. A ban takes about 500 bytes.
inline constexpr std::size_t kMaxBans = 200'000;

class Bans {
 public:
  static Result<Bans> load(Database& database);

  // The ban that lasts longest among those that apply, null if none. Valid until the next change.
  const Ban* find(const Candidate& candidate, std::int64_t now) const;

  // Adds, or replaces the ban with the same target: a permanent or longer one is never shortened, its text is
  // replaced. kBadArgument if the type is not one bit or the fields it needs are missing or ill-formed.
  Outcome add(const Ban& ban);
  // Removes every ban whose nick, ip, range, host, prefix or share is `target`, as list() shows it in
  // target_of(). Nick+ip bans match either. Returns those removed.
  Result<std::vector<Ban>> remove(std::string_view target);
  // Removes those that `which` is true for. Returns how many.
  Result<std::size_t> remove_if(const std::function<bool(const Ban&)>& which);
  // The columns ip and nick of a row.
  using Key = std::pair<std::string, std::string>;
  // What became of rows that somebody else has changed in the file; nothing: only reading all of it anew would tell.
  struct Change {
    Key id;
    std::optional<Ban> ban;  // absent: the row is gone
  };
  using Changes = std::vector<Change>;
  // Reads these rows, but changes nothing yet. kBadArgument: one of them would be no ban, or there would be too many.
  Result<std::optional<Changes>> reread(const std::vector<Key>& rows) const;
  void apply(Changes changes);

  // Removes bans over at `now`. Returns how many.
  Result<std::size_t> purge(std::int64_t now);

  // Newest first, at most `limit`. Valid until the next change.
  std::vector<const Ban*> list(std::size_t limit = SIZE_MAX) const;
  std::size_t size() const noexcept { return bans_.size(); }
  std::size_t unread() const noexcept { return unread_; }  // rows that were no bans when it was loaded

  // The kick log; entries older than kKickLogSeconds are dropped by purge().
  Outcome record_kick(const Kick& kick);
  Result<std::vector<Kick>> recent_kicks(std::string_view nick, std::size_t limit) const;  // newest first

 private:
  using Id = std::pair<std::string, std::string>;  // the key columns ip and nick, the nick folded
  explicit Bans(Database& database) : database_(&database) {}
  void keep(Id id, Ban ban);
  Result<std::vector<Ban>> take(const std::function<bool(const Ban&)>& which);  // removes and returns them
  Outcome write(const Ban& ban);
  Outcome erase(const Ban& ban);
  Outcome forget_kicks(std::int64_t before);

  Database* database_;
  std::map<Id, Ban> bans_;  // nodes stay where they are: the index points at them
  BanIndex index_;
  std::size_t unread_ = 0;
};

}  // namespace vhpy::embedded::store
