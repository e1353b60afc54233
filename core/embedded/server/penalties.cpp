#include "core/embedded/server/penalties.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/durations.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/voice.h"
#include "core/embedded/store/registrations.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

// The last `labels` labels of a host name, with the dot before them.
std::string host_tail(std::string_view host, int labels) {
  std::size_t at = host.size();
  while (labels-- > 0 && at != 0) {
    const auto dot = host.rfind('.', at - 1);
    if (dot == std::string_view::npos) return std::string(host);
    at = dot;
  }
  return std::string(host.substr(at));
}

// "[CLAN]nick" -> "[CLAN]"; empty if the nick has no such beginning.
std::string nick_prefix(std::string_view nick) {
  constexpr std::string_view kOpen = "[({", kClosing = "])}";
  if (nick.empty() || kOpen.find(nick.front()) == std::string_view::npos) return {};
  const auto end = nick.find(kClosing[kOpen.find(nick.front())]);
  return end == std::string_view::npos ? std::string{} : std::string(nick.substr(0, end + 1));
}

constexpr std::uint32_t kRangeMask = 0xFFFFFF00;  // a range ban by user takes the /24 around the address

}  // namespace

Outcome Penalties::may_punish(const User& op, const User& victim) const {
  if (victim.is_bot()) return refuse(Refusal::kNotPermitted, fmt::format("{} is a bot", victim.nick));
  if (nmdc::same_nick(op.nick, victim.nick)) return refuse(Refusal::kNotPermitted, "that is yourself");
  if (op.user_class < kOperator) return refuse(Refusal::kNotPermitted, "only operators may do that");
  if (victim.user_class + context_.setting(Var::kClassdifKick) > op.user_class) {
    return refuse(Refusal::kNotPermitted,
                  fmt::format("{} has class {}, you have {}", victim.nick, victim.user_class, op.user_class));
  }
  const store::Account* account = context_.accounts.find(victim.nick);
  if (account != nullptr && victim.session->registered && account->class_protect >= op.user_class) {
    return refuse(Refusal::kNotPermitted, fmt::format("{} is protected", victim.nick));
  }
  return Done{};
}

// Both hooks of a drop are called, whatever the first one says.
Outcome Penalties::ask_scripts(const User& op, const User& victim, const KickRequest& request) {
  Hooks& hooks = *context_.hooks;
  const std::shared_ptr<Session> origin = op.session;
  bool allowed = true;
  if (request.with_ban) {
    allowed = hooks.allows(HookId::kOnOperatorKicks, origin.get(), op.nick, victim.nick, request.why);
  } else {
    allowed = hooks.allows(HookId::kOnOperatorDrops, origin.get(), op.nick, victim.nick);
    allowed = hooks.allows(HookId::kOnOperatorDropsWithReason, origin.get(), op.nick, victim.nick, request.why) && allowed;
  }
  if (allowed) return Done{};
  return refuse(Refusal::kNotPermitted, fmt::format("a script protects {}", victim.nick));
}

Outcome Penalties::kick(const User& op, std::string_view nick, const KickRequest& request) {
  const auto victim = context_.users.find(nick);
  if (!victim) return refuse(Refusal::kNoSuchUser, fmt::format("there is no {}", nick));
  if (auto may = may_punish(op, *victim); !may) return may;
  const std::shared_ptr<Session> session = victim->session;
  if (auto allowed = ask_scripts(op, *victim, request); !allowed) return allowed;
  if (session->leaving()) return refuse(Refusal::kNoSuchUser, fmt::format("{} has just left", victim->nick));
  const std::int64_t now = context_.wall();
  std::string text = request.why.empty() ? "You have been kicked." : "You have been kicked because: " + request.why;
  if (!request.note_user.empty()) text += "\r\n" + request.note_user;
  if (request.with_ban) {
    const auto asked = ban_in_reason(request.why);
    const std::int64_t seconds = asked.value_or(context_.setting(Var::kTbanKick));
    store::Ban ban;
    ban.type = kBanNickIp;
    ban.nick = victim->nick;
    ban.ip = session->ip;
    ban.date_start = now;
    ban.date_limit = seconds == 0 ? 0 : now + seconds;
    ban.nick_op = op.nick;
    ban.reason = request.why;
    ban.note_op = request.note_op;
    ban.note_usr = request.note_user;
    if (auto added = context_.bans.add(ban); !added) return added;
    text += seconds == 0 ? "\r\nYou are banned." : "\r\nYou are banned for " + format_duration(seconds) + ".";
  }
  const store::Kick entry{victim->nick, now,      session->ip, victim->host, victim->info.share,
                          op.nick,      request.why, !request.with_ban};
  if (auto kept = context_.bans.record_kick(entry); !kept) {
    spdlog::warn("kick of {} not recorded: {}", victim->nick, kept.error().detail);
  }
  spdlog::info("{} was {} by {}: {}", victim->nick, request.with_ban ? "kicked" : "dropped", op.nick, request.why);
  context_.voice->tell_operators(fmt::format("{} was {} by {}{}{}", victim->nick,
                                             request.with_ban ? "kicked" : "dropped", op.nick,
                                             request.why.empty() ? "" : " because: ", request.why));
  session->send(make_bytes(nmdc::format::private_message(victim->nick, op.nick, op.nick, text)));
  if (!request.address.empty()) session->send(make_bytes(nmdc::format::force_move(request.address)));
  context_.departures->leave(session, kCloseKicked);
  return Done{};
}

