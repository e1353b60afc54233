// Rows: kicks, bans and registrations.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kKickUser = function<&Hub::kick_user>(
    "KickUser", Effect::kWrites,
    "Kicks a user: disconnects, with a short ban.\n\nop: who kicks; must be in the user list, with rights over nick.\n"
    "nick: who is kicked. why: the reason shown. addr: where to send the user instead. note_op, note_usr: text kept\n"
    "with the ban for operators, shown to the user. Returns False if it was refused or nick is not online.",
    param("op"), param("nick"), param("why", ""), param("addr", none), param("note_op", none),
    param("note_usr", none));

inline constexpr auto kBan = function<&Hub::ban>(
    "Ban", Effect::kWrites,
    "Bans an online user and disconnects.\n\nop: label of who bans (no rights are checked). nick: who. reason: shown\n"
    "to the user. seconds: length, above 0. type: one of the eBF_ constants. Returns False if nick is not online or\n"
    "an argument is out of range.",
    param("op"), param("nick"), param("reason"), param("seconds"), param("type"));

inline constexpr auto kAddRegUser = function<&Hub::add_registration>(
    "AddRegUser", Effect::kWrites,
    "Registers a nick.\n\nnick: who. class_: 1 to 5 (0 counts as 1). password: empty lets the user choose one at the\n"
    "next login. op: who registers. Returns False if the nick is already registered, is a bot's, class_ is out of\n"
    "range, or the password is shorter than password_min_len.",
    param("nick"), param("class_"), param("password", ""), param("op", ""));

inline constexpr auto kDelRegUser = function<&Hub::delete_registration>(
    "DelRegUser", Effect::kWrites,
    "Removes a registration.\n\nnick: who; an online user becomes a guest. Returns False if it is not registered, or\n"
    "is a master (class 10).",
    param("nick"));

inline constexpr auto kSetRegClass = function<&Hub::set_registration_class>(
    "SetRegClass", Effect::kWrites,
    "Changes the class of a registration.\n\nnick: who. class_: 1 to 5, or 10. Returns False if it is not registered\n"
    "or already has that class.",
    param("nick"), param("class_"));

struct RegistrationFunctions {
  static constexpr const char* kTitle = "Kicks, bans and registrations";
  using Table = FunctionTable<kKickUser, kBan, kAddRegUser, kDelRegUser, kSetRegClass>;
};

}  // namespace vhpy::functions
