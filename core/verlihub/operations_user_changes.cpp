// Operations: changing what is known of users, and what is shown of them.
#include <fmt/format.h>

#include "core/nmdc/limits.h"
#include "core/nmdc/my_info_fields.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

Outcome Operations::set_my_info(const Text& nick, const OptionalText& description, const OptionalText& tag,
                                const OptionalText& speed, const OptionalText& mail, const OptionalText& size) {
  HubUser* const user = find_user(server_, nick);
  if (user == nullptr) return refuse(Refusal::kNoSuchUser, fmt::format("there is no user {}", nick));
  const auto shown = nmdc::with_new_fields(shown_info(*user), {description, tag, speed, mail, size});
  if (!shown) return shown.error();
  std::string frame = nmdc::format_my_info(shown.value().view());
  frame.pop_back();  // the hub keeps it without the '|'
  if (frame.size() > nmdc::kMaxShownMyInfoBytes) {
    return refuse(Refusal::kBadArgument,
                  fmt::format("a MyINFO of {} bytes, expected at most {}", frame.size(), nmdc::kMaxShownMyInfoBytes));
  }
  if (frame == user->mFakeMyINFO) return Done{};
  user->mFakeMyINFO = std::move(frame);
  show_my_info(server_, *user);
  feed_.touch(user->mNick);
  return Done{};
}

Result<HubUser*> Operations::flag_holder(const Text& nick, Integer flag) {
  if (nmdc::is_my_info_flag(flag)) return connected(server_, nick);
  return refuse(Refusal::kBadArgument, fmt::format("{} is no status flag, expected 1, 2, 4, 8, 16 or 32", flag));
}

Outcome Operations::set_my_info_flag(const Text& nick, Integer flag) {
  const auto user = flag_holder(nick, flag);
  if (!user) return user.error();
  user.value()->SetMyFlag(static_cast<unsigned short>(flag));
  return Done{};
}

Outcome Operations::unset_my_info_flag(const Text& nick, Integer flag) {
  const auto user = flag_holder(nick, flag);
  if (!user) return user.error();
  user.value()->UnsetMyFlag(static_cast<unsigned short>(flag));
  return Done{};
}

Outcome Operations::set_user_ip(const Text& nick, const Text& ip) {
  const auto user = online(server_, nick);
  if (!user) return user.error();
  unsigned long number = 0;
  if (!nVerliHub::nTables::cBanList::Ip2Num(ip, number, false)) {
    return refuse(Refusal::kBadArgument, fmt::format("{} is no IPv4 address", ip));
  }
  user.value()->mxConn->SetUserIP(ip);  // shows it to operators
  user.value()->mxConn->ResetGeo();
  feed_.touch(user.value()->mNick);
  return Done{};
}

}  // namespace vhpy::verlihub
