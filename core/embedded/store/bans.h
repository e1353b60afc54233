// Who may not come in: table `banlist`, all of it in memory with an index, every change written through; and the log
// of kicks, table `kicklist`.
//
// Owner: the hub. Thread: hub. find() costs a few hash lookups, whatever the number of bans, plus one binary search
// per overlapping range. A change that cannot be written is refused (kUnavailable) and leaves the memory as it was.
// Names and encodings of columns are Verlihub's: ban_type is the number of the bit of BanType; `ip` and `nick`
// together are the key, and a ban that has no use for one of them keeps a marker like "_ipban_" there.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/constants.h"
#include "core/embedded/store/database.h"
#include "core/result.h"

namespace vhpy::embedded::store {

struct Ban {
  BanType type = kBanNickIp;        // exactly one bit; says which of the next fields count
  std::string ip;                   // kBanIp, kBanNickIp: IPv4
  std::string nick;                 // kBanNick, kBanNickIp; kBanPrefix: how the nick begins
  std::string host;                 // kBanHost1..3: the last 1..3 labels of the host name; kBanHostReverse1: the first
  std::uint32_t range_from = 0;     // kBanRange: first and last address, host byte order
  std::uint32_t range_to = 0;
  std::uint64_t share = 0;          // kBanShare: bytes, exactly
  std::int64_t date_start = 0;      // epoch seconds
  std::int64_t date_limit = 0;      // the last second at which it holds; 0 = permanent
  std::string nick_op, reason, note_op, note_usr;

  bool permanent() const noexcept { return date_limit == 0; }
  bool holds_at(std::int64_t now) const noexcept { return permanent() || now <= date_limit; }
};

// Who asks to be let in. Empty or absent: not known (yet), and not tested.
struct Candidate {
  std::string_view nick;
  std::string_view ip;
  std::optional<std::uint64_t> share;
  std::string_view host;
};

// An entry of the kick log.
struct Kick {
  std::string nick;
  std::int64_t time = 0;            // epoch seconds
  std::string ip, host;
  std::uint64_t share = 0;
  std::string op, reason;
  bool is_drop = false;
};

inline constexpr std::int64_t kKickLogSeconds = 30 * 24 * 3600;

// "a.b.c.d" as a number; nothing if it is not an IPv4 address in its usual form.
std::optional<std::uint32_t> parse_ipv4(std::string_view text);
std::string format_ipv4(std::uint32_t address);
// "a.b.c.d-e.f.g.h", "a.b.c.d..e.f.g.h" or "a.b.c.d/n" as first and last address.
std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_ipv4_range(std::string_view text);

class Bans {
 public:
  static Result<Bans> load(Database& database);

  // The ban that lasts longest among those that apply, null if none. Valid until the next change.
  const Ban* find(const Candidate& candidate, std::int64_t now) const;

  // Adds, or replaces the ban with the same target: a permanent or longer one is never shortened, its text is
  // replaced. kBadArgument if the type is not one bit or the fields it needs are missing or ill-formed.
  Outcome add(const Ban& ban);
  // Removes every ban whose nick, ip, range, host, prefix or share is `target`, as list() shows it in target_of().
  // Nick+ip bans match either. Returns those removed.
  Result<std::vector<Ban>> remove(std::string_view target);
  // Removes bans over at `now`. Returns how many.
  Result<std::size_t> purge(std::int64_t now);

  // Newest first, at most `limit`. Valid until the next change.
  std::vector<const Ban*> list(std::size_t limit = SIZE_MAX) const;
  std::size_t size() const noexcept { return bans_.size(); }

  // The kick log; entries older than kKickLogSeconds are dropped by purge().
  Outcome record_kick(const Kick& kick);
  Result<std::vector<Kick>> recent_kicks(std::string_view nick, std::size_t limit) const;  // newest first

 private:
  using Id = std::pair<std::string, std::string>;  // the key columns: ip, nick
  explicit Bans(Database& database) : database_(&database) {}

  Database* database_;
  std::map<Id, Ban> bans_;
};

// What a ban is about, for people: "nick", "1.2.3.4", "nick 1.2.3.4", "1.2.3.4-1.2.3.9", ".example.org", "1024 bytes".
std::string target_of(const Ban& ban);

}  // namespace vhpy::embedded::store
