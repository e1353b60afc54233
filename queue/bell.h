// What a lane rings besides its descriptor, for a consumer that may sleep where no descriptor wakes it.
//
// Owner: the host, which keeps it for as long as anybody may push. Thread: ring() on whichever thread pushes.
#pragma once

namespace vhpy::queue {

struct Bell {
  void (*ring)(void* context) noexcept;  // before the descriptor is written, which follows at once. Blocks: no
  void* context;
};

}  // namespace vhpy::queue
