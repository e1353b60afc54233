// What a nick may look like: see nick.h.
#include "core/nmdc/nick.h"

#include <algorithm>

#include "core/nmdc/limits.h"

namespace vhpy::nmdc {
namespace {

constexpr char fold(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

NickProblem too_long(std::size_t limit) {
  const std::string number = std::to_string(limit);
  return {NickFault::kTooLong, "Your nick is too long: at most " + number + " bytes are allowed.",
          "Max " + number};
}

// The first reserved prefix that the nick starts with; empty if none.
std::string_view reserved_prefix(std::string_view nick, std::string_view prefixes) {
  while (!prefixes.empty()) {
    const std::size_t end = std::min(prefixes.find(' '), prefixes.size());
    const std::string_view prefix = prefixes.substr(0, end);
    if (!prefix.empty() && nick.size() >= prefix.size() && same_nick(nick.substr(0, prefix.size()), prefix)) {
      return prefix;
    }
    prefixes.remove_prefix(std::min(end + 1, prefixes.size()));
  }
  return {};
}

}  // namespace

std::string fold_nick(std::string_view nick) {
  std::string folded(nick);
  std::transform(folded.begin(), folded.end(), folded.begin(), fold);
  return folded;
}

bool same_nick(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return fold(x) == fold(y); });
}

bool nick_byte_allowed(unsigned char byte) noexcept {
  return byte > 0x20 && byte != 0x7F && byte != '$' && byte != '|' && byte != '<' && byte != '>';
}

std::optional<NickProblem> check_nick(std::string_view nick, const NickRules& rules, bool registered) {
  if (nick.empty()) {
    const std::size_t min = std::max<std::size_t>(rules.min_bytes, 1);
    return NickProblem{NickFault::kEmpty, "Your nick is empty: choose one.", "Min " + std::to_string(min)};
  }
  if (nick.size() > kMaxNickBytes) return too_long(std::min(rules.max_bytes, kMaxNickBytes));
  const auto bad = std::find_if(nick.begin(), nick.end(),
                                [](char c) { return !nick_byte_allowed(static_cast<unsigned char>(c)); });
  if (bad != nick.end()) {
    const std::string code = std::to_string(static_cast<unsigned char>(*bad));
    return NickProblem{NickFault::kForbiddenByte,
                       "Your nick holds a forbidden character (code " + code +
                           "): spaces, control characters and $ | < > are not allowed.",
                       "Char " + code};
  }
  if (registered) return std::nullopt;

  if (nick.size() > rules.max_bytes) return too_long(rules.max_bytes);
  if (nick.size() < rules.min_bytes) {
    const std::string number = std::to_string(rules.min_bytes);
    return NickProblem{NickFault::kTooShort,
                       "Your nick is too short: at least " + number + " bytes are expected.",
                       "Min " + number};
  }
  const std::string_view prefix = reserved_prefix(nick, rules.reserved_prefixes);
  if (!prefix.empty()) {
    return NickProblem{
        NickFault::kReservedPrefix,
        "Your nick starts with " + std::string(prefix) + ", which only registered users may bear.", "Pref"};
  }
  return std::nullopt;
}

}  // namespace vhpy::nmdc
