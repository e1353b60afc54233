// Hooks: the hub as a whole.
#pragma once

#include <array>

#include "core/hook.h"

namespace vhpy {

inline constexpr auto kHubHooks = [] {
  using namespace hook_row;
  return std::array{
      row(HookId::kOnTimer, "OnTimer",
          "Every second; now in epoch seconds. May be defined without the parameter. A block is ignored.", real("now")),
      row(HookId::kOnSetConfig, "OnSetConfig",
          "A setting is changed, by !set or vh.SetConfig: by whom, in which file, which, to what, from what; type is an "
          "eIT_ number, -1 for settings that are not the hub's own. The hub's own hold the new value already. A block "
          "restores the old one.",
          text("nick"), text("conf"), text("var"), text("new"), text("old"), integer("type")),
      row(HookId::kOnScriptCommand, "OnScriptCommand",
          "A command from a script to all scripts, the sender included (vh.ScriptCommand); plug is 'python', script the "
          "sender's path. Both are empty for the hub's own _hub_security_change and _opchat_name_change, whose data is the "
          "new nick. A block is ignored.",
          text("cmd"), text("data"), text("plug"), path("script")),
      row(HookId::kOnUnLoad, "OnUnLoad",
          "The hub stops, before any script is unloaded; code is 0. A block is ignored.", integer("code")),
      row(HookId::kUnLoad, "UnLoad", "The script is about to be unloaded. A block is ignored."),
  };
}();

}  // namespace vhpy
