// Commands against users: kick, drop, ban, gag.
#include "core/embedded/server/penalties.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/embedded/server/commands/handlers.h"
#include "core/durations.h"
#include "core/embedded/server/limits.h"
#include "core/embedded/store/ban.h"

namespace vhpy::embedded::commands {

namespace {

void kick_or_drop(CommandCall& call, bool with_ban) {
  const std::string nick(call.word());
  if (nick.empty()) return call.reply("Whom?");
  Penalties::KickRequest request;
  request.why = call.rest();
  request.with_ban = with_ban;
  call.report(call.context.penalties->kick(*call.user, nick, request),
              fmt::format("{} is {}.", nick, with_ban ? "kicked" : "dropped"));
}

}  // namespace

void kick(CommandCall& call) { kick_or_drop(call, true); }
void drop(CommandCall& call) { kick_or_drop(call, false); }

void ban(CommandCall& call) {
  const std::string target(call.word());
  std::int64_t seconds = 0;
  if (!call.suffix.empty()) {
    const auto length = parse_duration(call.suffix);
    if (!length) return call.reply(fmt::format("{} is no length of time; 1h is an hour.", call.suffix));
    seconds = std::min(*length, call.context.setting(Var::kTbanMax));
  }
  if (target.empty()) return call.reply("!ban_1h <ip|range|nick> [reason]");
  call.report(call.context.penalties->ban_target(*call.user, target, call.rest(), seconds),
              fmt::format("{} is banned{}.", target, seconds == 0 ? "" : " for " + format_duration(seconds)));
}

void unban(CommandCall& call) {
  const std::string target(call.word());
  if (target.empty()) return call.reply("!unban <ip|range|nick>");
  const auto removed = call.context.bans.remove(store::canonical_address(target).value_or(target));
  if (!removed) return call.reply(removed.error().detail);
  call.reply(removed.value().empty() ? fmt::format("There is no ban of {}.", target)
                                     : fmt::format("{} is no longer banned.", target));
}

void list_bans(CommandCall& call) {
  std::string text = fmt::format("Bans: {}", call.context.bans.size());
  const std::int64_t now = call.context.wall();
  for (const store::Ban* entry : call.context.bans.list(limits::kMaxListLines)) {
    text += fmt::format("\r\n{}, by {}, {}: {}", store::target_of(*entry), entry->nick_op,
                        entry->permanent() ? "for ever"
                                           : "for " + format_duration(std::max<std::int64_t>(0, entry->date_limit - now)),
                        entry->reason);
  }
  call.reply_long(text);
}

void gag(CommandCall& call) {
  const std::string nick(call.word());
  const std::string_view length = call.rest();
  const auto seconds = length.empty() ? std::optional(kWeekSeconds) : parse_duration(length);
  const auto victim = call.context.users.find(nick);
  if (!seconds) return call.reply(fmt::format("{} is no length of time; 1h is an hour.", length));
  if (!victim) return call.reply(fmt::format("There is no user {}.", nick));
  if (auto may = call.context.penalties->may_punish(*call.user, *victim); !may) return call.reply(may.error().detail);
  call.context.penalties->gag(nick, *seconds);
  call.reply(fmt::format("{} is gagged for {}.", victim->nick, format_duration(*seconds)));
}

void ungag(CommandCall& call) {
  const std::string nick(call.word());
  call.reply(call.context.penalties->ungag(nick) ? fmt::format("{} may write again.", nick)
                                                 : fmt::format("{} is not gagged.", nick));
}

}  // namespace vhpy::embedded::commands
