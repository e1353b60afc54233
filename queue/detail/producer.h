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

namespace vhpy::queue::detail {

// An element of the queue. The queue hands a slot back from the consumer to its producer through an atomic fence, which
// thread sanitizers do not model; with an atomic access to the slot itself they have nothing to complain about. On
// every machine we build for it is the same instruction. (The queue's index of blocks is handed back the same way, many
// blocks later; there the read-modify-writes of Occupancy, one per fetch and one per push, are what they mostly see, and
// setup/sanitizers/tsan.txt names the rest.)
class Slot {
 public:
  Slot() noexcept = default;
  explicit Slot(Command* command) noexcept { set(command); }
  Slot(const Slot& other) noexcept { set(other.get()); }
  Slot& operator=(const Slot& other) noexcept {
    set(other.get());
    return *this;
  }
  Command* get() const noexcept {
    return std::atomic_ref<Command*>(const_cast<Command*&>(command_)).load(std::memory_order_relaxed);
  }

 private:
  void set(Command* command) noexcept {
    std::atomic_ref<Command*>(command_).store(command, std::memory_order_relaxed);
  }
  Command* command_;
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
  Producer(std::uint64_t lane_in, Queue& queue) : lane(lane_in), token(std::in_place, queue) {}

  void retain() noexcept { refs.fetch_add(1, std::memory_order_relaxed); }
  void release() noexcept {
    if (refs.fetch_sub(1, std::memory_order_acq_rel) == 1) delete this;
  }

  const std::uint64_t lane;  // the lane's number, never used twice in a process
  // Used by the thread to push; destroyed by the consumer once the thread is gone, or by the lane's destructor.
  std::optional<moodycamel::ProducerToken> token;
  Producer* next_registered = nullptr;  // written by the thread before it registers, then consumer only

  // Commands pushed so far. Written by the thread after the command is in the queue (release); the consumer's acquire
  // finds that many in it.
  alignas(64) std::atomic<std::uint64_t> pushed{0};
  std::uint64_t popped_seen = 0;      // `popped` when the thread last looked; only the thread
  std::atomic<bool> retired{false};   // the thread will not push again; thread (release), consumer (acquire)
  std::atomic<bool> orphaned{false};  // the lane is gone; lane's destructor (release), thread (acquire)
  std::atomic<std::uint32_t> refs{2};

  // Commands that are no longer queued. Written by the consumer (release: it is done with the slots), read by the thread
  // (acquire) when by what it last saw its bound is reached.
  alignas(64) std::atomic<std::uint64_t> popped{0};

  // Consumer only.
  std::uint64_t taken = 0;     // commands that left; `popped` follows, up to a quantum later
  std::uint64_t mark = 0;      // `pushed` as the running drain saw it on entry
  std::vector<Command*> held;  // taken out of the queue, not yet handled; in order, before all that is in the queue
  std::size_t held_from = 0;   // the first of them

  std::size_t held_count() const noexcept { return held.size() - held_from; }
};

// The producers of the calling thread, one per lane it pushed to. Thread: the one that calls.
class ProducerTable {
 public:
  static Producer* find(std::uint64_t lane) noexcept {
    return last_.lane == lane ? last_.producer : find_slow(lane);
  }
  // Takes over one reference. False when the thread is ending or memory is short; then it took nothing.
  static bool insert(Producer* producer) noexcept;
  static bool ended() noexcept;

 private:
  struct Last {
    std::uint64_t lane = 0;  // no lane has this number
    Producer* producer = nullptr;
  };
  static Producer* find_slow(std::uint64_t lane) noexcept;
  static constinit thread_local Last last_;  // trivially destructible: readable while the thread's destructors run
  friend struct TableOwner;
};

}  // namespace vhpy::queue::detail
