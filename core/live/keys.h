// How maps of the live copy find a key: hash and comparison, with and without the case of ASCII letters.
//
// The hash starts from a number of this process, so that nobody prepares nicks that fall together. Pure functions but for
// that number; in the header, because each of them is shorter than a call. Thread: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace vhpy::live {

namespace detail {

extern const std::uint64_t key_start;

constexpr std::uint64_t each_byte(unsigned value) noexcept { return value * 0x0101010101010101u; }

// Eight bytes at a time: the letters A to Z among them get the bit that makes them small.
constexpr std::uint64_t fold(std::uint64_t word) noexcept {
  const std::uint64_t low = word & each_byte(0x7F);
  // A byte's highest bit says whether it is at least 'A', and above 'Z'; neither sum reaches the next byte.
  const std::uint64_t from_a = low + each_byte(0x80 - 'A'), above_z = low + each_byte(0x7F - 'Z');
  const std::uint64_t capital = (from_a ^ above_z) & ~word & each_byte(0x80);
  return word | (capital >> 2);
}
static_assert(fold(0x5B5A41407A61C1DAu) == 0x5B7A61407A61C1DAu);

template <class Part>
std::uint64_t load(const char* from) noexcept {
  Part part;
  std::memcpy(&part, from, sizeof part);
  return part;
}

// The last bytes of a text that is shorter than eight. Parts may overlap: it is the same for the same text, and differs
// where texts of one length do.
inline std::uint64_t load_short(const char* from, std::size_t size) noexcept {
  if (size >= 4) return load<std::uint32_t>(from) | load<std::uint32_t>(from + size - 4) << 32;
  if (size >= 2) return load<std::uint16_t>(from) | load<std::uint16_t>(from + size - 2) << 16;
  return size == 1 ? load<std::uint8_t>(from) : 0;
}

// Calls f(word) for eight bytes after the other; the last word may repeat some of the one before.
template <class F>
void for_words(const char* text, std::size_t size, F f) noexcept {
  if (size < 8) return f(load_short(text, size));
  for (std::size_t at = 0; at + 8 < size; at += 8) f(load<std::uint64_t>(text + at));
  f(load<std::uint64_t>(text + size - 8));
}

// Each step can be undone, so that it is the last mixing that spreads the bits: a map uses the low ones first.
template <class Change>
std::uint64_t hash_words(std::string_view key, Change change) noexcept {
  std::uint64_t hash = key_start ^ (key.size() * 0x9E3779B97F4A7C15u);
  for_words(key.data(), key.size(), [&](std::uint64_t word) {
    hash = (hash ^ change(word)) * 0xBF58476D1CE4E5B9u;
    hash ^= hash >> 29;
  });
  hash *= 0x94D049BB133111EBu;
  return hash ^ (hash >> 32);
}

}  // namespace detail

// Nicks compare ASCII-case-insensitively (core/hub.h).
struct FoldedKey {
  static std::uint64_t hash(std::string_view key) noexcept {
    return detail::hash_words(key, [](std::uint64_t word) { return detail::fold(word); });
  }
  static bool same(std::string_view a, std::string_view b) noexcept;
};

struct ExactKey {
  static std::uint64_t hash(std::string_view key) noexcept {
    return detail::hash_words(key, [](std::uint64_t word) { return word; });
  }
  static bool same(std::string_view a, std::string_view b) noexcept { return a == b; }
};

inline bool FoldedKey::same(std::string_view a, std::string_view b) noexcept {
  using detail::fold, detail::load, detail::load_short;
  if (a.size() != b.size()) return false;
  if (a.size() < 8) return fold(load_short(a.data(), a.size())) == fold(load_short(b.data(), b.size()));
  std::uint64_t different = 0;
  const auto compare = [&](std::size_t at) {
    different |= fold(load<std::uint64_t>(a.data() + at)) ^ fold(load<std::uint64_t>(b.data() + at));
  };
  for (std::size_t at = 0; at + 8 < a.size(); at += 8) compare(at);
  compare(a.size() - 8);
  return different == 0;
}

}  // namespace vhpy::live
