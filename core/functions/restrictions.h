// Rows: what single users may not do for a while, and temporary bans.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kUserRestrictions = function<&Hub::user_restrictions>(
    "UserRestrictions", Effect::kWrites,
    "Restricts an online user for a time, or lifts that.\n\nnick: who. chat, pm, search, ctm: the main chat, private\n"
    "messages, searching, connecting to others; each None or '' to keep it, '0' to lift, '1' for a week, else a\n"
    "length such as '3h' (s m h d w M y; a bare number: days). The keywords nochat, nopm, nosearch, noctm mean the\n"
    "same. Class 5 and above is exempt. Returns a dict of four bools by those first names, True where the user is\n"
    "restricted now; {} if nick is not online or a length is none, in which case nothing is changed.",
    param("nick"), also_called(param("chat", none), "nochat"), also_called(param("pm", none), "nopm"),
    also_called(param("search", none), "nosearch"), also_called(param("ctm", none), "noctm"));

inline constexpr auto kDelNickTempBan = function<&Hub::delete_nick_temp_ban>(
    "DelNickTempBan", Effect::kWrites,
    "Lifts what keeps a nick out for a while of the hub's own accord: a wait between two logins, or a ban that the hub\n"
    "itself has set. Kicks and operators' bans stay.\n\nnick: any case. Returns False if there is nothing to lift.",
    param("nick"));

inline constexpr auto kDelIPTempBan = function<&Hub::delete_ip_temp_ban>(
    "DelIPTempBan", Effect::kWrites,
    "Lifts what keeps an address out for a while of the hub's own accord: after a wrong password or flooding. Kicks\n"
    "and operators' bans stay.\n\nip: the address. Returns False if there is nothing to lift.",
    param("ip"));

struct RestrictionFunctions {
  static constexpr const char* kTitle = "Restrictions and temporary bans";
  using Table = FunctionTable<kUserRestrictions, kDelNickTempBan, kDelIPTempBan>;
};

}  // namespace vhpy::functions
