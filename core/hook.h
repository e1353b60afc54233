// What a hook is: how a row of the table is written, what a hook is given, and what scripts answer. The rows themselves
// are in hooks/*.h; hooks.h joins them.
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
  // connection and login
  kOnCloseConnEx,
  kOnParsedMsgSupports,
  kOnParsedMsgValidateNick,
  kOnParsedMsgVersion,
  kOnParsedMsgMyPass,
  kOnParsedMsgMyHubURL,
  kOnParsedMsgBotINFO,
  kOnParsedMsgExtJSON,
  kOnCtmToHub,
  // users
  kOnValidateTag,
  kOnFirstMyINFO,
  kOnParsedMsgMyINFO,
  kOnUserInList,
  // messages
  kOnParsedMsgAny,
  kOnParsedMsgAnyEx,
  kOnParsedMsgMCTo,
  kOnParsedMsgSearch,
  kOnParsedMsgSR,
  kOnParsedMsgConnectToMe,
  kOnParsedMsgRevConnectToMe,
  kOnUnknownMsg,
  kOnOpChatMessage,
  kOnPublicBotMessage,
  // operators
  kOnOperatorCommand,
  kOnUserCommand,
  kOnOperatorKicks,
  kOnOperatorDrops,
  kOnOperatorDropsWithReason,
  kOnNewReg,
  kOnNewBan,
  // the hub
  kOnSetConfig,
  kOnScriptCommand,
  kOnUnLoad,
  kCount,
};

enum class HookArgType : std::uint8_t { kText, kPath, kInteger, kReal };  // kPath: bytes of a file name, not of the wire

struct HookParam {
  std::string_view name;
  HookArgType type;
};

// What a hook's return value may say besides yes and no.
enum class HookAnswer : std::uint8_t {
  kReply,   // (data, int): data goes raw to the connection of the event
  kChat,    // a str, or (nick, msg): another line instead
  kMyInfo,  // (desc, tag, speed, mail, size): another MyINFO instead
};

struct Hook {
  static constexpr std::size_t kMaxParams = 6;
  HookId id;
  const char* name;
  std::size_t arity;
  std::array<HookParam, kMaxParams> params;
  const char* doc;  // when it fires; what a block (0 or False) does
  HookAnswer answer = HookAnswer::kReply;
};

// Short names for the rows.
namespace hook_row {

constexpr HookParam text(std::string_view name) { return {name, HookArgType::kText}; }
constexpr HookParam path(std::string_view name) { return {name, HookArgType::kPath}; }
constexpr HookParam integer(std::string_view name) { return {name, HookArgType::kInteger}; }
constexpr HookParam real(std::string_view name) { return {name, HookArgType::kReal}; }

template <class... Params>
constexpr Hook row(HookId id, const char* name, const char* doc, Params... params) {
  static_assert(sizeof...(params) <= Hook::kMaxParams);
  return {id, name, sizeof...(params), {params...}, doc};
}

constexpr Hook answering(HookAnswer answer, Hook hook) {
  hook.answer = answer;
  return hook;
}

}  // namespace hook_row

using HookArg = std::variant<std::string_view, std::int64_t, double>;

// What scripts put in the place of fields of a MyINFO; nothing: the field stays as it was.
struct MyInfoChange {
  std::optional<std::string> description, tag, speed, mail, size;
};

// What all scripts together said. Scripts are called in list order; any block wins, substitutions chain (each script
// sees what the one before it made of the text), an exception allows.
struct HookResult {
  bool allow = true;
  std::optional<std::string> nick;      // kChat: replacement
  std::optional<std::string> text;      // kChat: replacement
  std::optional<MyInfoChange> my_info;  // kMyInfo: what was replaced, if anything was
  std::string reply;                    // kReply: raw data for the connection of the event
};

}  // namespace vhpy