Outcome Penalties::fill_target(store::Ban& ban, const User& user) const {
  ban.nick = user.nick;
  ban.ip = user.ip();
  ban.share = user.info.share;
  switch (ban.type) {
    case kBanRange: {
      const auto address = store::parse_ipv4(user.ip());
      if (!address) return refuse(Refusal::kUnavailable, "ranges are of IPv4 addresses only");
      ban.range_from = *address & kRangeMask;
      ban.range_to = *address | ~kRangeMask;
      break;
    }
    case kBanPrefix:
      ban.nick = nick_prefix(user.nick);
      if (ban.nick.empty()) return refuse(Refusal::kBadArgument, fmt::format("{} has no [prefix]", user.nick));
      break;
    case kBanHost1:
    case kBanHost2:
    case kBanHost3:
    case kBanHostReverse1:
      if (user.host.empty()) return refuse(Refusal::kUnavailable, fmt::format("no host name of {} known", user.nick));
      ban.host = ban.type == kBanHost1   ? host_tail(user.host, 1)
                 : ban.type == kBanHost2 ? host_tail(user.host, 2)
                 : ban.type == kBanHost3 ? host_tail(user.host, 3)
                                         : user.host.substr(0, user.host.find('.') + 1);
      break;
    default:
      break;
  }
  return Done{};
}

Outcome Penalties::ban_user(std::string_view op, const std::shared_ptr<User>& user, std::string_view reason,
                            std::int64_t seconds, BanType type) {
  store::Ban ban;
  ban.type = type;
  if (auto filled = fill_target(ban, *user); !filled) return filled;
  ban.date_start = context_.wall();
  ban.date_limit = seconds == 0 ? 0 : ban.date_start + seconds;
  ban.nick_op = op;
  ban.reason = reason;
  if (auto added = context_.bans.add(ban); !added) return added;
  spdlog::info("{} banned by {}: {}", store::target_of(ban), op, reason);
  context_.departures->refuse(user->session, kCloseKicked, ban_text(ban));
  return Done{};
}

Outcome Penalties::ban_target(const User& op, const std::string& target, std::string_view reason,
                              std::int64_t seconds) {
  store::Ban ban;
  ban.date_start = context_.wall();
  ban.date_limit = seconds == 0 ? 0 : ban.date_start + seconds;
  ban.nick_op = op.nick;
  ban.reason = reason;
  const auto range = store::parse_ipv4_range(target);
  if (const auto address = store::canonical_address(target)) {
    ban.type = kBanIp;
    ban.ip = *address;
  } else if (range) {
    ban.type = kBanRange;
    ban.range_from = range->first;
    ban.range_to = range->second;
  } else {
    ban.type = kBanNick;
    ban.nick = target;
    if (const auto user = context_.users.find(target)) {
      if (auto may = may_punish(op, *user); !may) return may;
    }
  }
  const std::shared_ptr<Session> origin = op.session;
  const std::string address = ban.type == kBanNick ? std::string{} : target;
  if (!context_.hooks->allows(HookId::kOnNewBan, origin.get(), op.nick, address, ban.nick, ban.reason)) {
    return refuse(Refusal::kNotPermitted, fmt::format("a script forbids to ban {}", target));
  }
  if (auto added = context_.bans.add(ban); !added) return added;
  const std::int64_t now = context_.wall();
  for (const auto& user : context_.users.all()) {
    if (!user->session || !may_punish(op, *user)) continue;
    const store::Ban* hit = context_.bans.find({user->nick, user->ip(), user->info.share, user->host}, now);
    if (hit != nullptr) context_.departures->refuse(user->session, kCloseKicked, ban_text(*hit));
  }
  return Done{};
}

