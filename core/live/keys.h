// How maps of the live copy find a key: hash and comparison, with and without the case of ASCII letters.
//
// The hash starts from a number of this process, so that nobody prepares nicks that fall together. Pure functions but for
// that number. Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace vhpy::live {

constexpr unsigned char fold(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 'A' && byte <= 'Z' ? static_cast<unsigned char>(byte + ('a' - 'A')) : byte;
}

// Nicks compare ASCII-case-insensitively (core/hub.h).
struct FoldedKey {
  static std::uint64_t hash(std::string_view key) noexcept;
  static bool same(std::string_view a, std::string_view b) noexcept;
};

struct ExactKey {
  static std::uint64_t hash(std::string_view key) noexcept;
  static bool same(std::string_view a, std::string_view b) noexcept { return a == b; }
};

}  // namespace vhpy::live
