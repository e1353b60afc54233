// Operations: restrictions of single users, temporary bans.
#include <fmt/format.h>

#include <array>

#include "core/durations.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/login.h"
#include "core/embedded/server/penalties.h"

namespace vhpy::embedded {

namespace {

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

Result<Restrictions> HubOperations::user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                                      const OptionalText& search, const OptionalText& ctm) {
  const auto user = online(nick);
  if (!user) return user.error();
  const std::array<std::pair<std::string_view, const OptionalText*>, kRestrictions> fields{
      {{"chat", &chat}, {"pm", &pm}, {"search", &search}, {"ctm", &ctm}}};
  // All of them are read before any is applied.
  std::array<std::optional<std::int64_t>, kRestrictions> lengths;
  for (std::size_t i = 0; i < kRestrictions; ++i) {
    auto length = wanted(fields[i].first, *fields[i].second);
    if (!length) return length.error();
    lengths[i] = length.value();
  }
  Penalties& penalties = *context_.penalties;
  for (std::size_t i = 0; i < kRestrictions; ++i) {
    const auto what = static_cast<Restriction>(i);
    if (!lengths[i]) continue;
    if (*lengths[i] == 0) {
      penalties.lift(nick, what);
    } else {
      penalties.restrict(nick, what, *lengths[i]);
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
