// Shows that the persistent map is a map, and that versions handed out stay as they were: against std::map, with random
// operations from a fixed seed, with good hashes and with one that makes everything collide. No threads.
#include "core/live/persistent_map.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "core/live/keys.h"

namespace vhpy::live {
namespace {

class Word final : public Counted<Word> {
 public:
  Word(std::string key, int number) : value(number), key_(std::move(key)) {}
  std::string_view key() const noexcept { return key_; }
  const int value;

 private:
  const std::string key_;
};

Ref<const Word> word(const std::string& key, int value) { return Ref<const Word>::adopt(new Word(key, value)); }

// Sixteen hashes for all keys: every place of the upper levels is shared, and lists stand below the last one.
struct FewHashes {
  static std::uint64_t hash(std::string_view key) noexcept { return key.empty() ? 0 : static_cast<unsigned char>(key.back()) % 16; }
  static bool same(std::string_view a, std::string_view b) noexcept { return a == b; }
};
// The same in the lower 60 bits, so that only the last level tells keys apart.
struct LateHashes {
  static std::uint64_t hash(std::string_view key) noexcept { return std::uint64_t{ExactKey::hash(key) & 15u} << 60; }
  static bool same(std::string_view a, std::string_view b) noexcept { return a == b; }
};

using Model = std::map<std::string, int>;

template <class Map>
void expect_same(const Map& map, const Model& model) {
  ASSERT_EQ(map.size(), model.size());
  Model found;
  map.for_each([&](const Word& w) { EXPECT_TRUE(found.emplace(w.key(), w.value).second) << w.key(); });
  EXPECT_EQ(found, model);
  for (const auto& [key, value] : model) {
    const Word* const w = map.find(key);
    ASSERT_NE(w, nullptr) << key;
    EXPECT_EQ(w->value, value);
  }
}

template <class Key>
void random_operations(int keys, int steps) {
  std::mt19937 random(20240607);
  PersistentMap<Word, Key> map;
  Model model;
  std::vector<std::pair<PersistentMap<Word, Key>, Model>> versions;
  Edition edition = 1;
  for (int step = 0; step < steps; ++step) {
    const std::string key = "key" + std::to_string(random() % static_cast<unsigned>(keys));
    if (random() % 5 < 3) {
      map.put(edition, word(key, step));
      model[key] = step;
    } else {
      EXPECT_EQ(map.erase(edition, key), model.erase(key) != 0) << key;
    }
    if (random() % 64 != 0) continue;
    versions.emplace_back(map, model);
    ++edition;
  }
  expect_same(map, model);
  EXPECT_GT(versions.size(), 4u);
  for (const auto& [old, then] : versions) expect_same(old, then);
  EXPECT_EQ(map.find("no such key"), nullptr);
}

TEST(PersistentMap, IsAMapAndKeepsOldVersions) { random_operations<ExactKey>(2'000, 6'000); }
TEST(PersistentMap, SmallAndBusy) { random_operations<ExactKey>(12, 2'000); }
TEST(PersistentMap, EqualHashes) { random_operations<FewHashes>(200, 2'000); }
TEST(PersistentMap, HashesThatDifferInTheLastBitsOnly) { random_operations<LateHashes>(200, 2'000); }

TEST(PersistentMap, FoldedKeysFindAndReplaceEachOther) {
  PersistentMap<Word, FoldedKey> map;
  map.put(1, word("Eve[1]", 1));
  map.put(2, word("eVE[1]", 2));
  EXPECT_EQ(map.size(), 1u);
  ASSERT_NE(map.find("EVE[1]"), nullptr);
  EXPECT_EQ(map.find("EVE[1]")->value, 2);
  EXPECT_EQ(map.find("eve{1}"), nullptr);  // case is a matter of letters
  EXPECT_EQ(map.find("\xC4"), nullptr);
  map.put(2, word("\xC4", 3));
  EXPECT_EQ(map.find("\xE4"), nullptr);    // of ASCII only
  EXPECT_TRUE(map.erase(3, "EVE[1]"));
  EXPECT_FALSE(map.erase(3, "EVE[1]"));
}

TEST(PersistentMap, ErasingAllLeavesAnEmptyMap) {
  PersistentMap<Word, ExactKey> map;
  for (int i = 0; i < 500; ++i) map.put(1, word(std::to_string(i), i));
  for (int i = 0; i < 500; ++i) EXPECT_TRUE(map.erase(2, std::to_string(i)));
  EXPECT_EQ(map.size(), 0u);
  map.for_each([](const Word&) { FAIL(); });
}

// Objects that are alive, to see what versions share.
class Counting final : public Counted<Counting> {
 public:
  explicit Counting(std::string key) : key_(std::move(key)) { ++alive; }
  ~Counting() { --alive; }
  std::string_view key() const noexcept { return key_; }
  static inline int alive = 0;

 private:
  const std::string key_;
};

TEST(PersistentMap, VersionsShareWhatIsTheSame) {
  PersistentMap<Counting, ExactKey> map;
  for (int i = 0; i < 1'000; ++i) map.put(1, Ref<const Counting>::adopt(new Counting(std::to_string(i))));
  {
    const auto old = map;
    map.put(2, Ref<const Counting>::adopt(new Counting("7")));
    EXPECT_EQ(Counting::alive, 1'001);  // not two thousand
    EXPECT_NE(old.find("7"), map.find("7"));
    EXPECT_EQ(old.find("8"), map.find("8"));
  }
  EXPECT_EQ(Counting::alive, 1'000);
  map = {};
  EXPECT_EQ(Counting::alive, 0);
}

}  // namespace
}  // namespace vhpy::live
