// The memory of one thread's posts: chunks in a ring, filled one post after the other, so that neither side touches more
// cache lines than the posts themselves, and these in the order of their addresses.
//
// A chunk is used again once all posts in it are done with. They are so in the order made: the consumer says how many.
//
// Owner: the Producer. Threads: take() and made() the thread; done() the consumer. Shutdown: its destructor, after both.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace vhpy::queue::detail {

// Asks for a cache line that will be written, which the consumer's core has read: its own copy must go first. A push ends in
// read-modify-writes, which wait for all writes before them. (GCC's own prefetch asks for a line to read only.)
inline void prefetch_to_write(const void* line) noexcept {
#if defined(__x86_64__)
  asm("prefetchw %0" : : "m"(*static_cast<const char*>(line)));
#else
  __builtin_prefetch(line, 1);
#endif
}

class PostMemory {
 public:
  static constexpr std::size_t kAhead = 512;  // bytes: eight small posts
  static constexpr std::size_t kFirstChunk = 2'048;    // bytes: for a thread that posts now and then
  static constexpr std::size_t kChunk = 16'384;
  static constexpr std::size_t kMaxChunks = 256;       // 4 MiB of one thread; beyond, posts become commands
  static constexpr std::size_t kKeptChunks = 16;       // more are freed once all is done with

  PostMemory() = default;
  ~PostMemory();
  PostMemory(const PostMemory&) = delete;
  PostMemory& operator=(const PostMemory&) = delete;

  // Room for `bytes`, a multiple of a cache line and less than the first chunk; null if the bound is reached or memory is
  // short. The same place again until made() says that a post is there. Blocks: no.
  void* take(std::size_t bytes) noexcept {
    if (static_cast<std::size_t>(end_ - at_) < bytes && !next_chunk()) return nullptr;
    prefetch_to_write(at_ + kAhead);
    return at_;
  }
  void made(std::size_t bytes) noexcept {
    at_ += bytes;
    ++made_;
  }
  // The last one has not become one after all; right after its made().
  void unmade(std::size_t bytes) noexcept {
    at_ -= bytes;
    --made_;
  }
  // That many of the posts, the first ones, are done with.
  void done(std::uint64_t count) noexcept { done_.store(count, std::memory_order_release); }

  std::size_t chunks() const noexcept { return chunk_count_; }  // thread: the one that posts

 private:
  struct Chunk;

  bool next_chunk() noexcept;
  bool add_chunk() noexcept;
  void use(Chunk& chunk) noexcept;
  void trim() noexcept;

  std::byte* at_ = nullptr;
  std::byte* end_ = nullptr;
  std::uint64_t made_ = 0;
  Chunk* current_ = nullptr;  // in a ring; the next one is the oldest
  std::size_t chunk_count_ = 0;

  // Release: the consumer has read the posts before. Acquire in next_chunk(), before they are written again.
  alignas(64) std::atomic<std::uint64_t> done_{0};
};

}  // namespace vhpy::queue::detail
