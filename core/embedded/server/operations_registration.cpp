// Operations: kicks, bans, registrations.
#include <fmt/format.h>

#include "core/embedded/server/accounts.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/penalties.h"

namespace vhpy::embedded {

namespace {

constexpr Hub::Integer kMaxBanSeconds = 100LL * 365 * 86'400;

bool is_ban_type(Hub::Integer type) {
  return type >= kBanNickIp && type <= kBanHostReverse1 && (type & (type - 1)) == 0;
}

Outcome check_class(Hub::Integer user_class, bool master_too) {
  if (user_class >= kRegistered && user_class <= kAdmin) return Done{};
  if (master_too && user_class == kMaster) return Done{};
  return refuse(Refusal::kBadArgument, fmt::format("{} is no class of a registration", user_class));
}

}  // namespace

Outcome HubOperations::kick_user(const Text& op, const Text& nick, const Text& why, const OptionalText& address,
                                 const OptionalText& note_op, const OptionalText& note_user) {
  const auto kicker = context_.users.find(op);
  if (!kicker) return refuse(Refusal::kNoSuchUser, fmt::format("the operator {} is not here", op));
  Penalties::KickRequest request;
  request.why = why;
  request.address = address.value_or("");
  request.note_op = note_op.value_or("");
  request.note_user = note_user.value_or("");
  return context_.penalties->kick(*kicker, nick, request);
}

Outcome HubOperations::ban(const Text& op, const Text& nick, const Text& reason, Integer seconds, Integer type) {
  if (!is_ban_type(type)) return refuse(Refusal::kBadArgument, fmt::format("{} is no type of ban", type));
  if (seconds <= 0 || seconds > kMaxBanSeconds) {
    return refuse(Refusal::kBadArgument, fmt::format("a ban takes 1 to {} seconds", kMaxBanSeconds));
  }
  const auto user = online(nick);
  if (!user) return user.error();
  return context_.penalties->ban_user(op, user.value(), reason, seconds, static_cast<BanType>(type));
}

Outcome HubOperations::add_registration(const Text& nick, Integer user_class, const Text& password, const Text& op) {
  const Integer stored = user_class == kGuest ? Integer{kRegistered} : user_class;
  if (auto fits = check_class(stored, false); !fits) return fits;
  const auto by = op.empty() ? nullptr : context_.users.find(op);
  const std::string& recorded = by ? by->nick : context_.text(Var::kHubSecurity);
  return accounts::add(context_, changes_, nick, static_cast<int>(stored), password, recorded);
}

Outcome HubOperations::delete_registration(const Text& nick) { return accounts::remove(context_, nick); }

Outcome HubOperations::set_registration_class(const Text& nick, Integer user_class) {
  if (auto fits = check_class(user_class, true); !fits) return fits;
  return accounts::set_class(context_, nick, static_cast<int>(user_class));
}

}  // namespace vhpy::embedded
