// Who may not come in: see bans.h.
#include "core/embedded/store/bans.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <limits>

#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

constexpr std::string_view kColumns =
    "ip, nick, ban_type, host, range_fr, range_to, date_start, date_limit, nick_op, reason, note_op, "
    "note_usr, "
    "share_size";

// What stands in a key column that a ban of this type has no use for.
constexpr const char* marker(BanType type) noexcept {
  switch (type) {
    case kBanIp:
      return "_ipban_";
    case kBanNick:
      return "_nickban_";
    case kBanRange:
      return "_rangeban_";
    case kBanHost1:
      return "_host1ban_";
    case kBanHost2:
      return "_host2ban_";
    case kBanHost3:
      return "_host3ban_";
    case kBanHostReverse1:
      return "_hostr1ban_";
    case kBanShare:
      return "_shareban_";
    case kBanPrefix:
      return "_prefixban_";
    case kBanNickIp:
      break;
  }
  return "";
}

// The columns ip and nick of a ban that is well formed.
std::pair<std::string, std::string> key_columns(const Ban& ban) {
  switch (ban.type) {
    case kBanNickIp:
      return {ban.ip, ban.nick};
    case kBanIp:
      return {ban.ip, marker(ban.type)};
    case kBanNick:
    case kBanPrefix:
      return {marker(ban.type), ban.nick};
    case kBanRange:
      return {target_of(ban), marker(ban.type)};
    case kBanShare:
      return {std::to_string(ban.share), marker(ban.type)};
    case kBanHost1:
    case kBanHost2:
    case kBanHost3:
    case kBanHostReverse1:
      return {marker(ban.type), ban.host};
  }
  return {};
}

bool type_known(int bits) noexcept {
  return bits >= kBanNickIp && bits <= kBanHostReverse1 && std::has_single_bit(static_cast<unsigned>(bits));
}

// Fills in what follows from other fields; the error says what is missing.
Outcome complete(Ban& ban) {
  const auto bad = [](std::string what) { return refuse(Refusal::kBadArgument, std::move(what)); };
  if (!type_known(ban.type))
    return bad("ban type " + std::to_string(ban.type) + ", expected one bit up to 512");
  const bool needs_ip = ban.type == kBanIp || ban.type == kBanNickIp;
  if (needs_ip && !parse_ipv4(ban.ip) && ban.ip.find(':') == std::string::npos) {
    return bad("'" + ban.ip + "' is no IP address");
  }
  const bool needs_nick = ban.type == kBanNick || ban.type == kBanNickIp || ban.type == kBanPrefix;
  if (needs_nick && ban.nick.empty()) return bad("a ban of this type needs a nick");
  if (ban.type == kBanRange && ban.range_from > ban.range_to) return bad("the range ends before it starts");
  if (ban.type == kBanHost1 || ban.type == kBanHost2 || ban.type == kBanHost3 ||
      ban.type == kBanHostReverse1) {
    auto part = host_part(ban.host, ban.type);
    if (!part) return bad("'" + ban.host + "' has too few parts for a host ban of this type");
    ban.host = std::move(*part);
  }
  if (ban.date_limit < 0) return bad("a ban cannot end before 1970");
  return Done{};
}

// Fields out of a row; those that only the type tells from markers are put back.
std::optional<Ban> read(const Query& row) {
  const std::int64_t bit = row.integer(2);
  if (bit < 0 || bit > std::countr_zero(static_cast<unsigned>(kBanHostReverse1))) return std::nullopt;
  Ban ban;
  ban.type = static_cast<BanType>(1 << bit);
  const std::string ip = row.text(0), nick = row.text(1);
  if (ban.type == kBanIp || ban.type == kBanNickIp) ban.ip = ip;
  const bool host_in_nick =
      ban.type == kBanHost1 || ban.type == kBanHost2 || ban.type == kBanHost3 || ban.type == kBanHostReverse1;
  if (ban.type == kBanNick || ban.type == kBanNickIp || ban.type == kBanPrefix) ban.nick = nick;
  ban.host = host_in_nick ? nick : row.text(3);
  ban.range_from = static_cast<std::uint32_t>(row.integer(4));
  ban.range_to = static_cast<std::uint32_t>(row.integer(5));
  ban.date_start = row.integer(6);
  ban.date_limit = row.integer(7);
  ban.nick_op = row.text(8);
  ban.reason = row.text(9);
  ban.note_op = row.text(10);
  ban.note_usr = row.text(11);
  const std::string share = row.text(12);
  std::from_chars(share.data(), share.data() + share.size(), ban.share);
  if (!complete(ban).ok()) return std::nullopt;
  return ban;
}

