// One thread's store of fixed-size blocks: see the header for who may do what.
#include "queue/block_pool.h"

#include <new>
#include <utility>

namespace vhpy::queue {

// The thread's pools. Plain variables, because they must stay readable while the thread's destructors run: code that
// makes a command after this point gets no pool and uses the heap.
namespace {
enum class Stage : std::uint8_t { kNone, kLive, kEnded };
constinit thread_local Stage stage = Stage::kNone;
constinit thread_local BlockPool* small_pool = nullptr;
constinit thread_local BlockPool* large_pool = nullptr;
}  // namespace

// Its destructor runs when the thread ends.
struct BlockPool::ThreadSlot {
  ~ThreadSlot() {
    stage = Stage::kEnded;
    for (BlockPool** pool : {&small_pool, &large_pool}) {
      if (BlockPool* ending = std::exchange(*pool, nullptr)) ending->orphan();
    }
  }
};

BlockPool* BlockPool::of_this_thread(std::size_t bytes) noexcept {
  BlockPool*& pool = bytes <= kSmallBytes ? small_pool : large_pool;
  if (pool != nullptr) [[likely]] return pool;
  if (stage == Stage::kEnded) return nullptr;
  pool = new (std::nothrow) BlockPool(bytes <= kSmallBytes ? kSmallBytes : kLargeBytes);
  if (stage == Stage::kNone && pool != nullptr) {
    static thread_local ThreadSlot ender;
    static_cast<void>(ender);
    stage = Stage::kLive;
  }
  return pool;
}

BlockPool::FreeBlock* BlockPool::orphaned_mark() noexcept {
  static FreeBlock mark{nullptr};
  return &mark;
}

BlockPool::~BlockPool() {
  for (std::size_t i = 0; i < slab_count_; ++i) ::operator delete(slabs_[i], std::align_val_t{kAlignment});
}

void BlockPool::carve(void* slab) noexcept {
  auto* bytes = static_cast<std::byte*>(slab);
  for (std::size_t i = kBlocksPerSlab; i-- > 0;) {  // backwards: the lowest address is handed out first
    free_ = new (bytes + i * block_bytes_) FreeBlock{free_};
  }
}

bool BlockPool::add_slab() noexcept {
  if (slab_count_ == kMaxSlabs) return false;
  void* slab = ::operator new(block_bytes_ * kBlocksPerSlab, std::align_val_t{kAlignment}, std::nothrow);
  if (slab == nullptr) return false;
  slabs_[slab_count_++] = slab;
  carve(slab);
  return true;
}

// Takes over what other threads gave back. Only when the free list is empty, so blocks go round all at once.
void BlockPool::collect() noexcept {
  // Acquire: pairs with the release in give_back().
  free_ = returned_.exchange(nullptr, std::memory_order_acquire);
  // Counting touches every block, so not each time.
  if (slab_count_ > kKeptSlabs && ++collections_ % kTrimEvery == 0 && length(free_) == blocks()) trim();
}

std::size_t BlockPool::length(const FreeBlock* list) noexcept {
  std::size_t count = 0;
  for (; list != nullptr; list = list->next) ++count;
  return count;
}

// After a flood, when every block is back: keeps kKeptSlabs.
void BlockPool::trim() noexcept {
  free_ = nullptr;
  while (slab_count_ > kKeptSlabs) ::operator delete(slabs_[--slab_count_], std::align_val_t{kAlignment});
  for (std::size_t i = 0; i < slab_count_; ++i) carve(slabs_[i]);
}

void* BlockPool::take() noexcept {
  if (free_ == nullptr) {
    collect();
    if (free_ == nullptr && !add_slab()) return nullptr;
  }
  FreeBlock* block = free_;
  free_ = block->next;
  // The next block was last written by the consumer's core; fetch it while the caller fills this one.
  __builtin_prefetch(free_, 1);
  return block;
}

void BlockPool::give_back(void* block) noexcept {
  auto* const freed = new (block) FreeBlock{nullptr};
  give_back(freed, freed, 1);
}

void BlockPool::give_back(FreeBlock* first, FreeBlock* last, std::int64_t count) noexcept {
  if (this == small_pool || this == large_pool) {
    last->next = free_;
    free_ = first;
    return;
  }
  FreeBlock* head = returned_.load(std::memory_order_relaxed);
  while (head != orphaned_mark()) {
    last->next = head;
    // Release: publishes the links, and everything the last user did to the blocks. No ABA: nobody pops single blocks.
    if (returned_.compare_exchange_weak(head, first, std::memory_order_release, std::memory_order_relaxed)) return;
  }
  // acq_rel: whoever frees the pool must see everybody else's last use of their blocks.
  if (still_out_.fetch_sub(count, std::memory_order_acq_rel) == count) delete this;
}

void BlockPool::orphan() noexcept {
  // From here on nobody adds to the stack. Acquire: the blocks on it are done with.
  FreeBlock* const returned = returned_.exchange(orphaned_mark(), std::memory_order_acq_rel);
  const auto out = static_cast<std::int64_t>(blocks() - length(free_) - length(returned));
  if (still_out_.fetch_add(out, std::memory_order_acq_rel) + out == 0) delete this;
}

}  // namespace vhpy::queue
