// Rows: lists as protocol commands, and what clients say of themselves besides MyINFO.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kGetRawNickList = function<&Hub::raw_nick_list, &live::View::raw_nick_list>(
    "GetRawNickList", Effect::kReads,
    "The command that lists everybody, bots included.\n\nReturns a str, '$NickList a$$b$$', without the closing '|'.");

inline constexpr auto kGetRawOpList = function<&Hub::raw_op_list, &live::View::raw_op_list>(
    "GetRawOpList", Effect::kReads,
    "The command that lists the operators.\n\nReturns a str, '$OpList a$$b$$', without the closing '|'.");

inline constexpr auto kGetRawBotList = function<&Hub::raw_bot_list, &live::View::raw_bot_list>(
    "GetRawBotList", Effect::kReads,
    "The command that lists the bots.\n\nReturns a str, '$BotList a$$b$$', without the closing '|'.");

inline constexpr auto kGetUserHubURL = function<&Hub::user_hub_url, &live::View::user_hub_url>(
    "GetUserHubURL", Effect::kReads,
    "The address under which a user's client has connected to the hub.\n\nnick: any case. Returns None for an unknown\n"
    "nick, and if the client has not told it.",
    param("nick"));

inline constexpr auto kGetUserExtJSON = function<&Hub::user_ext_json, &live::View::user_ext_json>(
    "GetUserExtJSON", Effect::kReads,
    "What a user's client says of itself as JSON.\n\nnick: any case. Returns the whole command,\n"
    "'$ExtJSON nick {...}', without the closing '|'; None for an unknown nick, and if there is none.",
    param("nick"));

inline constexpr auto kGetUserVersion = function<&Hub::user_version, &live::View::user_version>(
    "GetUserVersion", Effect::kReads,
    "Name and version of a user's client, from its tag.\n\nnick: any case. Returns a str such as '++ 0.868', None for\n"
    "an unknown nick and for one without a tag.",
    param("nick"));

inline constexpr auto kGetUserShare = function<&Hub::user_share, &live::View::user_share>(
    "GetUserShare", Effect::kReads,
    "Bytes that a user shares, as its client says.\n\nnick: any case. Returns an int, None for an unknown nick.",
    param("nick"));

struct ListFunctions {
  static constexpr const char* kTitle = "Lists as commands, and what clients say of themselves";
  using Table = FunctionTable<kGetRawNickList, kGetRawOpList, kGetRawBotList, kGetUserHubURL, kGetUserExtJSON,
                              kGetUserVersion, kGetUserShare>;
};

}  // namespace vhpy::functions
