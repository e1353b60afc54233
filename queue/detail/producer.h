// One thread's end of one lane: its own sub-queue, so that its order is kept and others cannot crowd it out.
//
// Owner: two references, one of the thread's table and one of the lane; either may go first.
// Threads: each member says who. Shutdown: the thread's exit sets `retired`, the consumer then removes an empty one;
// a lane that goes first sets `orphaned`, and the thread's table forgets it.
#pragma once

#include <concurrentqueue/concurrentqueue.h>

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <new>
#include <optional>
#include <vector>

#include "queue/command.h"
#include "queue/detail/post.h"
#include "queue/detail/post_memory.h"

namespace vhpy::queue::detail {

// What a sub-queue holds: a command, or a post, which may carry the time of its push. Each is aligned to a cache line, or to
// what the heap aligns to, which leaves the lowest bits to say which it is.
class Item {
 public:
  Item() noexcept = default;
  explicit Item(Command* command) noexcept : word_(reinterpret_cast<std::uintptr_t>(command)) {}
  Item(Post* post, bool stamped) noexcept
      : word_(reinterpret_cast<std::uintptr_t>(post) | kPost | (stamped ? kStamped : 0)) {}
  explicit Item(std::uintptr_t word) noexcept : word_(word) {}

  bool is_post() const noexcept { return (word_ & kPost) != 0; }
  bool is_stamped() const noexcept { return (word_ & kStamped) != 0; }
  Post& post() const noexcept { return *reinterpret_cast<Post*>(word_ & ~(kPost | kStamped)); }
  Command& command() const noexcept { return *reinterpret_cast<Command*>(word_); }
  std::size_t cost() const noexcept { return is_post() ? post().cost : command().cost(); }
  OwnerId owner() const noexcept { return is_post() ? post().owner : command().owner(); }
  const void* where() const noexcept { return reinterpret_cast<const void*>(word_ & ~(kPost | kStamped)); }
  std::uintptr_t word() const noexcept { return word_; }

 private:
  static constexpr std::uintptr_t kPost = 1;
  static constexpr std::uintptr_t kStamped = 2;
  static_assert(alignof(Command) > (kPost | kStamped));
  std::uintptr_t word_ = 0;
};

// An element of the queue. The queue hands a slot back from the consumer to its producer through an atomic fence, which
// thread sanitizers do not model; with an atomic access to the slot itself they have nothing to complain about. On
// every machine we build for it is the same instruction. (The queue's index of blocks is handed back the same way, many
// blocks later; there the read-modify-writes of Occupancy, one per fetch and one per push, are what they mostly see, and
// setup/sanitizers/tsan.txt names the rest.)
class Slot {
 public:
  Slot() noexcept = default;
  explicit Slot(Item item) noexcept { set(item); }
  Slot(const Slot& other) noexcept { set(other.get()); }
  Slot& operator=(const Slot& other) noexcept {
    set(other.get());
    return *this;
  }
  Item get() const noexcept {
    return Item(std::atomic_ref<std::uintptr_t>(const_cast<std::uintptr_t&>(word_)).load(std::memory_order_relaxed));
  }

 private:
  void set(Item item) noexcept {
    std::atomic_ref<std::uintptr_t>(word_).store(item.word(), std::memory_order_relaxed);
  }
  std::uintptr_t word_;
};

// Its memory comes from operator new, like everything else, so that it can be counted.
struct QueueTraits : moodycamel::ConcurrentQueueDefaultTraits {
  static void* malloc(std::size_t bytes) noexcept { return ::operator new(bytes, std::nothrow); }
  static void free(void* memory) noexcept { ::operator delete(memory); }
};
using Queue = moodycamel::ConcurrentQueue<Slot, QueueTraits>;

// How many commands of one thread run before it is another thread's turn, and how many leave its sub-queue at once.
inline constexpr std::size_t kQuantum = 16;

struct Producer {
  Producer(std::uint64_t channel_in, Queue& queue) : channel(channel_in), token(std::in_place, queue) {}

  void retain() noexcept { refs.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  const std::uint64_t channel;  // its number, never used twice in a process
  // Used by the thread to push; destroyed by the consumer once the thread is gone, or by the lane's destructor.
  std::optional<moodycamel::ProducerToken> token;
  Producer* next_registered = nullptr;  // written by the thread before it registers, then consumer only

  // Commands pushed so far. Written by the thread after the command is in the queue, by a seq_cst exchange, which is what a push
  // announces itself by (Lane::announce()); the consumer's load finds that many in it.
  alignas(64) std::atomic<std::uint64_t> pushed{0};
  // Only the thread: bytes pushed so far, and `popped` and `popped_bytes` when it last looked.
  std::uint64_t pushed_bytes = 0;
  std::uint64_t popped_seen = 0;
  std::uint64_t popped_bytes_seen = 0;
  std::atomic<bool> retired{false};   // the thread will not push again; thread (release), consumer (acquire)
  std::atomic<bool> orphaned{false};  // the lane is gone; lane's destructor (release), thread (acquire)
  std::atomic<std::uint32_t> refs{2};
  PostMemory posts;

  // Commands that are no longer queued. Written by the consumer (release: it is done with the slots), read by the thread
  // (acquire) when by what it last saw its bound is reached.
  alignas(64) std::atomic<std::uint64_t> popped{0};
  std::atomic<std::uint64_t> popped_bytes{0};  // the same in bytes

  // Consumer only.
  std::uint64_t taken = 0;     // commands that left; `popped` follows, up to a quantum later
  std::uint64_t taken_bytes = 0;
  std::uint64_t posts_done = 0;  // in the order made; `posts` is told at the end of a quantum
  std::uint64_t mark = 0;      // `pushed` as the running drain saw it on entry
  std::vector<Item> held;      // taken out of the queue, not yet handled; in order, before all that is in the queue
  std::size_t held_from = 0;   // the first of them

  std::size_t held_count() const noexcept { return held.size() - held_from; }
};

// The producers of the calling thread, one per channel it pushed to. Thread: the one that calls.
class ProducerTable {
 public:
  static Producer* find(std::uint64_t channel) noexcept {
    return last_.channel == channel ? last_.producer : find_slow(channel);
  }
  // Takes over one reference. False when the thread is ending or memory is short; then it took nothing.
  static bool insert(Producer* producer) noexcept;
  static bool ended() noexcept;

 private:
  struct Last {
    std::uint64_t channel = 0;  // none has this number
    Producer* producer = nullptr;
  };
  static Producer* find_slow(std::uint64_t channel) noexcept;
  static constinit thread_local Last last_;  // trivially destructible: readable while the thread's destructors run
  friend struct TableOwner;
};

}  // namespace vhpy::queue::detail
