// Hooks: commands, and what operators do with them.
#pragma once

#include <array>

#include "core/hook.h"

namespace vhpy {

inline constexpr auto kOperatorHooks = [] {
  using namespace hook_row;
  return std::array{
      row(HookId::kOnHubCommand, "OnHubCommand",
          "A command to the hub; cmd lacks its first character, which is prefix. A block swallows it, before "
          "OnOperatorCommand and OnUserCommand.",
          text("nick"), text("cmd"), integer("user_class"), integer("in_pm"), text("prefix")),
      row(HookId::kOnOperatorCommand, "OnOperatorCommand",
          "A command of class 3 and above that begins with one of cmd_start_op, after the !py... console; cmd is whole. A "
          "block swallows it.",
          text("nick"), text("cmd")),
      row(HookId::kOnUserCommand, "OnUserCommand",
          "A command that begins with one of cmd_start_user and is none of the operators'; cmd is whole. A block swallows "
          "it.",
          text("nick"), text("cmd")),
      row(HookId::kOnOperatorKicks, "OnOperatorKicks",
          "A kick, by an operator or by vh.KickUser, that the operator has the right to. A block cancels it.", text("op"),
          text("nick"), text("reason")),
      row(HookId::kOnOperatorDrops, "OnOperatorDrops", "A disconnection without a ban by an operator. A block cancels it.",
          text("op"), text("nick")),
      row(HookId::kOnOperatorDropsWithReason, "OnOperatorDropsWithReason",
          "The same, after OnOperatorDrops; both are called, and either may cancel.", text("op"), text("nick"),
          text("reason")),
      row(HookId::kOnNewReg, "OnNewReg", "An operator registers a nick by !regnew. A block refuses it.", text("op"),
          text("nick"), integer("user_class")),
      row(HookId::kOnNewBan, "OnNewBan",
          "An operator bans by !ban: ip is the address or range, or nick is the nick; the other one is empty. A block "
          "refuses it.",
          text("op"), text("ip"), text("nick"), text("reason")),
  };
}();

}  // namespace vhpy
