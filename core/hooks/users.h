// Hooks: users: what they say of themselves, and their coming and going.
#pragma once

#include <array>

#include "core/hook.h"

namespace vhpy {

inline constexpr auto kUserHooks = [] {
  using namespace hook_row;
  return std::array{
      row(HookId::kOnValidateTag, "OnValidateTag",
          "Each MyINFO: its tag with < and >, empty if there is none. A block disconnects.", text("nick"), text("tag")),
      answering(HookAnswer::kMyInfo,
                row(HookId::kOnFirstMyINFO, "OnFirstMyINFO",
                    "The MyINFO that completes the login; the last byte of speed is the status flag. A block "
                    "disconnects; a tuple (desc, tag, speed, mail, size) replaces what the hub keeps and others see, None "
                    "keeping what it was.",
                    text("nick"), text("desc"), text("tag"), text("speed"), text("mail"), text("size"))),
      answering(HookAnswer::kMyInfo,
                row(HookId::kOnParsedMsgMyINFO, "OnParsedMsgMyINFO",
                    "Every MyINFO, the first one too, as OnFirstMyINFO has left it. After a block it is ignored; a tuple "
                    "(desc, tag, speed, mail, size) replaces what the hub keeps and others see, None keeping what it "
                    "was.",
                    text("nick"), text("desc"), text("tag"), text("speed"), text("mail"), text("size"))),
      row(HookId::kOnUserInList, "OnUserInList",
          "A user is in the list, and not yet shown to the others. A block disconnects.", text("nick")),
      row(HookId::kOnUserLogin, "OnUserLogin", "A user has logged in. A block disconnects.", text("nick")),
      row(HookId::kOnUserLogout, "OnUserLogout", "A user leaves the list. A block is ignored.", text("nick")),
  };
}();

}  // namespace vhpy
