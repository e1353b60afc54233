// Rows: changing what the hub knows of a user, and what it shows of it.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kSetMyINFO = function<&Hub::set_my_info>(
    "SetMyINFO", Effect::kWrites,
    "Changes what others see of a user, at once, until its client sends another MyINFO.\n\nnick: who; any case.\n"
    "desc, tag, speed, mail, size: the new fields, None keeps what is shown now. tag has its < and >; size is a\n"
    "decimal number of bytes; speed is without the status flag, which stays as it is. $ and | are escaped. GetMyINFO\n"
    "shows the result; the hub's own sums and checks go on by what the client said. Returns False if nick is\n"
    "unknown or a field cannot be shown.",
    param("nick"), param("desc", none), param("tag", none), param("speed", none), param("mail", none),
    param("size", none));

inline constexpr auto kSetMyINFOFlag = function<&Hub::set_my_info_flag>(
    "SetMyINFOFlag", Effect::kWrites,
    "Sets a bit of the status flag in a user's MyINFO, for the rest of its connection.\n\nnick: who; also a user who\n"
    "is still logging in. flag: one of 1, 2, 4, 8, 16, 32 (eMF_). Others see it with the next MyINFO. Returns False\n"
    "if nick has no connection or flag is not one of these.",
    param("nick"), param("flag"));

inline constexpr auto kUnsetMyINFOFlag = function<&Hub::unset_my_info_flag>(
    "UnsetMyINFOFlag", Effect::kWrites,
    "Clears a bit of the status flag in a user's MyINFO, for the rest of its connection.\n\nnick: who; also a user\n"
    "who is still logging in. flag: one of 1, 2, 4, 8, 16, 32 (eMF_). Others see it with the next MyINFO. Returns\n"
    "False if nick has no connection or flag is not one of these.",
    param("nick"), param("flag"));

inline constexpr auto kSetUserIP = function<&Hub::set_user_ip>(
    "SetUserIP", Effect::kWrites,
    "Changes the address that the hub knows of a user, for one who comes through a proxy.\n\nnick: who; any case. ip:\n"
    "an IPv4 address, shown to operators. The host name is looked up anew. Returns False if nick is not online or ip\n"
    "is no address.",
    param("nick"), param("ip"));

struct UserChangeFunctions {
  static constexpr const char* kTitle = "Changing what is known of users";
  using Table = FunctionTable<kSetMyINFO, kSetMyINFOFlag, kUnsetMyINFOFlag, kSetUserIP>;
};

}  // namespace vhpy::functions
