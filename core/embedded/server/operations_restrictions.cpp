// Operations: restrictions of single users, temporary bans.
#include <fmt/format.h>

#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/login.h"
#include "core/embedded/server/penalties.h"
#include "core/restriction_lengths.h"

namespace vhpy::embedded {

Result<Restrictions> HubOperations::user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                                      const OptionalText& search, const OptionalText& ctm) {
  const auto user = online(nick);
  if (!user) return user.error();
  const auto lengths = restriction_lengths(chat, pm, search, ctm);
  if (!lengths) return lengths.error();
  Penalties& penalties = *context_.penalties;
  for (std::size_t i = 0; i < kRestrictions; ++i) {
    const auto what = static_cast<Restriction>(i);
    const auto length = lengths.value()[i];
    if (!length) continue;
    if (*length == 0) {
      penalties.lift(nick, what);
    } else {
      penalties.restrict(nick, what, *length);
    }
  }
  const auto now = [&](Restriction what) { return penalties.restricted_for(nick, what).has_value(); };
  return Restrictions{now(Restriction::kChat), now(Restriction::kPm), now(Restriction::kSearch),
                      now(Restriction::kConnect)};
}

Outcome HubOperations::delete_nick_temp_ban(const Text& nick) {
  const bool waited = context_.login->forgive_nick(nick);
  const auto lifted = context_.penalties->lift_own_bans_of_nick(nick);
  if (!lifted) return lifted.error();
  if (waited || lifted.value() != 0) return Done{};
  return refuse(Refusal::kNotFound, fmt::format("the hub keeps no {} out for a while", nick));
}

Outcome HubOperations::delete_ip_temp_ban(const Text& ip) {
  const bool waited = context_.login->forgive_ip(ip);
  const auto lifted = context_.penalties->lift_own_bans_of_ip(ip);
  if (!lifted) return lifted.error();
  if (waited || lifted.value() != 0) return Done{};
  return refuse(Refusal::kNotFound, fmt::format("the hub keeps no {} out for a while", ip));
}

}  // namespace vhpy::embedded