// Whether an operator who names `target` means this ban.
bool is_about(const Ban& ban, std::string_view target) {
  if (nmdc::same_nick(target_of(ban), target)) return true;
  switch (ban.type) {
    case kBanNickIp:
      return ban.ip == target || nmdc::same_nick(ban.nick, target);
    case kBanRange: {
      const auto range = parse_ipv4_range(target);
      return range && range->first == ban.range_from && range->second == ban.range_to;
    }
    case kBanShare:
      return std::to_string(ban.share) == target;
    case kBanHost1:
    case kBanHost2:
    case kBanHost3:
      return nmdc::same_nick(std::string_view(ban.host).substr(1), target);
    default:
      return false;
  }
}

}  // namespace

Result<Bans> Bans::load(Database& database) {
  Bans bans(database);
  static const std::string sql = "SELECT " + std::string(kColumns) + " FROM banlist";
  Query rows = database.query(sql);
  while (rows.step()) {
    auto ban = read(rows);
    if (!ban) {
      ++bans.unread_;  // somebody wrote nonsense into the file by hand; it stays there, unused
      continue;
    }
    auto [ip, nick] = key_columns(*ban);
    bans.keep({std::move(ip), nmdc::fold_nick(nick)}, *std::move(ban));
  }
  if (auto done = rows.outcome(); !done.ok()) return done.error();
  return bans;
}

const Ban* Bans::find(const Candidate& candidate, std::int64_t now) const {
  return index_.find(candidate, now);
}

void Bans::keep(Id id, Ban ban) {
  const auto [place, added] = bans_.try_emplace(std::move(id));
  if (!added) index_.remove(place->second);
  place->second = std::move(ban);
  index_.add(place->second);
}

Outcome Bans::add(const Ban& wanted) {
  Ban ban = wanted;
  if (auto done = complete(ban); !done.ok()) return done;
  auto [ip, nick] = key_columns(ban);
  Id id{std::move(ip), nmdc::fold_nick(nick)};
  const auto old = bans_.find(id);
  if (old == bans_.end() && bans_.size() >= kMaxBans) {
    return refuse(Refusal::kUnavailable, "there are " + std::to_string(kMaxBans) + " bans already");
  }
  if (old != bans_.end() && !ban.permanent()) {
    ban.date_limit = old->second.permanent() ? 0 : std::max(ban.date_limit, old->second.date_limit);
  }
  if (auto done = write(ban); !done.ok()) return done;
  keep(std::move(id), std::move(ban));
  return Done{};
}

Result<std::vector<Ban>> Bans::remove(std::string_view target) {
  return take([&](const Ban& ban) { return is_about(ban, target); });
}

Result<std::size_t> Bans::remove_if(const std::function<bool(const Ban&)>& which) {
  const auto removed = take(which);
  if (!removed.ok()) return removed.error();
  return removed.value().size();
}

Result<std::vector<Ban>> Bans::take(const std::function<bool(const Ban&)>& which) {
  std::vector<std::map<Id, Ban>::iterator> found;
  for (auto it = bans_.begin(); it != bans_.end(); ++it) {
    if (which(it->second)) found.push_back(it);
  }
  if (found.empty()) return std::vector<Ban>{};
  Transaction transaction(*database_);
  for (const auto& it : found) {
    if (auto done = erase(it->second); !done.ok()) return done.error();
  }
  if (auto done = transaction.commit(); !done.ok()) return done.error();
  std::vector<Ban> removed;
  for (const auto& it : found) {
    index_.remove(it->second);
    removed.push_back(std::move(it->second));
    bans_.erase(it);
  }
  return removed;
}

