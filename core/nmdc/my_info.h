// $MyINFO, what a client says of itself: taken apart, and put together. Pure functions. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vhpy::nmdc {

// Bits of the status flag, the last byte of the speed field.
enum MyInfoFlag : std::uint8_t {
  kFlagNormal = 0x01,
  kFlagAway = 0x02,
  kFlagServer = 0x04,
  kFlagFireball = 0x08,
  kFlagTls = 0x10,
  kFlagNat = 0x20,
};

// Views into the frame it was parsed from.
struct MyInfo {
  std::string_view nick;
  std::string_view description;  // without the tag
  std::string_view tag;          // with its < and >; empty if there is none
  std::string_view speed;        // with the status flag as its last byte; empty for bots
  std::string_view mail;
  std::uint64_t share = 0;  // bytes

  // 0 if the speed field is empty.
  std::uint8_t flag() const noexcept { return speed.empty() ? 0 : static_cast<std::uint8_t>(speed.back()); }
};

// The same, owned: for whoever keeps it longer than the frame lives.
struct OwnedMyInfo {
  std::string nick, description, tag, speed, mail;
  std::uint64_t share = 0;

  OwnedMyInfo() = default;
  explicit OwnedMyInfo(const MyInfo& info);
  MyInfo view() const noexcept { return {nick, description, tag, speed, mail, share}; }
};

enum class ClientMode : std::uint8_t { kUnknown, kActive, kPassive, kSocks };

// `<client V:1.2,M:A,H:1/2/3,S:4,...>`. Anything may be missing: what is, stays at its default.
struct Tag {
  std::string_view client;
  std::string_view version;
  ClientMode mode = ClientMode::kUnknown;
  std::uint32_t hubs_guest = 0, hubs_registered = 0, hubs_operator = 0;
  std::uint32_t slots = 0;
};

// tag: with or without its < and >.
Tag parse_tag(std::string_view tag);

// frame: "$MyINFO $ALL nick desc<tag>$ $speed+flag$mail$share$". A missing last '$' is forgiven, and a share
// that is no number between 0 and kMaxShare counts as 0. Nothing if fields are missing or too many ('$' in a
// field); `why` then says what was wrong.
std::optional<MyInfo> parse_my_info(std::string_view frame, std::string* why = nullptr);

// The whole frame with its '|'. Bytes that would break the frame ('$', '|', NUL, and spaces in the nick) are
// replaced by '_': fields that come from a client never have them, fields that come from a script may.
std::string format_my_info(const MyInfo& info);

}  // namespace vhpy::nmdc
