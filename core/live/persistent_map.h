// A map of which every version stays as it was: a change copies the few nodes on the way to the entry and shares all
// others with the versions before. Copying the map is copying one reference.
//
// A hash array mapped trie: each level takes five bits of the key's hash and has up to 32 places, each with an entry or with
// a node of the next level. Entries whose hashes are equal to the last bit stand in a list below the last level.
//
//   edition 7 published:  root7 -- a -- {eve}          put(8, eve'):  root8 -- a' -- {eve'}
//                              \-- b -- {bob}                            \-- b (the same)
//
// Edition: the number of the version that is being made. A node that bears it was made for this version, so that nobody else
// can see it yet, and it is changed in place; any other is copied first. So many changes of one version cost one copy of the
// nodes near the root.
//
// Thread: put() and erase() on one thread, the owner's; find(), for_each(), copies and destruction on any, on copies that
// were handed over after their edition had ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "core/live/counted.h"

namespace vhpy::live {

using Edition = std::uint64_t;

// Entry: Counted, immutable, with a key() that is the same for its whole life. Key: FoldedKey or ExactKey.
template <class Entry, class Key>
class PersistentMap {
 public:
  using EntryRef = Ref<const Entry>;

  std::size_t size() const noexcept { return size_; }

  // Valid as long as this map, or another version that has it, lives.
  const Entry* find(std::string_view key) const noexcept {
    const std::uint64_t hash = Key::hash(key);
    const Node* node = root_.get();
    for (unsigned shift = 0; node != nullptr && shift < kHashBits; shift += kLevelBits) {
      const std::uint32_t bit = bit_of(hash, shift);
      if ((node->entry_bits & bit) != 0) {
        const Entry* const entry = node->entries[place(node->entry_bits, bit)].get();
        return Key::same(entry->key(), key) ? entry : nullptr;
      }
      if ((node->branch_bits & bit) == 0) return nullptr;
      node = node->branches[place(node->branch_bits, bit)].get();
    }
    if (node == nullptr) return nullptr;
    for (const EntryRef& entry : node->entries) {
      if (Key::same(entry->key(), key)) return entry.get();
    }
    return nullptr;
  }

  // Calls f(const Entry&) for each, in no particular order.
  template <class F>
  void for_each(F f) const {
    if (root_) visit(*root_, f);
  }

  // Adds the entry, or replaces the one with that key.
  void put(Edition edition, EntryRef entry) {
    if (!root_) root_ = Ref<Node>::adopt(new Node(edition));
    const std::uint64_t hash = Key::hash(entry->key());
    if (put_in(root_, edition, 0, hash, std::move(entry))) ++size_;
  }

  // False if there is no such entry; nothing is copied then.
  bool erase(Edition edition, std::string_view key) {
    if (find(key) == nullptr) return false;
    erase_in(root_, edition, 0, Key::hash(key), key);
    --size_;
    return true;
  }

 private:
  static constexpr unsigned kLevelBits = 5;
  static constexpr unsigned kHashBits = 64;

  struct Node : Counted<Node> {
    explicit Node(Edition made_for) : edition(made_for) {}
    Node(const Node& other, Edition made_for)
        : edition(made_for),
          branch_bits(other.branch_bits),
          entry_bits(other.entry_bits),
          branches(other.branches),
          entries(other.entries) {}

    const Edition edition;
    std::uint32_t branch_bits = 0, entry_bits = 0;  // which of the 32 places have one; never both
    std::vector<Ref<Node>> branches;                // in the order of their bits
    std::vector<EntryRef> entries;                  // the same; below the last level: all with one hash
  };

