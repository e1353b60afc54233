// The log of kicks, table kicklist: the part of Bans that is only ever read by operators.
#include <charconv>

#include "core/embedded/store/bans.h"

namespace vhpy::embedded::store {

// Two kicks of one nick within a second are one entry: nick and time are the key.
Outcome Bans::record_kick(const Kick& kick) {
  const std::string share = std::to_string(kick.share);
  Query query = database_->query(
      "INSERT OR REPLACE INTO kicklist (nick, time, ip, host, share_size, reason, op, is_drop) "
      "VALUES (?,?,?,?,?,?,?,?)");
  query.bind(kick.nick)
      .bind(kick.time)
      .bind(kick.ip)
      .bind(kick.host)
      .bind(share)
      .bind(kick.reason)
      .bind(kick.op);
  return query.bind(kick.is_drop ? 1 : 0).run();
}

Result<std::vector<Kick>> Bans::recent_kicks(std::string_view nick, std::size_t limit) const {
  std::vector<Kick> kicks;
  Query rows = database_->query(
      "SELECT nick, time, ip, host, share_size, reason, op, is_drop FROM kicklist WHERE nick = ? "
      "ORDER BY time DESC LIMIT ?");
  rows.bind(nick).bind(static_cast<std::int64_t>(limit));
  while (rows.step()) {
    Kick kick{rows.text(0), rows.integer(1), rows.text(2), rows.text(3), 0,
              rows.text(6), rows.text(5),    false};
    const std::string share = rows.text(4);
    std::from_chars(share.data(), share.data() + share.size(), kick.share);
    kick.is_drop = rows.integer(7) != 0;
    kicks.push_back(std::move(kick));
  }
  if (auto done = rows.outcome(); !done.ok()) return done.error();
  return kicks;
}

Outcome Bans::forget_kicks(std::int64_t before) {
  return database_->query("DELETE FROM kicklist WHERE time < ?").bind(before).run();
}

}  // namespace vhpy::embedded::store
