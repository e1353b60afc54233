// The hub's challenge and its answer: see lock.h.
#include "core/nmdc/lock.h"

#include <random>

#include "core/nmdc/escape.h"

namespace vhpy::nmdc {

std::string make_lock() {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  std::random_device random;
  std::uniform_int_distribution<std::size_t> pick(0, kAlphabet.size() - 1);
  std::string lock(kLockPrefix);
  lock += '_';
  for (std::size_t i = 0; i < kLockRandomChars; ++i) lock += kAlphabet[pick(random)];
  return lock;
}

std::string key_for_lock(std::string_view lock) {
  const std::size_t n = lock.size();
  if (n < 3) return {};
  const auto byte = [&](std::size_t i) { return static_cast<unsigned>(static_cast<unsigned char>(lock[i])); };
  const auto swap_nibbles = [](unsigned b) { return static_cast<char>(((b << 4) | (b >> 4)) & 0xFFu); };
  std::string key;
  key.reserve(n);
  key += swap_nibbles(byte(0) ^ byte(n - 1) ^ byte(n - 2) ^ 5u);
  for (std::size_t i = 1; i < n; ++i) key += swap_nibbles(byte(i) ^ byte(i - 1));
  return escape_key(key);
}

}  // namespace vhpy::nmdc
