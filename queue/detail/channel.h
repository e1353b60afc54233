// One of a lane's two queues, with its own bounds: what callers and the consumer share of it. Commands of one priority go
// through one channel.
//
// Owner: Shared. Threads: each member says who.
#pragma once

#include <atomic>
#include <cstdint>

#include "queue/detail/occupancy.h"
#include "queue/detail/producer.h"
#include "queue/detail/room.h"
#include "queue/limits.h"

namespace vhpy::queue::detail {

struct Channel {
  Channel(std::uint64_t id_in, const Bounds& bounds_in) noexcept : id(id_in), bounds(bounds_in), occupancy(bounds_in) {}

  // Whether a command of this size can be queued at all.
  bool can_ever_hold(std::size_t bytes) const noexcept {
    return occupancy.can_ever_hold(bytes) && bounds.max_commands_per_producer > 0 && bytes <= bounds.max_bytes_per_producer;
  }

  const std::uint64_t id;  // in thread tables; never used twice in a process
  const Bounds bounds;
  Queue queue;
  Occupancy occupancy;
  Room room;
  // New producers, last first. Pushed by their threads, emptied by the consumer; seq_cst, because a push counts on the consumer
  // that disarms, or aborts, after it: see Lane::announce().
  std::atomic<Producer*> registered{nullptr};
  std::atomic<std::uint64_t> producer_count{0};  // registered and not yet removed; threads add, the consumer subtracts
};

}  // namespace vhpy::queue::detail
