// Texts that name the targets of bans: see ban.h.
#include "core/embedded/store/ban.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// The last `count` labels with a dot before each; nothing if there are fewer.
std::optional<std::string> last_labels(std::string_view name, int count) {
  std::size_t start = name.size();
  for (int i = 0; i < count; ++i) {
    if (start == 0) return std::nullopt;
    const std::size_t dot = name.rfind('.', start - 1);
    start = dot == std::string_view::npos ? 0 : dot;
  }
  if (start == name.size()) return std::nullopt;
  std::string part(name.substr(start));
  if (part.front() != '.') part.insert(part.begin(), '.');
  return part;
}

}  // namespace

std::optional<std::uint32_t> parse_ipv4(std::string_view text) {
  std::uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    const std::size_t end = i < 3 ? text.find('.') : text.size();
    if (end == std::string_view::npos || end == 0 || end > 3) return std::nullopt;
    const std::string_view digits = text.substr(0, end);
    if (digits.size() > 1 && digits.front() == '0')
      return std::nullopt;  // octal for some, decimal for others
    const auto part = whole_number<std::uint8_t>(digits);
    if (!part) return std::nullopt;
    address = (address << 8) | *part;
    text.remove_prefix(i < 3 ? end + 1 : end);
  }
  return address;
}

std::optional<std::string> canonical_address(std::string_view text) {
  if (parse_ipv4(text)) return std::string(text);
  in6_addr address{};
  if (inet_pton(AF_INET6, std::string(text).c_str(), &address) != 1) return std::nullopt;
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  return inet_ntop(AF_INET6, &address, canonical.data(), canonical.size());
}

std::string format_ipv4(std::uint32_t address) {
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string((address >> shift) & 0xFFu);
    if (shift > 0) text += '.';
  }
  return text;
}

std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_ipv4_range(std::string_view text) {
  if (const std::size_t slash = text.find('/'); slash != std::string_view::npos) {
    const auto address = parse_ipv4(text.substr(0, slash));
    const auto bits = whole_number<std::uint8_t>(text.substr(slash + 1));
    if (!address || !bits || *bits > 32) return std::nullopt;
    const std::uint64_t hosts = (std::uint64_t{1} << (32 - *bits)) - 1;
    const auto mask = static_cast<std::uint32_t>(hosts);
    return std::pair{*address & ~mask, *address | mask};
  }
  std::size_t separator = text.find("..");
  std::size_t width = 2;
  if (separator == std::string_view::npos) {
    separator = text.find('-');
    width = 1;
  }
  if (separator == std::string_view::npos) return std::nullopt;
  const auto from = parse_ipv4(text.substr(0, separator));
  const auto to = parse_ipv4(text.substr(separator + width));
  if (!from || !to || *from > *to) return std::nullopt;
  return std::pair{*from, *to};
}

std::optional<std::string> host_part(std::string_view host, BanType type) {
  std::string name = nmdc::fold_nick(host);
  if (name.starts_with('.')) name.erase(0, 1);
  if (name.empty()) return std::nullopt;
  switch (type) {
    case kBanHost1:
      return last_labels(name, 1);
    case kBanHost2:
      return last_labels(name, 2);
    case kBanHost3:
      return last_labels(name, 3);
    case kBanHostReverse1: {
      name.resize(std::min(name.find('.'), name.size()));
      if (name.empty()) return std::nullopt;
      return name;
    }
    default:
      return std::nullopt;
  }
}

std::string target_of(const Ban& ban) {
  switch (ban.type) {
    case kBanNickIp:
      return ban.nick + ' ' + ban.ip;
    case kBanIp:
      return ban.ip;
    case kBanNick:
    case kBanPrefix:
      return ban.nick;
    case kBanRange:
      return format_ipv4(ban.range_from) + '-' + format_ipv4(ban.range_to);
    case kBanHost1:
    case kBanHost2:
    case kBanHost3:
    case kBanHostReverse1:
      return ban.host;
    case kBanShare:
      return std::to_string(ban.share) + " bytes";
  }
  return {};
}

}  // namespace vhpy::embedded::store
