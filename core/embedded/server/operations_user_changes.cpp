// Operations: changing what is known of users, and what is shown of them.
#include <fmt/format.h>

#include <asio/ip/address_v4.hpp>

#include "core/embedded/server/entry.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/my_info_updates.h"
#include "core/nmdc/format.h"
#include "core/nmdc/limits.h"
#include "core/nmdc/my_info.h"
#include "core/nmdc/my_info_fields.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

Outcome HubOperations::set_my_info(const Text& nick, const OptionalText& description, const OptionalText& tag,
                                   const OptionalText& speed, const OptionalText& mail, const OptionalText& size) {
  const auto user = context_.users.find(nick);
  if (!user) return refuse(Refusal::kNoSuchUser, fmt::format("there is no user {}", nick));
  const auto shown = nmdc::with_new_fields(user->shown(), {description, tag, speed, mail, size});
  if (!shown) return shown.error();
  std::string frame = nmdc::format_my_info(user->with_flags(shown.value().view()).view());
  if (frame.size() > nmdc::kMaxShownMyInfoBytes) {
    return refuse(Refusal::kBadArgument, fmt::format("a MyINFO of {} bytes, expected at most {}", frame.size(),
                                                     nmdc::kMaxShownMyInfoBytes));
  }
  if (frame == *user->my_info) return Done{};
  user->my_info = make_bytes(std::move(frame));
  context_.users.touch(*user);
  if (user->session) user->session->flags.unseen = false;
  context_.updates->show(*user);
  return Done{};
}

// Also of a client that has its nick but is not in the list yet, so that its first MyINFO is shown so.
Result<std::shared_ptr<Session>> HubOperations::flag_holder(const Text& nick, Integer flag) const {
  if (!nmdc::is_my_info_flag(flag)) {
    return refuse(Refusal::kBadArgument, fmt::format("{} is no status flag, expected 1, 2, 4, 8, 16 or 32", flag));
  }
  auto session = context_.sessions.holder(nick);
  if (!session) return refuse(Refusal::kNoSuchUser, fmt::format("{} is not online", nick));
  return session;
}

Outcome HubOperations::set_my_info_flag(const Text& nick, Integer flag) {
  const auto session = flag_holder(nick, flag);
  if (!session) return session.error();
  session.value()->flags.set(static_cast<std::uint8_t>(flag));
  return Done{};
}

Outcome HubOperations::unset_my_info_flag(const Text& nick, Integer flag) {
  const auto session = flag_holder(nick, flag);
  if (!session) return session.error();
  session.value()->flags.clear(static_cast<std::uint8_t>(flag));
  return Done{};
}

Outcome HubOperations::set_user_ip(const Text& nick, const Text& ip) {
  const auto user = online(nick);
  if (!user) return user.error();
  asio::error_code error;
  const auto address = asio::ip::make_address_v4(ip, error);
  if (error) return refuse(Refusal::kBadArgument, fmt::format("{} is no IPv4 address", ip));
  context_.sessions.set_ip(*user.value()->session, address.to_string());
  user.value()->host.clear();
  context_.users.touch(*user.value());
  context_.entry->show_address(*user.value());
  context_.entry->look_up_host(*user.value()->session);
  return Done{};
}

}  // namespace vhpy::embedded
