// Operations: restrictions of single users, temporary bans.
#include <fmt/format.h>

#include <array>

#include "core/durations.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace {

constexpr long kAllowed = 1;  // Verlihub: 0 is "never", else until when, in epoch seconds

// What one field asks for: nothing to keep, 0 to lift, else seconds.
Result<std::optional<std::int64_t>> wanted(std::string_view name, const Hub::OptionalText& field) {
  if (!field || field->empty()) return std::optional<std::int64_t>{};
  if (*field == "0") return std::optional<std::int64_t>{0};
  if (*field == "1") return std::optional<std::int64_t>{kWeekSeconds};
  const auto seconds = parse_duration(*field);
  if (seconds) return seconds;
  return refuse(Refusal::kBadArgument,
                fmt::format("{} = '{}' is no length; expected 0, 1, or one such as 3h", name, field->substr(0, 64)));
}

}  // namespace

Result<Restrictions> Operations::user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                                   const OptionalText& search, const OptionalText& ctm) {
  const auto found = online(server_, nick);
  if (!found) return found.error();
  HubUser& user = *found.value();
  struct Field {
    std::string_view name;
    const OptionalText& asked;
    long& until;
  };
  const std::array<Field, 4> fields{
      {{"chat", chat, user.mGag}, {"pm", pm, user.mNoPM}, {"search", search, user.mNoSearch}, {"ctm", ctm, user.mNoCTM}}};
  // All of them are read before any is applied.
  std::array<std::optional<std::int64_t>, 4> lengths;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    auto length = wanted(fields[i].name, fields[i].asked);
    if (!length) return length.error();
    lengths[i] = length.value();
  }
  const long now = server_.mTime.Sec();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (lengths[i]) fields[i].until = *lengths[i] == 0 ? kAllowed : now + *lengths[i];
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
