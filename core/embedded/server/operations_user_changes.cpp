// Operations: changing what is known of users, and what is shown of them.
#include <fmt/format.h>

#include <asio/ip/address_v4.hpp>
#include <charconv>

#include "core/embedded/nmdc/format.h"
#include "core/embedded/nmdc/limits.h"
#include "core/embedded/nmdc/my_info.h"
#include "core/embedded/nmdc/nick.h"
#include "core/embedded/server/entry.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/my_info_updates.h"

namespace vhpy::embedded {

namespace {

constexpr unsigned char kFirstPrintable = 0x20;

// '$' and '|' as clients escape them. Not '&': text that a script has read from GetMyINFO is escaped already.
std::string escape_field(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '$') {
      out += "&#36;";
    } else if (c == '|') {
      out += "&#124;";
    } else {
      out += c;
    }
  }
  return out;
}

// Anything else would be read as a part of the description, or as another tag.
bool is_tag(std::string_view text) {
  if (text.empty()) return true;
  const bool enclosed = text.size() >= 2 && text.starts_with('<') && text.ends_with('>');
  return enclosed && text.find_first_of("<>", 1) == text.size() - 1;
}

// The speed field: what is given, behind it the status flag that `now` has. A last byte that no text ends with is a flag
// which came along from GetMyINFO.
std::string speed_with_flag(std::string_view given, const std::string& now) {
  if (given == now) return now;
  if (now.empty()) return escape_field(given);  // a bot: it has no flag
  if (!given.empty() && static_cast<unsigned char>(given.back()) < kFirstPrintable) given.remove_suffix(1);
  return escape_field(given) + now.back();
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc{} || end != text.data() + text.size() || size > nmdc::kMaxShare) return std::nullopt;
  return size;
}

bool is_flag(Hub::Integer flag) {
  return flag >= nmdc::kFlagNormal && flag <= nmdc::kFlagNat && (flag & (flag - 1)) == 0;
}

}  // namespace

Outcome HubOperations::set_my_info(const Text& nick, const OptionalText& description, const OptionalText& tag,
                                   const OptionalText& speed, const OptionalText& mail, const OptionalText& size) {
  const auto user = context_.users.find(nick);
  if (!user) return refuse(Refusal::kNoSuchUser, fmt::format("there is no user {}", nick));
  if (tag && !is_tag(*tag)) return refuse(Refusal::kBadArgument, fmt::format("the tag {}, expected <...>", *tag));
  nmdc::OwnedMyInfo shown = user->shown();
  if (size) {
    const auto share = parse_size(*size);
    if (!share) return refuse(Refusal::kBadArgument, fmt::format("the size {}, expected a number of bytes", *size));
    shown.share = *share;
  }
  if (description) shown.description = escape_field(*description);
  if (tag) shown.tag = escape_field(*tag);
  if (mail) shown.mail = escape_field(*mail);
  if (speed) shown.speed = speed_with_flag(*speed, shown.speed);
  std::string frame = nmdc::format_my_info(user->with_flags(shown.view()).view());
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
  if (!is_flag(flag)) {
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
