// Rows: users and lists.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kGetNickList = function<&Hub::nick_list, &live::View::nick_list>(
    "GetNickList", Effect::kReads, "Nicks of everybody in the user list, bots included.\n\nReturns a list of str.");

inline constexpr auto kGetOpList = function<&Hub::op_list, &live::View::op_list>(
    "GetOpList", Effect::kReads,
    "Nicks that are shown as operators (class 3 and above), bots included.\n\nReturns a list of str.");

inline constexpr auto kGetBotList = function<&Hub::bot_list, &live::View::bot_list>(
    "GetBotList", Effect::kReads,
    "Nicks of the bots, hub security and operator chat included.\n\nReturns a list of str.");

inline constexpr auto kGetUserClass = function<&Hub::user_class, &live::View::user_class>(
    "GetUserClass", Effect::kReads,
    "Class of a user: -1 pinger, 0 guest, 1 registered, 2 vip, 3 operator, 4 cheef, 5 admin, 10 master.\n\n"
    "nick: any case; None gives None. Returns -2 for an unknown nick.",
    param("nick"));

inline constexpr auto kGetUserIP = function<&Hub::user_ip, &live::View::user_ip>(
    "GetUserIP", Effect::kReads,
    "IP address of a user.\n\nnick: any case. Returns None for an unknown nick, '127.0.0.1' for a bot.",
    param("nick"));

inline constexpr auto kGetUserHost = function<&Hub::user_host, &live::View::user_host>(
    "GetUserHost", Effect::kReads,
    "Host name of a user, from reverse DNS.\n\nnick: any case. Never waits for DNS: it tells what the hub knows. The\n"
    "embedded hub looks names up in the background after login, Verlihub when a user connects, and only if its setting\n"
    "dns_lookup is on. Returns None for an unknown nick, for a bot, and while no name is known.",
    param("nick"));

inline constexpr auto kGetMyINFO = function<&Hub::my_info, &live::View::my_info>(
    "GetMyINFO", Effect::kReads,
    "What others see of a user: what its client says, or what SetMyINFO made of it.\n\nnick: any case. Returns a tuple of\n"
    "six str (nick, description, tag, speed, mail, share size in bytes); the tag keeps its < and >, the last\n"
    "character of speed is the status flag. None for an unknown nick.",
    param("nick"));

inline constexpr auto kGetUsersCount = function<&Hub::users_count, &live::View::users_count>(
    "GetUsersCount", Effect::kReads, "How many users are connected, bots not counted.\n\nReturns an int.");

inline constexpr auto kGetTotalShareSize = function<&Hub::total_share_size, &live::View::total_share_size>(
    "GetTotalShareSize", Effect::kReads, "Bytes that all users share together.\n\nReturns a str of decimal digits.");

struct UserFunctions {
  static constexpr const char* kTitle = "Users and lists";
  using Table = FunctionTable<kGetNickList, kGetOpList, kGetBotList, kGetUserClass, kGetUserIP, kGetUserHost,
                              kGetMyINFO, kGetUsersCount, kGetTotalShareSize>;
};

}  // namespace vhpy::functions