void Penalties::refuse_if_banned(const User& user) const {
  if (!user.session || user.user_class >= context_.setting(Var::kBanBypassClass)) return;
  const store::Ban* ban = context_.bans.find({user.nick, user.ip(), user.info.share, user.host}, context_.wall());
  if (ban == nullptr) return;
  spdlog::info("{} ({}) is banned: {}", user.nick, user.ip(), ban->reason);
  context_.departures->refuse(user.session, kCloseInvalidUser, ban_text(*ban));
}

void Penalties::ban_ip(const std::string& ip, std::int64_t seconds, std::string_view reason) {
  if (seconds <= 0) return;
  store::Ban ban;
  ban.type = kBanIp;
  ban.ip = ip;
  ban.date_start = context_.wall();
  ban.date_limit = ban.date_start + seconds;
  ban.nick_op = context_.voice->name();
  ban.reason = reason;
  if (auto added = context_.bans.add(ban); !added) spdlog::warn("{} not banned: {}", ip, added.error().detail);
}

bool Penalties::is_own_for_a_time(const store::Ban& ban) const {
  return !ban.permanent() && nmdc::same_nick(ban.nick_op, context_.voice->name());
}

Result<std::size_t> Penalties::lift_own_bans_of_nick(std::string_view nick) {
  return context_.bans.remove_if([&](const store::Ban& ban) {
    return ban.type == kBanNick && nmdc::same_nick(ban.nick, nick) && is_own_for_a_time(ban);
  });
}

Result<std::size_t> Penalties::lift_own_bans_of_ip(std::string_view ip) {
  return context_.bans.remove_if(
      [&](const store::Ban& ban) { return ban.type == kBanIp && ban.ip == ip && is_own_for_a_time(ban); });
}

void Penalties::restrict(std::string_view nick, Restriction what, std::int64_t seconds) {
  const std::int64_t now = context_.wall();
  restrictions_.restrict(nick, what, now + seconds, now);
}

bool Penalties::lift(std::string_view nick, Restriction what) {
  return restrictions_.lift(nick, what, context_.wall());
}

std::optional<std::int64_t> Penalties::restricted_for(std::string_view nick, Restriction what) const {
  return restrictions_.left(nick, what, context_.wall());
}

std::optional<std::int64_t> Penalties::hindered_for(const Session& session, Restriction what) const {
  if (session.user_class >= kAdmin) return std::nullopt;
  return restricted_for(session.nick, what);
}

void Penalties::gag(std::string_view nick, std::int64_t seconds) {
  restrict(nick, Restriction::kChat, seconds);
  restrict(nick, Restriction::kPm, seconds);
}

bool Penalties::ungag(std::string_view nick) {
  const bool chat = lift(nick, Restriction::kChat);
  return lift(nick, Restriction::kPm) || chat;
}

std::string Penalties::ban_text(const store::Ban& ban) const {
  std::string text = "You are banned from this hub.";
  if (!ban.reason.empty()) text += "\r\nReason: " + ban.reason;
  if (!ban.nick_op.empty()) text += "\r\nBy: " + ban.nick_op;
  if (!ban.note_usr.empty()) text += "\r\n" + ban.note_usr;
  text += ban.permanent() ? "\r\nThe ban does not end."
                          : "\r\nIt ends in " + format_duration(std::max<std::int64_t>(1, ban.date_limit - context_.wall()));
  return text;
}

void Penalties::purge() {
  const std::int64_t now = context_.wall();
  restrictions_.purge(now);
  if (auto purged = context_.bans.purge(now); !purged) spdlog::warn("old bans kept: {}", purged.error().detail);
}

}  // namespace vhpy::embedded
