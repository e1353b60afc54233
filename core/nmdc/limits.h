// Sizes that the hub puts on what a client sends. In bytes, the closing '|' not counted.
//
// Values: Verlihub's defaults, so that clients in the field meet no surprise. Limits that depend on the
// user's class or on a setting (chat, private messages) are applied by the server; the parser applies the
// rest.
#pragma once

#include <cstddef>
#include <cstdint>

namespace vhpy::nmdc {

inline constexpr std::size_t kMaxLineBytes = 10240;  // any line, finished or not
inline constexpr std::size_t kMaxSupportsBytes = 512;
inline constexpr std::size_t kMaxSupportsFeatures = 64;  // features remembered of one $Supports
inline constexpr std::size_t kMaxKeyBytes = 512;  // longer than the answer to any lock of ours, escaped
inline constexpr std::size_t kMaxVersionBytes = 64;
inline constexpr std::size_t kMaxMyPassBytes = 256;  // of $MyPass with the password
inline constexpr std::size_t kMaxMyInfoBytes = 512;
inline constexpr std::size_t kMaxSearchBytes = 256;
inline constexpr std::size_t kMaxSearchResultBytes = 2048;  // paths are long
inline constexpr std::size_t kMaxConnectBytes = 256;        // $ConnectToMe, $RevConnectToMe, $GetINFO
inline constexpr std::size_t kMaxUserIpNicks = 100;         // asked for by one $UserIP
inline constexpr std::size_t kMaxHubUrlBytes = 128;
inline constexpr std::size_t kMaxExtJsonBytes = 1024;
inline constexpr std::size_t kMaxShownMyInfoBytes = 1024;  // of a MyINFO that a script has changed
inline constexpr std::size_t kMaxBotInfoBytes = 256;
inline constexpr std::size_t kMaxTopicBytes = 1023;
inline constexpr std::size_t kMaxChatBytes = 256;  // text of a chat line, class below vip
inline constexpr std::size_t kMaxChatLines = 5;
inline constexpr std::size_t kMaxPrivateMessageBytes = 1024;  // text of $To: and $MCTo:, class below vip

inline constexpr std::size_t kMaxNickBytes = 64;
inline constexpr std::size_t kMinPasswordBytes = 6;  // of a new password

// A share of more than 18 digits counts as 0 (18: the width of Verlihub's column). 19 such users overflow 64
// bits: whoever adds shares up must saturate or use a wider type.
inline constexpr std::uint64_t kMaxShare = 999'999'999'999'999'999;

}  // namespace vhpy::nmdc
