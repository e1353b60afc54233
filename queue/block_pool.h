// One thread's store of fixed-size blocks for its commands, so that a call in the steady state allocates nothing.
//
// Owner: the thread that made it, then, once that thread is gone, the blocks still in use; the last one frees it.
// Threads: take() by the owner only. give_back() by any thread: the owner's go straight to its free list, others' to
// a lock-free stack which the owner empties in one exchange when its own list is empty.
// Shutdown: nothing to call; a thread's exit orphans its pool.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace vhpy::queue {

class BlockPool {
 public:
  static constexpr std::size_t kBlockBytes = 384;        // six cache lines: a command with its arguments and result
  static constexpr std::size_t kBlockAlignment = 64;     // bytes; neighbours never share a cache line
  static constexpr std::size_t kBlocksPerSlab = 32;      // blocks fetched from the heap at once
  static constexpr std::size_t kMaxSlabs = 128;          // per thread: 4,096 blocks, 1.5 MiB; the rest uses the heap

  // The calling thread's pool, made on first use; null when memory is short or the thread is ending.
  static BlockPool* of_this_thread() noexcept;

  // A block of kBlockBytes, or null when the bound is reached or memory is short. Thread: owner. Blocks: no.
  void* take() noexcept;
  // Thread: any. Blocks: no.
  void give_back(void* block) noexcept;

  BlockPool(const BlockPool&) = delete;
  BlockPool& operator=(const BlockPool&) = delete;

 private:
  struct FreeBlock {
    FreeBlock* next;
  };
  struct ThreadSlot;

  BlockPool() = default;
  ~BlockPool();
  bool add_slab() noexcept;
  void orphan() noexcept;
  static FreeBlock* orphaned_mark() noexcept;

  // Owner only.
  FreeBlock* free_ = nullptr;
  std::size_t taken_ = 0;  // blocks handed out and not seen again by the owner
  std::size_t slab_count_ = 0;
  void* slabs_[kMaxSlabs] = {};

  // Blocks given back by other threads. Pushed by anyone (release), emptied by the owner with an exchange (acquire):
  // what the last user did to a block happens before its next use. Ends as orphaned_mark() when the owner is gone.
  alignas(kBlockAlignment) std::atomic<FreeBlock*> returned_{nullptr};
  // After the owner is gone: blocks still out. The owner adds, each give_back() subtracts; whoever makes it 0 frees
  // the pool, and only then can it be 0 (before the owner has added, it is at most 0 by subtraction: negative).
  std::atomic<std::int64_t> still_out_{0};
};

}  // namespace vhpy::queue
