// Hooks: connections, from the first byte to the last.
#pragma once

#include <array>

#include "core/hook.h"

namespace vhpy {

inline constexpr auto kConnectionHooks = [] {
  using namespace hook_row;
  return std::array{
      row(HookId::kOnNewConn, "OnNewConn", "A new connection, before the hub says anything. A block drops it.",
          text("ip")),
      row(HookId::kOnCloseConn, "OnCloseConn", "A connection is gone. A block is ignored.", text("ip")),
      row(HookId::kOnCloseConnEx, "OnCloseConnEx",
          "A connection is gone, after OnCloseConn; reason is an eCR_ number, nick is empty if none was given. A block "
          "is ignored.",
          text("ip"), integer("reason"), text("nick")),
      row(HookId::kOnParsedMsgSupports, "OnParsedMsgSupports",
          "$Supports; data is the whole command, back the features the hub will answer, separated by spaces. After a "
          "block the hub answers nothing; the client stays.",
          text("ip"), text("data"), text("back")),
      row(HookId::kOnParsedMsgValidateNick, "OnParsedMsgValidateNick",
          "$ValidateNick, the whole command, with a nick that the hub would take. A block disconnects.", text("data")),
      row(HookId::kOnParsedMsgVersion, "OnParsedMsgVersion", "$Version, the whole command. A block disconnects.",
          text("ip"), text("data")),
      row(HookId::kOnParsedMsgMyPass, "OnParsedMsgMyPass",
          "$MyPass, the whole command with the password as typed, before it is checked. A block disconnects.",
          text("nick"), text("data")),
      row(HookId::kOnParsedMsgMyHubURL, "OnParsedMsgMyHubURL", "$MyHubURL, the whole command. A block disconnects.",
          text("nick"), text("data")),
      row(HookId::kOnParsedMsgBotINFO, "OnParsedMsgBotINFO", "$BotINFO, the whole command. A block disconnects.",
          text("nick"), text("data")),
      row(HookId::kOnParsedMsgExtJSON, "OnParsedMsgExtJSON",
          "$ExtJSON, the whole command. After a block it is neither kept nor shown to others.", text("nick"),
          text("data")),
      row(HookId::kOnCtmToHub, "OnCtmToHub",
          "A client that was told to connect to the hub as if it were a client: the nick it says, its address and port, "
          "the hub's port, and the hub that sent it, if it says so. It is disconnected in any case; after a block "
          "without a word, and not counted.",
          text("nick"), text("ip"), integer("port"), integer("servport"), text("ref")),
  };
}();

}  // namespace vhpy
