// What the consumer thread is doing and since when, for messages such as "in shop.py OnTimer for 5.0 s".
// Written by the consumer thread only; read by any thread at any time, also while the consumer is stuck.
#pragma once

#include <string>
#include <string_view>

#include "queue/clock.h"

namespace vhpy::queue {

class Activity {
 public:
  // Marks the consumer as busy with `what` (cut at 120 bytes) until the scope ends; then it is what it was before.
  // Cheap enough for every hook and command: no allocation, no system call beyond one clock read.
  class Scope;

  // "in <what> for 5.0 s", or "idle". Thread: any. Blocks: no.
  std::string describe(TimePoint now) const;
};

}  // namespace vhpy::queue
