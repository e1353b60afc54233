// Every command a client may send, as a type. parse() turns one frame into one of them.
//
// Pure function over bytes; text fields are views into the frame and still escaped, as they came. Syntax is
// judged here, meaning (is the sender who it claims, may it do this now) by the server. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/nmdc/my_info.h"

namespace vhpy::nmdc {

// clang-format off
struct KeepAlive {};                                              // the empty frame
struct Supports { std::vector<std::string_view> features; };      // empty names dropped
struct Key { std::string_view key; };                             // still escaped; may be empty or rubbish
struct ValidateNick { std::string_view nick; };                   // maybe empty or ill-formed: check_nick()
struct MyPass { std::string_view password; };                     // as typed: may hold '$', may be empty
struct Version { std::string_view version; };
struct GetNickList {};
struct Chat { std::string_view nick, text; };                     // text may be empty
struct PrivateMessage { std::string_view to, from, signed_by, text; };
struct McTo { std::string_view to, from, text; };
// clang-format on

// $Search, or its short forms $SA and $SP, which come out as a search of type kTth.
struct Search {
  enum Type : std::uint8_t {
    kAny = 1,
    kAudio,
    kArchive,
    kDocument,
    kExecutable,
    kPicture,
    kVideo,
    kFolder,
    kTth,
  };
  bool active = false;
  bool short_form = false;
  std::string_view ip;     // active
  std::uint16_t port = 0;  // active, never 0
  std::string_view nick;   // passive
  bool size_limited = false;
  bool size_is_max = false;
  std::uint64_t size = 0;  // bytes
  std::uint8_t type = kAny;
  std::string_view pattern;  // spaces as '$'; of type kTth without "TTH:": 39 characters of base 32
  std::string_view query;    // "F?T?0?1?pattern", to relay; empty for a short form
};

struct SearchResult {
  std::string_view from;
  std::string_view to;     // whom it goes to; cut from `frame`
  std::string_view frame;  // "$SR ...", without the part that names the receiver and without '|'
};

struct ConnectToMe {
  std::string_view to;
  std::string_view ip;      // as claimed: the server puts the real one
  std::uint16_t port = 0;   // never 0
  std::string_view suffix;  // after the port: "", "S", "N", "NS", "R" or "RS"
  std::string_view from;    // only with N: the sender's nick; else empty
};

// clang-format off
struct RevConnectToMe { std::string_view from, to; };
struct GetInfo { std::string_view other, from; };
struct UserIp { std::vector<std::string_view> nicks; };           // at most kMaxUserIpNicks
struct Kick { std::string_view nick; };
struct Close { std::string_view nick; };
struct OpForceMove { std::string_view nick, address, reason; };
struct BotInfo { std::string_view text; };
struct MyHubUrl { std::string_view url; };
struct ExtJson { std::string_view nick, json; };                  // json: with its { and }
struct GetTopic {};
struct SetTopic { std::string_view topic; };                      // may be empty: clears it
// $MyNick or $Lock: a client that believes we are its peer; somebody abuses the hub as a connection target.
struct PeerHandshake { std::string_view keyword, argument; };
// An operator command of other hubs that this one does not run: $Ban, $UnBan, $GetBanList, $WhoIP ...
struct OperatorCommand { std::string_view keyword; };
struct Unknown { std::string_view keyword; };                     // anything else; counted for flood
// clang-format on

// What to do with a frame that cannot be parsed.
enum class Reaction : std::uint8_t {
  kIgnore,  // harmless: drop the frame
  kClose,   // say the reason, then close
};

struct Malformed {
  std::string_view keyword;  // "$Search", "<" for chat
  Reaction reaction = Reaction::kClose;
  std::string detail;  // one sentence: what was wrong and what was expected
};

using Message = std::variant<Malformed, KeepAlive, Supports, Key, ValidateNick, MyPass, Version, GetNickList,
                             MyInfo, Chat, PrivateMessage, McTo, Search, SearchResult, ConnectToMe,
                             RevConnectToMe, GetInfo, UserIp, Kick, Close, OpForceMove, BotInfo, MyHubUrl,
                             ExtJson, GetTopic, SetTopic, PeerHandshake, OperatorCommand, Unknown>;

// frame: without its '|', without NUL (Framer sees to both). The result must not outlive the frame.
Message parse(std::string_view frame);

}  // namespace vhpy::nmdc
