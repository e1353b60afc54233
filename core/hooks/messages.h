// Hooks: what users send to each other.
#pragma once

#include <array>

#include "core/hook.h"

namespace vhpy {

inline constexpr auto kMessageHooks = [] {
  using namespace hook_row;
  return std::array{
      row(HookId::kOnParsedMsgAny, "OnParsedMsgAny",
          "Any command of a client that has said its nick, as received, before it is handled; keep-alives are none. A "
          "block drops it.",
          text("nick"), text("data")),
      row(HookId::kOnParsedMsgAnyEx, "OnParsedMsgAnyEx",
          "Any command of a client that has not said its nick, as received, before it is handled. A block disconnects.",
          text("ip"), text("data")),
      answering(HookAnswer::kChat,
                row(HookId::kOnParsedMsgChat, "OnParsedMsgChat",
                    "A line in the main chat, after all checks; not for commands. A block keeps it from being sent; a str "
                    "replaces the text, a tuple (nick, msg) replaces either, None keeping what it was.",
                    text("nick"), text("msg"))),
      row(HookId::kOnParsedMsgPM, "OnParsedMsgPM",
          "A private message to a user or a bot. A block keeps it from being sent.", text("nick"), text("msg"),
          text("to")),
      row(HookId::kOnParsedMsgMCTo, "OnParsedMsgMCTo",
          "A line in the main chat for one user only. A block keeps it from being sent.", text("nick"), text("msg"),
          text("to")),
      row(HookId::kOnParsedMsgSearch, "OnParsedMsgSearch",
          "A search after all checks, the whole command; short ones ($SA, $SP) are given as the $Search that they stand "
          "for. A block drops it.",
          text("nick"), text("data")),
      row(HookId::kOnParsedMsgSR, "OnParsedMsgSR",
          "A search result, the whole command, with its receiver at the end. A block drops it.", text("nick"),
          text("data")),
      row(HookId::kOnParsedMsgConnectToMe, "OnParsedMsgConnectToMe",
          "A user asks another one to connect to it; ip is the real one, port has the letters that follow it. A block "
          "drops it.",
          text("nick"), text("other"), text("ip"), text("port")),
      row(HookId::kOnParsedMsgRevConnectToMe, "OnParsedMsgRevConnectToMe",
          "A passive user asks another one for a $ConnectToMe. A block drops it.", text("nick"), text("other")),
      row(HookId::kOnUnknownMsg, "OnUnknownMsg",
          "A command that the hub does not know, whole, of a user in the list. A block is ignored.", text("nick"),
          text("data")),
      row(HookId::kOnOpChatMessage, "OnOpChatMessage",
          "A member wrote in the operator chat, after it was sent. A block is ignored.", text("nick"), text("msg")),
      row(HookId::kOnPublicBotMessage, "OnPublicBotMessage",
          "The hub or a script spoke in the main chat (vh.mc, vh.classmc) to the classes min to max, after it was sent. A "
          "block is ignored.",
          text("nick"), text("msg"), integer("min"), integer("max")),
  };
}();

}  // namespace vhpy
