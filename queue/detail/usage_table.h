// Counters by key, for Lane::usage(): a fixed table, so that neither counting nor reading ever allocates or locks.
//
// Owner: the lane. Threads: ours() and forget() the consumer; refused() any, on the slow path of a push; read() any.
// A key is entered once by compare-exchange. Two rows of one key may come about after forget() has made a gap: a reader adds
// them up.
#pragma once

#include <string.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "queue/detail/counters.h"
#include "queue/usage.h"

namespace vhpy::queue::detail {

// One cache line that the consumer writes, one that callers write, in which the name stands as well.
template <class Key>
struct alignas(64) UsageRow {
  std::atomic<Key> key{};  // the empty key: a free row. Set by compare-exchange; partner: read(). Orders nothing
  OwnCounter calls, failed, expired, withdrawn, run_ns, slowest_ns;  // written by the consumer
  alignas(64) SharedCounter refused;
  std::array<std::atomic<std::uint64_t>, 6> name{};  // zero-terminated unless full; written by the consumer

  void note_run(Duration took) noexcept {
    const auto ns = static_cast<std::uint64_t>(took.count());
    run_ns.add(ns);
    if (ns > slowest_ns.get()) slowest_ns.add(ns - slowest_ns.get());
  }
  // Back to front, so that who sees the first word (acquire) sees them all.
  void set_name(std::string_view text) noexcept {
    std::array<std::uint64_t, 6> words{};
    text.copy(reinterpret_cast<char*>(words.data()), sizeof words);
    for (std::size_t i = words.size(); i-- > 0;) name[i].store(words[i], std::memory_order_release);
  }
  std::string get_name() const {
    std::array<std::uint64_t, 6> words{};
    for (std::size_t i = 0; i < words.size(); ++i) words[i] = name[i].load(std::memory_order_acquire);
    const auto* const text = reinterpret_cast<const char*>(words.data());
    return {text, ::strnlen(text, sizeof words)};
  }
  void add_to(Usage& sum) const noexcept {
    sum.calls += calls.get();
    sum.failed += failed.get();
    sum.expired += expired.get();
    sum.withdrawn += withdrawn.get();
    sum.refused += refused.get();
    sum.run_total += Duration(run_ns.get());
    const Duration longest(slowest_ns.get());
    if (longest > sum.slowest) sum.slowest = longest;
  }
};

template <class Key, std::size_t Rows>
class UsageTable {
 public:
  using Row = UsageRow<Key>;
  static_assert((Rows & (Rows - 1)) == 0, "a power of two: rows are found by masking");

  // The row of a key, for the consumer's counters; the common one if the table is full.
  Row& ours(Key key) noexcept {
    if (key == last_key_) return *last_row_;
    last_key_ = key;
    last_row_ = &find(key);
    return *last_row_;
  }
  void refused(Key key) noexcept { find(key).refused.add(1); }
  // Thread: the consumer.
  void set_name(Key key, std::string_view name) noexcept {
    if (Row& row = find(key); &row != &rest_) row.set_name(name);
  }

  // Frees the row of a key that will hardly be used any more; what it has counted goes to the common one. A refusal that is
  // counted at the same moment may be lost.
  void forget(Key key) noexcept {
    last_key_ = Key{};
    last_row_ = &rest_;
    for (Row& row : rows_) {
      if (row.key.load(std::memory_order_relaxed) != key) continue;
      Usage sum;
      row.add_to(sum);
      rest_.calls.add(sum.calls);
      rest_.failed.add(sum.failed);
      rest_.expired.add(sum.expired);
      rest_.withdrawn.add(sum.withdrawn);
      rest_.refused.add(sum.refused);
      rest_.run_ns.add(static_cast<std::uint64_t>(sum.run_total.count()));
      for (OwnCounter* const counter : {&row.calls, &row.failed, &row.expired, &row.withdrawn, &row.run_ns, &row.slowest_ns}) {
        counter->reset();
      }
      row.refused.reset();
      row.set_name({});
      row.key.store(Key{}, std::memory_order_relaxed);
    }
  }

  const Row& rest() const noexcept { return rest_; }
  // `visit(key, row)` for each row that is taken.
  template <class Visit>
  void read(Visit visit) const {
    for (const Row& row : rows_) {
      if (const Key key = row.key.load(std::memory_order_relaxed); key != Key{}) visit(key, row);
    }
  }

 private:
  static std::size_t hash(Key key) noexcept {
    return static_cast<std::size_t>((static_cast<std::uint64_t>(as_number(key)) * 0x9e37'79b9'7f4a'7c15u) >> 40);
  }
  static std::uint64_t as_number(std::uint64_t key) noexcept { return key; }
  static std::uint64_t as_number(const void* key) noexcept { return reinterpret_cast<std::uintptr_t>(key); }

  Row& find(Key key) noexcept {
    if (key == Key{}) return rest_;
    for (std::size_t i = 0, at = hash(key); i < Rows; ++i, ++at) {
      Row& row = rows_[at & (Rows - 1)];
      Key found = row.key.load(std::memory_order_relaxed);
      if (found == Key{} && row.key.compare_exchange_strong(found, key, std::memory_order_relaxed)) return row;
      if (found == key) return row;
    }
    return rest_;
  }

  Row rest_;
  // The consumer's: what it asked for last.
  Key last_key_{};
  Row* last_row_ = &rest_;
  std::array<Row, Rows> rows_;
};

using FunctionTable = UsageTable<const char*, 256>;

// Owners: key 0 would be a free row.
class OwnerTable {
 public:
  using Row = UsageRow<std::uint64_t>;

  Row& ours(OwnerId owner) noexcept { return table_.ours(key(owner)); }
  void refused(OwnerId owner) noexcept { table_.refused(key(owner)); }
  void forget(OwnerId owner) noexcept { table_.forget(key(owner)); }
  void set_name(OwnerId owner, std::string_view name) noexcept { table_.set_name(key(owner), name); }
  const Row& rest() const noexcept { return table_.rest(); }
  template <class Visit>
  void read(Visit visit) const {
    table_.read([&](std::uint64_t key, const Row& row) { visit(static_cast<OwnerId>(key - 1), row); });
  }

 private:
  static std::uint64_t key(OwnerId owner) noexcept { return std::uint64_t{owner} + 1; }

  UsageTable<std::uint64_t, 128> table_;
};

}  // namespace vhpy::queue::detail
