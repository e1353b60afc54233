#include "core/live/keys.h"

#include <algorithm>
#include <random>

namespace vhpy::live {

namespace {

std::uint64_t start() {
  static const std::uint64_t seed = [] {
    std::random_device device;
    return (std::uint64_t{device()} << 32) | device();
  }();
  return seed;
}

// FNV-1a, then mixed: a map uses the low bits first, and in those the last byte alone would tell keys apart.
template <class ByteOf>
std::uint64_t hash_bytes(std::string_view key, ByteOf byte_of) noexcept {
  std::uint64_t hash = 0xcbf29ce484222325u ^ start();
  for (const char c : key) hash = (hash ^ byte_of(c)) * 0x100000001b3u;
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9u;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111ebu;
  return hash ^ (hash >> 31);
}

}  // namespace

std::uint64_t FoldedKey::hash(std::string_view key) noexcept { return hash_bytes(key, fold); }

bool FoldedKey::same(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return fold(x) == fold(y); });
}

std::uint64_t ExactKey::hash(std::string_view key) noexcept {
  return hash_bytes(key, [](char c) { return static_cast<unsigned char>(c); });
}

}  // namespace vhpy::live
