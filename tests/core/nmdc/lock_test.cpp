// Shows that keys are those that clients compute, by vectors recorded from them, and that locks are what they
// accept.
#include "core/nmdc/lock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/nmdc/escape.h"

namespace vhpy::nmdc {
namespace {

std::string hex(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

TEST(Key, Vectors) {
  struct Vector {
    std::string_view lock, key;
  };
  const Vector vectors[] = {
      {"EXTENDEDPROTOCOLABCABCABCABCABCABC",
       "14d1c011b0a010104120d1b1b1c0c030d03010203010203010203010203010203010"},
      {"EXTENDEDPROTOCOL_NMDC_3675",
       "2f2544434e303336252fd1c011b0a010104120d1b1b1c0c0303111309070c1c6501020"},
      {"FOOBARBAZQUXQUUXabc",
       "2f2544434e303336252f902f2544434e303030252fd030310130b1b040d090402f2544434e303030252fd0933010"},
  };
  for (const auto& [lock, key] : vectors) EXPECT_EQ(hex(key_for_lock(lock)), key) << lock;
}

TEST(Key, TooShortALockHasNone) {
  EXPECT_EQ(key_for_lock(""), "");
  EXPECT_EQ(key_for_lock("ab"), "");
  EXPECT_EQ(unescape_key(key_for_lock("abc")).size(), 3u);
}

TEST(Lock, AcceptedByClients) {
  const std::string lock = make_lock();
  EXPECT_TRUE(lock.starts_with("EXTENDEDPROTOCOL"));
  EXPECT_TRUE(
      std::all_of(lock.begin(), lock.end(), [](unsigned char c) { return c == '_' || std::isalnum(c); }));
  EXPECT_EQ(unescape_key(key_for_lock(lock)).size(), lock.size());
}

TEST(Lock, DiffersEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 100; ++i) seen.insert(make_lock());
  EXPECT_EQ(seen.size(), 100u);
}

}  // namespace
}  // namespace vhpy::nmdc