Result<std::optional<Bans::Changes>> Bans::reread(const std::vector<Key>& rows) const {
  static const std::string sql = "SELECT " + std::string(kColumns) + " FROM banlist WHERE ip = ? AND nick = ?";
  Changes changes;
  for (const auto& [ip, nick] : rows) {
    // Those that come from a Verlihub are kept under another key than their row's, see erase().
    if (nick == marker(kBanRange) || nick == marker(kBanShare)) return std::optional<Changes>{};
    Id id{ip, nmdc::fold_nick(nick)};
    Query row = database_->query(sql);
    row.bind(ip).bind(nick);
    if (!row.step()) {
      if (auto done = row.outcome(); !done.ok()) return done.error();
      if (!bans_.contains(id)) return std::optional<Changes>{};
      changes.push_back({std::move(id), std::nullopt});
      continue;
    }
    auto ban = read(row);
    if (!ban) return refuse(Refusal::kBadArgument, ip + ", " + nick + ": no ban: its type, or what it needs, is missing");
    const auto [needed_ip, needed_nick] = key_columns(*ban);
    if (needed_ip != ip || !nmdc::same_nick(needed_nick, nick)) {
      return refuse(Refusal::kBadArgument, "a ban of this type has ip '" + needed_ip + "' and nick '" + needed_nick + "'");
    }
    changes.push_back({std::move(id), std::move(ban)});
  }
  if (bans_.size() + changes.size() <= kMaxBans) return std::optional(std::move(changes));
  return refuse(Refusal::kBadArgument, "there would be more than " + std::to_string(kMaxBans) + " bans");
}

void Bans::apply(Changes changes) {
  for (Change& change : changes) {
    if (change.ban) {
      keep(std::move(change.id), std::move(*change.ban));
    } else if (const auto gone = bans_.find(change.id); gone != bans_.end()) {
      index_.remove(gone->second);
      bans_.erase(gone);
    }
  }
}

Result<std::size_t> Bans::purge(std::int64_t now) {
  Transaction transaction(*database_);
  auto done =
      database_->query("DELETE FROM banlist WHERE date_limit != 0 AND date_limit < ?").bind(now).run();
  if (done.ok()) done = forget_kicks(now - kKickLogSeconds);
  if (done.ok()) done = transaction.commit();
  if (!done.ok()) return done.error();
  return std::erase_if(bans_, [&](const auto& entry) {
    const bool over = !entry.second.holds_at(now);
    if (over) index_.remove(entry.second);
    return over;
  });
}

std::vector<const Ban*> Bans::list(std::size_t limit) const {
  std::vector<const Ban*> all;
  all.reserve(bans_.size());
  for (const auto& [id, ban] : bans_) all.push_back(&ban);
  std::stable_sort(all.begin(), all.end(),
                   [](const Ban* a, const Ban* b) { return a->date_start > b->date_start; });
  if (all.size() > limit) all.resize(limit);
  return all;
}

Outcome Bans::write(const Ban& ban) {
  static const std::string sql = upsert_sql("banlist", kColumns, "ip, nick");
  const auto [ip, nick] = key_columns(ban);
  const std::string share = std::to_string(ban.share);
  Query query = database_->query(sql);
  query.bind(ip).bind(nick).bind(std::countr_zero(static_cast<unsigned>(ban.type))).bind(ban.host);
  query.bind(ban.range_from).bind(ban.range_to).bind(ban.date_start).bind(ban.date_limit);
  query.bind(ban.nick_op).bind(ban.reason).bind(ban.note_op).bind(ban.note_usr).bind(share);
  return query.run();
}

// Rows of ranges and shares that come from a Verlihub have the address of whoever was banned as their key.
Outcome Bans::erase(const Ban& ban) {
  const auto [ip, nick] = key_columns(ban);
  if (ban.type == kBanRange) {
    Query query = database_->query("DELETE FROM banlist WHERE nick = ? AND range_fr = ? AND range_to = ?");
    return query.bind(nick).bind(ban.range_from).bind(ban.range_to).run();
  }
  if (ban.type == kBanShare) {
    return database_->query("DELETE FROM banlist WHERE nick = ? AND share_size = ?")
        .bind(nick)
        .bind(ip)
        .run();
  }
  return database_->query("DELETE FROM banlist WHERE ip = ? AND nick = ?").bind(ip).bind(nick).run();
}

}  // namespace vhpy::embedded::store
