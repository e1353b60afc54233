// What the server refused, cut or dropped; every refusal that is not an answer to somebody ends in one of these.
// Thread: hub.
#pragma once

#include <cstdint>

namespace vhpy::embedded {

struct Counters {
  std::uint64_t accepted = 0;           // connections
  std::uint64_t refused_total = 0;      // connections over the hub's limit
  std::uint64_t refused_per_ip = 0;     // connections over the limit per address
  std::uint64_t accept_errors = 0;      // EMFILE and the like
  std::uint64_t slow_readers = 0;       // links cut because their output was full
  std::uint64_t bad_lines = 0;          // links cut for bytes that are no NMDC
  std::uint64_t protocol_errors = 0;    // links closed with a reason line
  std::uint64_t login_timeouts = 0;
  std::uint64_t flood_cuts = 0;         // links cut and banned for flooding
  std::uint64_t dropped_frames = 0;     // frames ignored by a rate limit
  std::uint64_t hook_depth_refusals = 0;
};

}  // namespace vhpy::embedded
