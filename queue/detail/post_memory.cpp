// The ring of chunks behind one thread's posts.
#include "queue/detail/post_memory.h"

#include <new>

#include "queue/detail/post.h"

namespace vhpy::queue::detail {

struct PostMemory::Chunk {
  Chunk* next;
  std::size_t bytes;   // of the whole chunk
  std::uint64_t last;  // how many posts had been made when it was full

  std::byte* first() noexcept { return reinterpret_cast<std::byte*>(this) + kLineBytes; }
  std::byte* end() noexcept { return reinterpret_cast<std::byte*>(this) + bytes; }
};

PostMemory::~PostMemory() {
  for (; chunk_count_ > 0; --chunk_count_) {
    Chunk* const next = current_->next;
    ::operator delete(current_, std::align_val_t{kLineBytes});
    current_ = next;
  }
}

void PostMemory::use(Chunk& chunk) noexcept {
  current_ = &chunk;
  at_ = chunk.first();
  end_ = chunk.end();
}

bool PostMemory::next_chunk() noexcept {
  if (current_ == nullptr) return add_chunk();
  current_->last = made_;
  const std::uint64_t done = done_.load(std::memory_order_acquire);
  if (done == made_ && chunk_count_ > kKeptChunks) trim();
  Chunk& oldest = *current_->next;
  if (oldest.last > done) return add_chunk();
  if (&oldest == current_ && oldest.bytes < kChunk) return add_chunk();  // the first one is small
  use(oldest);
  return true;
}

bool PostMemory::add_chunk() noexcept {
  if (chunk_count_ == kMaxChunks) return false;
  const std::size_t bytes = chunk_count_ == 0 ? kFirstChunk : kChunk;
  void* const memory = ::operator new(bytes, std::align_val_t{kLineBytes}, std::nothrow);
  if (memory == nullptr) return false;
  auto* const made = new (memory) Chunk{nullptr, bytes, 0};
  made->next = current_ == nullptr ? made : current_->next;
  if (current_ != nullptr) current_->next = made;
  ++chunk_count_;
  use(*made);
  return true;
}

// Nothing in the ring is in use.
void PostMemory::trim() noexcept {
  while (chunk_count_ > kKeptChunks) {
    Chunk* const gone = current_->next;
    current_->next = gone->next;
    ::operator delete(gone, std::align_val_t{kLineBytes});
    --chunk_count_;
  }
}

}  // namespace vhpy::queue::detail
