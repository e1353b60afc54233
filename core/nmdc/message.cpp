// Dispatch of a frame to the parser of its keyword, and the parsers of the commands of login.
#include "core/nmdc/message.h"

#include <algorithm>
#include <array>

#include "core/nmdc/detail/reader.h"
#include "core/nmdc/limits.h"

namespace vhpy::nmdc {
namespace {

using detail::Input;

Message parse_supports(const Input& in) {
  if (in.frame.size() > kMaxSupportsBytes) return detail::too_long(in, kMaxSupportsBytes);
  Supports supports;
  std::string_view rest = in.rest;
  while (!rest.empty()) {
    const std::string_view feature = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(feature.size() + 1, rest.size()));
    if (feature.empty()) continue;
    if (supports.features.size() == kMaxSupportsFeatures)
      break;  // nobody has that many; what we know comes first
    supports.features.push_back(feature);
  }
  return supports;
}

Message parse_my_info_command(const Input& in) {
  if (in.frame.size() > kMaxMyInfoBytes) return detail::too_long(in, kMaxMyInfoBytes);
  std::string why;
  if (const auto info = parse_my_info(in.frame, &why)) return *info;
  return Malformed{in.keyword, Reaction::kClose, std::move(why)};
}

// The JSON itself is not looked into: the hub keeps it and hands it on.
Message parse_ext_json(const Input& in) {
  if (in.frame.size() > kMaxExtJsonBytes) return detail::too_long(in, kMaxExtJsonBytes);
  std::string_view rest = in.rest;
  const auto nick = detail::take_until(rest, " ");
  const bool control = std::any_of(rest.begin(), rest.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20; });
  if (!nick || nick->empty() || rest.size() < 2 || rest.front() != '{' || rest.back() != '}' || control) {
    return detail::malformed(in, Reaction::kIgnore, "expected $ExtJSON nick {...}");
  }
  return ExtJson{*nick, rest};
}

// A command whose argument is everything after the keyword.
template <class Command, std::size_t MaxBytes>
Message parse_rest(const Input& in) {
  if (in.frame.size() > MaxBytes) return detail::too_long(in, MaxBytes);
  return Command{in.rest};
}

// A command without arguments; what follows is not looked at.
template <class Command>
Message parse_bare(const Input&) {
  return Command{};
}

Message parse_peer_handshake(const Input& in) {
  return PeerHandshake{in.keyword, in.rest};
}
Message parse_operator_command(const Input& in) {
  return OperatorCommand{in.keyword};
}

struct Row {
  std::string_view keyword;
  Message (*parse)(const Input&);
};

// Searched from the top: the commands that come most often stand first.
constexpr std::array kRows{
    Row{"$Search", detail::parse_search},
    Row{"$SR", detail::parse_search_result},
    Row{"$ConnectToMe", detail::parse_connect_to_me},
    Row{"$RevConnectToMe", detail::parse_rev_connect_to_me},
    Row{"$To:", detail::parse_to},
    Row{"$MyINFO", parse_my_info_command},
    Row{"$SA", detail::parse_short_search_active},
    Row{"$SP", detail::parse_short_search_passive},
    Row{"$MCTo:", detail::parse_mc_to},
    Row{"$GetINFO", detail::parse_get_info},
    Row{"$Supports", parse_supports},
    Row{"$Key", parse_rest<Key, kMaxKeyBytes>},
    Row{"$ValidateNick", parse_rest<ValidateNick, kMaxLineBytes>},
    Row{"$MyPass", parse_rest<MyPass, kMaxMyPassBytes>},
    Row{"$Version", parse_rest<Version, kMaxVersionBytes>},
    Row{"$GetNickList", parse_bare<GetNickList>},
    Row{"$MyHubURL", parse_rest<MyHubUrl, kMaxHubUrlBytes>},
    Row{"$ExtJSON", parse_ext_json},
    Row{"$BotINFO", parse_rest<BotInfo, kMaxBotInfoBytes>},
    Row{"$UserIP", detail::parse_user_ip},
    Row{"$Kick", parse_rest<Kick, kMaxLineBytes>},
    Row{"$Close", parse_rest<Close, kMaxLineBytes>},
    Row{"$OpForceMove", detail::parse_op_force_move},
    Row{"$GetTopic", parse_bare<GetTopic>},
    Row{"$SetTopic", parse_rest<SetTopic, kMaxLineBytes>},
    Row{"$MyNick", parse_peer_handshake},
    Row{"$Lock", parse_peer_handshake},
    Row{"$Ban", parse_operator_command},
    Row{"$TempBan", parse_operator_command},
    Row{"$UnBan", parse_operator_command},
    Row{"$Banned", parse_operator_command},
    Row{"$GetBanList", parse_operator_command},
    Row{"$WhoIP", parse_operator_command},
};

}  // namespace

Message parse(std::string_view frame) {
  if (frame.empty()) return KeepAlive{};
  if (frame.front() == '<') return detail::parse_chat({frame, frame.substr(0, 1), {}});
  const std::string_view keyword = frame.substr(0, frame.find(' '));
  const auto* row =
      std::find_if(kRows.begin(), kRows.end(), [&](const Row& r) { return r.keyword == keyword; });
  if (row == kRows.end()) return Unknown{keyword};
  return row->parse({frame, keyword, frame.substr(std::min(keyword.size() + 1, frame.size()))});
}

}  // namespace vhpy::nmdc
