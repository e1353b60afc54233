// One thread's store of fixed-size blocks: see the header for who may do what.
#include "queue/block_pool.h"

#include <new>

namespace vhpy::queue {

// The thread's pool. Two variables, because the pointer must stay readable while the thread's destructors run: code
// that makes a command after this point gets no pool and uses the heap.
namespace {
enum class Stage : std::uint8_t { kNone, kLive, kEnded };
thread_local constinit Stage stage = Stage::kNone;
thread_local constinit BlockPool* pool_of_thread = nullptr;
}  // namespace

struct BlockPool::ThreadSlot {
  ~ThreadSlot() {
    stage = Stage::kEnded;
    if (BlockPool* pool = pool_of_thread) {
      pool_of_thread = nullptr;
      pool->orphan();
    }
  }
};

BlockPool* BlockPool::of_this_thread() noexcept {
  if (stage == Stage::kLive) [[likely]] return pool_of_thread;
  if (stage == Stage::kEnded) return nullptr;
  auto* pool = new (std::nothrow) BlockPool;
  if (pool == nullptr) return nullptr;
  static thread_local ThreadSlot ender;  // made here: its destructor runs when the thread ends
  static_cast<void>(ender);
  pool_of_thread = pool;
  stage = Stage::kLive;
  return pool;
}

BlockPool::FreeBlock* BlockPool::orphaned_mark() noexcept {
  static FreeBlock mark{nullptr};
  return &mark;
}

BlockPool::~BlockPool() {
  for (std::size_t i = 0; i < slab_count_; ++i) {
    ::operator delete(slabs_[i], std::align_val_t{kBlockAlignment});
  }
}

bool BlockPool::add_slab() noexcept {
  if (slab_count_ == kMaxSlabs) return false;
  void* slab = ::operator new(kBlockBytes * kBlocksPerSlab, std::align_val_t{kBlockAlignment}, std::nothrow);
  if (slab == nullptr) return false;
  slabs_[slab_count_++] = slab;
  auto* bytes = static_cast<std::byte*>(slab);
  for (std::size_t i = kBlocksPerSlab; i-- > 0;) {  // backwards: the lowest address is handed out first
    free_ = new (bytes + i * kBlockBytes) FreeBlock{free_};
  }
  return true;
}

void* BlockPool::take() noexcept {
  if (free_ == nullptr) {
    // Acquire: pairs with the release in give_back().
    FreeBlock* returned = returned_.exchange(nullptr, std::memory_order_acquire);
    free_ = returned;
    for (; returned != nullptr; returned = returned->next) --taken_;
    if (free_ == nullptr && !add_slab()) return nullptr;
  }
  FreeBlock* block = free_;
  free_ = block->next;
  ++taken_;
  return block;
}

void BlockPool::give_back(void* block) noexcept {
  if (pool_of_thread == this) {
    free_ = new (block) FreeBlock{free_};
    --taken_;
    return;
  }
  auto* freed = new (block) FreeBlock{nullptr};
  FreeBlock* head = returned_.load(std::memory_order_relaxed);
  while (head != orphaned_mark()) {
    freed->next = head;
    // Release: publishes the link, and everything the last user did to the block. No ABA: nobody pops single blocks.
    if (returned_.compare_exchange_weak(head, freed, std::memory_order_release, std::memory_order_relaxed)) return;
  }
  // acq_rel: whoever frees the pool must see everybody else's last use of their blocks.
  if (still_out_.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
}

void BlockPool::orphan() noexcept {
  // From here on nobody adds to the stack. Acquire: the blocks on it are done with.
  FreeBlock* returned = returned_.exchange(orphaned_mark(), std::memory_order_acq_rel);
  for (; returned != nullptr; returned = returned->next) --taken_;
  const auto out = static_cast<std::int64_t>(taken_);
  if (still_out_.fetch_add(out, std::memory_order_acq_rel) + out == 0) delete this;
}

}  // namespace vhpy::queue
