// Parsers of commands about other users: connection requests, lookups and operators' redirects.
#include "core/nmdc/detail/reader.h"
#include "core/nmdc/limits.h"

namespace vhpy::nmdc::detail {
namespace {

bool suffix_known(std::string_view suffix) noexcept {
  return suffix.empty() || suffix == "S" || suffix == "N" || suffix == "NS" || suffix == "R" ||
         suffix == "RS";
}

}  // namespace

Message parse_connect_to_me(const Input& in) {
  if (in.frame.size() > kMaxConnectBytes) return too_long(in, kMaxConnectBytes);
  const auto bad = [&] { return malformed(in, Reaction::kClose, "expected $ConnectToMe nick ip:port"); };
  ConnectToMe request;
  std::string_view rest = in.rest;
  const auto to = take_until(rest, " ");
  if (!to || to->empty()) return bad();
  request.to = *to;
  std::string_view address = rest.substr(0, rest.find(' '));
  rest.remove_prefix(address.size());
  if (take_prefix(rest, " ")) request.from = rest;

  const std::size_t colon = address.rfind(':');
  if (colon == std::string_view::npos || colon == 0 || colon + 1 == address.size()) return bad();
  request.ip = address.substr(0, colon);
  address.remove_prefix(colon + 1);
  const auto port = take_number<std::uint64_t>(address);
  if (!port || !port_valid(*port)) return malformed(in, Reaction::kIgnore, "bad port, expected 1 to 65535");
  request.port = static_cast<std::uint16_t>(*port);
  if (!suffix_known(address)) return malformed(in, Reaction::kIgnore, "unknown letters after the port");
  request.suffix = address;
  return request;
}

Message parse_rev_connect_to_me(const Input& in) {
  if (in.frame.size() > kMaxConnectBytes) return too_long(in, kMaxConnectBytes);
  std::string_view rest = in.rest;
  const auto from = take_until(rest, " ");
  if (!from || from->empty() || rest.empty()) {
    return malformed(in, Reaction::kClose, "expected $RevConnectToMe me nick");
  }
  return RevConnectToMe{*from, rest};
}

Message parse_get_info(const Input& in) {
  if (in.frame.size() > kMaxConnectBytes) return too_long(in, kMaxConnectBytes);
  std::string_view rest = in.rest;
  const auto other = take_until(rest, " ");
  if (!other || other->empty() || rest.empty())
    return malformed(in, Reaction::kClose, "expected $GetINFO nick me");
  return GetInfo{*other, rest};
}

Message parse_user_ip(const Input& in) {
  UserIp request;
  std::string_view rest = in.rest;
  while (!rest.empty()) {
    const auto taken = take_until(rest, "$$");
    const std::string_view nick = taken ? *taken : std::exchange(rest, {});
    if (nick.empty()) continue;
    if (request.nicks.size() == kMaxUserIpNicks) {
      return malformed(in, Reaction::kClose,
                       "too many nicks, expected at most " + std::to_string(kMaxUserIpNicks));
    }
    request.nicks.push_back(nick);
  }
  return request;
}

Message parse_op_force_move(const Input& in) {
  std::string_view rest = in.rest;
  const bool who = take_prefix(rest, "$Who:");
  const auto nick = take_until(rest, "$Where:");
  const auto address = take_until(rest, "$Msg:");
  if (!who || !nick || nick->empty() || !address || address->empty()) {
    return malformed(in, Reaction::kIgnore, "expected $OpForceMove $Who:nick$Where:address$Msg:reason");
  }
  return OpForceMove{*nick, *address, rest};
}

}  // namespace vhpy::nmdc::detail