  static std::uint32_t bit_of(std::uint64_t hash, unsigned shift) noexcept {
    return std::uint32_t{1} << ((hash >> shift) & 31u);
  }
  // How many of `bits` are below `bit`. By hand: for the oldest x86-64, std::popcount is a call into libgcc.
  static std::size_t place(std::uint32_t bits, std::uint32_t bit) noexcept {
    std::uint32_t below = bits & (bit - 1);
    below -= (below >> 1) & 0x55555555u;
    below = (below & 0x33333333u) + ((below >> 2) & 0x33333333u);
    return (((below + (below >> 4)) & 0x0F0F0F0Fu) * 0x01010101u) >> 24;
  }
  template <class T>
  static void insert(std::vector<T>& into, std::uint32_t& bits, std::uint32_t bit, T value) {
    into.insert(into.begin() + static_cast<std::ptrdiff_t>(place(bits, bit)), std::move(value));
    bits |= bit;
  }
  template <class T>
  static T take(std::vector<T>& from, std::uint32_t& bits, std::uint32_t bit) {
    const auto at = from.begin() + static_cast<std::ptrdiff_t>(place(bits, bit));
    T value = std::move(*at);
    from.erase(at);
    bits &= ~bit;
    return value;
  }

  // The node, of this edition: itself, or a copy that takes its place.
  static Node& own(Ref<Node>& node, Edition edition) {
    if (node->edition != edition) node = Ref<Node>::adopt(new Node(*node, edition));
    return *node;
  }

  template <class F>
  static void visit(const Node& node, F& f) {
    for (const EntryRef& entry : node.entries) f(*entry);
    for (const Ref<Node>& branch : node.branches) visit(*branch, f);
  }

  // True if the key is new.
  static bool put_in(Ref<Node>& at, Edition edition, unsigned shift, std::uint64_t hash, EntryRef entry) {
    Node& node = own(at, edition);
    if (shift >= kHashBits) return put_in_list(node, std::move(entry));
    const std::uint32_t bit = bit_of(hash, shift);
    if ((node.branch_bits & bit) != 0) {
      return put_in(node.branches[place(node.branch_bits, bit)], edition, shift + kLevelBits, hash, std::move(entry));
    }
    if ((node.entry_bits & bit) == 0) {
      insert(node.entries, node.entry_bits, bit, std::move(entry));
      return true;
    }
    EntryRef& there = node.entries[place(node.entry_bits, bit)];
    if (Key::same(there->key(), entry->key())) {
      there = std::move(entry);
      return false;
    }
    // Two keys for one place: both go one level down.
    auto branch = Ref<Node>::adopt(new Node(edition));
    EntryRef other = take(node.entries, node.entry_bits, bit);
    const std::uint64_t other_hash = Key::hash(other->key());
    put_in(branch, edition, shift + kLevelBits, other_hash, std::move(other));
    put_in(branch, edition, shift + kLevelBits, hash, std::move(entry));
    insert(node.branches, node.branch_bits, bit, std::move(branch));
    return true;
  }

  static bool put_in_list(Node& node, EntryRef entry) {
    for (EntryRef& there : node.entries) {
      if (!Key::same(there->key(), entry->key())) continue;
      there = std::move(entry);
      return false;
    }
    node.entries.push_back(std::move(entry));
    return true;
  }

  // The key is there.
  static void erase_in(Ref<Node>& at, Edition edition, unsigned shift, std::uint64_t hash, std::string_view key) {
    Node& node = own(at, edition);
    if (shift >= kHashBits) {
      std::erase_if(node.entries, [&](const EntryRef& entry) { return Key::same(entry->key(), key); });
      return;
    }
    const std::uint32_t bit = bit_of(hash, shift);
    if ((node.entry_bits & bit) != 0) {
      take(node.entries, node.entry_bits, bit);
      return;
    }
    Ref<Node>& branch = node.branches[place(node.branch_bits, bit)];
    erase_in(branch, edition, shift + kLevelBits, hash, key);
    if (!branch->branches.empty() || branch->entries.size() != 1) return;
    // One entry needs no node of its own: a map has the same shape however it came about.
    EntryRef last = branch->entries.front();
    take(node.branches, node.branch_bits, bit);
    insert(node.entries, node.entry_bits, bit, std::move(last));
  }

  Ref<Node> root_;  // null: never had an entry
  std::size_t size_ = 0;
};

}  // namespace vhpy::live
