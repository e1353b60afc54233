// The bounds of a lane and of one drain. Every queue, batch and wait has its named limit here, with its unit.
#pragma once

#include <chrono>
#include <cstddef>

namespace vhpy::queue {

// Of what is queued at once. Bytes are those of the commands, with what their arguments hold elsewhere.
struct Bounds {
  std::size_t max_commands;
  std::size_t max_bytes;
  std::size_t max_commands_per_producer;  // by one thread
  std::size_t max_bytes_per_producer;
};

struct Limits {
  std::size_t max_commands = 65'536;                 // all threads together
  std::size_t max_bytes = 64u << 20;
  std::size_t max_commands_per_producer = 16'384;
  std::size_t max_bytes_per_producer = 32u << 20;
  std::size_t max_producers = 4'096;                 // threads that use the lane at once, for each priority
  // Room of its own for what goes first, so that a lane full of ordinary commands still takes it.
  Bounds control{1'024, 4u << 20, 256, 2u << 20};

  Bounds normal() const noexcept {
    return {max_commands, max_bytes, max_commands_per_producer, max_bytes_per_producer};
  }
};

struct Budget {
  std::size_t max_commands = 4'096;
  std::chrono::microseconds max_time{5'000};
};

}  // namespace vhpy::queue
