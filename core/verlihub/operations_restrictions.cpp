// Operations: restrictions of single users, temporary bans.
#include <fmt/format.h>

#include <array>

#include "core/restriction_lengths.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace {

constexpr long kAllowed = 1;  // Verlihub: 0 is "never", else until when, in epoch seconds

}  // namespace

Result<Restrictions> Operations::user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                                   const OptionalText& search, const OptionalText& ctm) {
  const auto found = online(server_, nick);
  if (!found) return found.error();
  HubUser& user = *found.value();
  const auto lengths = restriction_lengths(chat, pm, search, ctm);
  if (!lengths) return lengths.error();
  const std::array<long*, 4> untils{&user.mGag, &user.mNoPM, &user.mNoSearch, &user.mNoCTM};
  const long now = server_.mTime.Sec();
  for (std::size_t i = 0; i < untils.size(); ++i) {
    if (const auto length = lengths.value()[i]) *untils[i] = *length == 0 ? kAllowed : now + *length;
  }
  const auto restricted = [now](long until) { return until == 0 || until > now; };
  return Restrictions{restricted(user.mGag), restricted(user.mNoPM), restricted(user.mNoSearch), restricted(user.mNoCTM)};
}

Outcome Operations::delete_nick_temp_ban(const Text& nick) {
  if (!server_.mBanList->IsNickTempBanned(nick)) {
    return refuse(Refusal::kNotFound, fmt::format("the hub keeps no {} out for a while", nick));
  }
  server_.mBanList->DelNickTempBan(nick);
  return Done{};
}

Outcome Operations::delete_ip_temp_ban(const Text& ip) {
  if (!server_.mBanList->IsIPTempBanned(ip)) {
    return refuse(Refusal::kNotFound, fmt::format("the hub keeps no {} out for a while", ip));
  }
  server_.mBanList->DelIPTempBan(ip);
  return Done{};
}

}  // namespace vhpy::verlihub
