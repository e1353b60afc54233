// The bounds of a lane and of one drain. Every queue, batch and wait has its named limit here, with its unit.
#pragma once

#include <chrono>
#include <cstddef>

namespace vhpy::queue {

struct Limits {
  std::size_t max_commands = 65'536;              // queued at once, all threads together
  std::size_t max_bytes = 64u << 20;              // bytes of queued commands, all threads together
  std::size_t max_commands_per_producer = 16'384; // queued at once by one thread
  std::size_t max_producers = 4'096;              // threads that use the lane at once
};

struct Budget {
  std::size_t max_commands = 4'096;
  std::chrono::microseconds max_time{5'000};
};

}  // namespace vhpy::queue
