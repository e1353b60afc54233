// What a nick may look like, and when two nicks are the same. Pure functions. Thread: any. Blocks: no.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vhpy::nmdc {

// ASCII letters to lower case, other bytes as they are: the key under which a nick is stored and compared.
std::string fold_nick(std::string_view nick);
bool same_nick(std::string_view a, std::string_view b) noexcept;

enum class NickFault : std::uint8_t {
  kEmpty,
  kTooShort,
  kTooLong,
  kForbiddenByte,   // space, $ | < >, anything below 0x20, or 0x7F
  kReservedPrefix,  // [OP] and the like, for guests
};

struct NickRules {
  std::size_t min_bytes = 1;
  std::size_t max_bytes = 64;
  // Prefixes separated by spaces that only registered users may bear; compared without case. Empty: none.
  std::string_view reserved_prefixes = "[OP]";
};

struct NickProblem {
  NickFault fault;
  std::string message;  // one sentence for the user: what is wrong and what is expected
  std::string bad_nick;  // argument of $BadNick, for clients that know NickRule: "Min 3", "Char 60", "Pref"
};

// Which bytes no nick may have, whoever bears it.
bool nick_byte_allowed(unsigned char byte) noexcept;

// registered: length and prefix are rules for guests only; forbidden bytes and the hard limit of
// kMaxNickBytes hold for everybody. Nothing if the nick is fine.
std::optional<NickProblem> check_nick(std::string_view nick, const NickRules& rules, bool registered);

}  // namespace vhpy::nmdc
