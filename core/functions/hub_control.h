// Rows: the hub as a program, how fast its loop turns and when it ends; and what it thinks of a bot's nick.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kGetServFreq = function<&Hub::loop_rate>(
    "GetServFreq", Effect::kReads,
    "How often the hub's main loop turns.\n\nReturns a float, turns per second: on the embedded hub of about the last\n"
    "second, on Verlihub the mean of up to 90 seconds. An idle hub waits instead of turning, so that a low number is no\n"
    "bad sign: Verlihub turns 9 to 20 times a second at rest, and refuses users only below adv_min_frequency (0.3).",
    not_cached("it changes all the time, and a new view of the hub for each change would be of no use"));

inline constexpr auto kStopHub = function<&Hub::stop_hub>(
    "StopHub", Effect::kWrites,
    "Stops the hub in order: scripts are unloaded, clients told, then the program ends.\n\ncode: the exit code of the\n"
    "program, 0 to 255. delay: seconds until then; a later call replaces an earlier one; -1 cancels. Returns False if\n"
    "an argument is out of range, or there is nothing to cancel.",
    param("code"), param("delay", 0));

inline constexpr auto kIsRobotNickBad = function<&Hub::robot_nick_problem>(
    "IsRobotNickBad", Effect::kReads,
    "Why a bot could not have a nick.\n\nnick: any text. Returns an int: 0 it could (unless a user has it now), 1 a\n"
    "bot has it, 2 it is empty, 3 it has a space, a control character or one of $ | < >, 4 it is one of the hub's own\n"
    "bots', 5 it is too long (eBOT_).",
    not_cached("it judges by the hub's own rules for nicks"), param("nick"));

struct HubControlFunctions {
  static constexpr const char* kTitle = "The hub itself";
  using Table = FunctionTable<kGetServFreq, kStopHub, kIsRobotNickBad>;
};

}  // namespace vhpy::functions
