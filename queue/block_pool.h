// One thread's store of fixed-size blocks for its commands, so that a call in the steady state allocates nothing.
// A thread has two: for commands up to kSmallBytes and up to kLargeBytes.
//
// Owner: the thread that made it, then, once that thread is gone, the blocks still in use; the last one frees it.
// Threads: take() by the owner only. give_back(), alone or as a Batch, by any thread: the owner's go straight to its free list, others' to
// a lock-free stack which the owner empties in one exchange when its own list is empty.
// Shutdown: nothing to call; a thread's exit orphans its pool.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>

namespace vhpy::queue {

class BlockPool {
 public:
  static constexpr std::size_t kSmallBytes = 192;       // three cache lines: a command with few arguments
  static constexpr std::size_t kLargeBytes = 384;       // six: with many arguments and a list as its result
  static constexpr std::size_t kAlignment = 64;         // bytes; neighbours never share a cache line
  static constexpr std::size_t kBlocksPerSlab = 32;     // blocks fetched from the heap at once
  static constexpr std::size_t kMaxSlabs = 512;         // per pool: 16,384 blocks, 3 or 6 MiB; the rest uses the heap
  static constexpr std::size_t kKeptSlabs = 16;         // per pool: 512 blocks; more are freed once all are unused,
  static constexpr std::size_t kTrimEvery = 16;         // which is looked at every so many collections

  // The calling thread's pool for objects of `bytes` (at most kLargeBytes), made on first use; null when memory is
  // short or the thread is ending.
  static BlockPool* of_this_thread(std::size_t bytes) noexcept;

  // A block of block_bytes(), or null when the bound is reached or memory is short. Thread: owner. Blocks: no.
  void* take() noexcept;
  std::size_t block_bytes() const noexcept { return block_bytes_; }
  // Thread: any. Blocks: no.
  void give_back(void* block) noexcept;
  // Blocks that one thread gives back together, for the price of one. Its destructor, or a block of another pool, gives
  // them back.
  class Batch;

  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

 private:
  struct FreeBlock {
    FreeBlock* next;
  };
  struct ThreadSlot;

  explicit BlockPool(std::size_t block_bytes) noexcept : block_bytes_(block_bytes) {}
  ~BlockPool();
  void collect() noexcept;
  bool add_slab() noexcept;
  void carve(void* slab) noexcept;
  void trim() noexcept;
  void orphan() noexcept;
  std::size_t blocks() const noexcept { return slab_count_ * kBlocksPerSlab; }
  static std::size_t length(const FreeBlock* list) noexcept;
  static FreeBlock* orphaned_mark() noexcept;
  void give_back(FreeBlock* first, FreeBlock* last, std::int64_t count) noexcept;

  const std::size_t block_bytes_;
  // Owner only.
  FreeBlock* free_ = nullptr;
  std::size_t slab_count_ = 0;
  std::size_t collections_ = 0;
  void* slabs_[kMaxSlabs] = {};

  // Blocks given back by other threads. Pushed by anyone (release), emptied by the owner with an exchange (acquire):
  // what the last user did to a block happens before its next use. Ends as orphaned_mark() when the owner is gone.
  alignas(kAlignment) std::atomic<FreeBlock*> returned_{nullptr};
  // After the owner is gone: blocks still out. The owner adds, each give_back() subtracts; whoever makes it 0 frees
  // the pool, and only then can it be 0 (before the owner has added, it is at most 0 by subtraction: negative).
  std::atomic<std::int64_t> still_out_{0};
};

class BlockPool::Batch {
 public:
  Batch() = default;
  ~Batch() { flush(); }
  Batch(const Batch&) = delete;
  Batch& operator=(const Batch&) = delete;

  void add(BlockPool& pool, void* block) noexcept {
    if (pool_ != &pool) {
      flush();
      pool_ = &pool;
    }
    // In the order they come, which is often that of their addresses.
    auto* const freed = new (block) FreeBlock{nullptr};
    (count_++ == 0 ? first_ : last_->next) = freed;
    last_ = freed;
  }
  void flush() noexcept {
    if (count_ == 0) return;
    pool_->give_back(first_, last_, count_);
    pool_ = nullptr;  // it may be gone
    first_ = nullptr;
    count_ = 0;
  }

 private:
  BlockPool* pool_ = nullptr;
  FreeBlock* first_ = nullptr;  // linked up to last_
  FreeBlock* last_ = nullptr;
  std::int64_t count_ = 0;
};

}  // namespace vhpy::queue
