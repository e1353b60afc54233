// Every hook: its name, what it is given, and what a block does. To add one: a row here and a call in each host.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace vhpy {

enum class HookId : std::uint8_t {
  kOnTimer,
  kOnNewConn,
  kOnCloseConn,
  kOnUserLogin,
  kOnUserLogout,
  kOnParsedMsgChat,
  kOnParsedMsgPM,
  kOnHubCommand,
  kUnLoad,
};

enum class HookArgType : std::uint8_t { kText, kInteger, kReal };

struct HookParam {
  std::string_view name;
  HookArgType type;
};

struct Hook {
  static constexpr std::size_t kMaxParams = 6;
  HookId id;
  const char* name;
  std::size_t arity;
  std::array<HookParam, kMaxParams> params;
  const char* doc;  // when it fires; what a block (0 or False) does
};

inline constexpr std::array<Hook, 9> kHooks{{
    {HookId::kOnTimer, "OnTimer", 1, {{{"now", HookArgType::kReal}}},
     "Every second; now in epoch seconds. May be defined without the parameter. A block is ignored."},
    {HookId::kOnNewConn, "OnNewConn", 1, {{{"ip", HookArgType::kText}}},
     "A new connection, before the hub says anything. A block drops it."},
    {HookId::kOnCloseConn, "OnCloseConn", 1, {{{"ip", HookArgType::kText}}},
     "A connection is gone. A block is ignored."},
    {HookId::kOnUserLogin, "OnUserLogin", 1, {{{"nick", HookArgType::kText}}},
     "A user has logged in. A block disconnects."},
    {HookId::kOnUserLogout, "OnUserLogout", 1, {{{"nick", HookArgType::kText}}},
     "A user leaves the list. A block is ignored."},
    {HookId::kOnParsedMsgChat, "OnParsedMsgChat", 2,
     {{{"nick", HookArgType::kText}, {"msg", HookArgType::kText}}},
     "A line in the main chat, after all checks; not for commands. A block keeps it from being sent; a str replaces "
     "the text, a tuple (nick, msg) replaces either, None keeping what it was."},
    {HookId::kOnParsedMsgPM, "OnParsedMsgPM", 3,
     {{{"nick", HookArgType::kText}, {"msg", HookArgType::kText}, {"to", HookArgType::kText}}},
     "A private message to a user or a bot. A block keeps it from being sent."},
    {HookId::kOnHubCommand, "OnHubCommand", 5,
     {{{"nick", HookArgType::kText}, {"cmd", HookArgType::kText}, {"user_class", HookArgType::kInteger},
       {"in_pm", HookArgType::kInteger}, {"prefix", HookArgType::kText}}},
     "A command to the hub; cmd lacks its first character, which is prefix. A block swallows it."},
    {HookId::kUnLoad, "UnLoad", 0, {}, "The script is about to be unloaded. A block is ignored."},
}};

constexpr const Hook& hook(HookId id) { return kHooks[static_cast<std::size_t>(id)]; }

using HookArg = std::variant<std::string_view, std::int64_t, double>;

// What all scripts together said. Scripts are called in list order; any block wins, substitutions chain (each script
// sees what the one before it made of the text), an exception allows.
struct HookResult {
  bool allow = true;
  std::optional<std::string> nick;  // OnParsedMsgChat: replacement
  std::optional<std::string> text;  // OnParsedMsgChat: replacement
  std::string reply;                // raw data for the connection of the event, from (str, int) results
};

}  // namespace vhpy
