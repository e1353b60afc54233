// What the module vh needs of the process it lives in. One object for the whole process, made by the composition root
// before the interpreter starts and destroyed after it has ended (or never, when an interpreter is left standing).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/events/feed.h"
#include "core/hub.h"
#include "core/local.h"
#include "queue/lane.h"

namespace vhpy::py {

// The hub thread's way into Python, for what scripts ask to run there (vh.on_main). Implemented by the host of scripts.
class HubPython {
 public:
  // Runs `body` inside the interpreter of that number (PyInterpreterState_GetID), as a hook is run. False if Python does not
  // run there (any more), or it is none in which the hub thread runs Python. Thread: hub. Blocks: for its GIL.
  virtual bool with_gil(std::int64_t interpreter, const std::function<void()>& body) = 0;

 protected:
  ~HubPython() = default;
};

struct Runtime {
  Hub& hub;            // operations; hub thread only
  queue::Lane& lane;   // how the other threads reach them
  std::chrono::milliseconds default_timeout{10'000};  // of a call for which nobody gave another
  // New calls fail at once while the hub thread has been at one thing for longer than this: it is stuck, and a queue that
  // grows helps nobody.
  std::chrono::milliseconds stuck_after{5'000};
  // What a hook or a function of vh.on_main() may take before it is warned of (hook_budget.h).
  std::chrono::milliseconds hook_budget{100};
  HubPython* python = nullptr;  // hub thread only; null: there is none
  // Interpreters of isolated scripts that were unloaded and cannot be ended, because threads of theirs still live. Counted on
  // any thread, for vh.stats().
  std::atomic<std::uint32_t> left_standing{0};
  // Hooks and functions of vh.on_main() that took longer than the budget. Counted on the hub thread, read on any.
  std::atomic<std::uint64_t> over_budget{0};
  events::Feed events{};        // of hooks, for vh.events()
};

// A loaded script as its own vh module sees it. Shared by the module's state, commands under way and the script table.
struct ScriptIdentity {
  ScriptId id = 0;               // vh.myid; 0 = the module seen by code that belongs to no script
  std::string name;              // vh.name, "shop.py"
  std::string path;              // vh.path, as loaded
  ScriptLabel label{};           // vh.name_and_version(); any thread
  std::atomic<bool> gone{false}; // set on the hub thread before UnLoad; from then on calls of other threads raise
                                 // vh.Abandoned, while UnLoad itself, on the hub thread, may still say goodbye.
                                 // Read by any thread before each call.

  // Thread: hub. Then the lane's abandon().
  void leave() noexcept { gone.exchange(true, std::memory_order_acq_rel); }
  // Whether it left between the check before a call and the push: abandon() may not have seen that call, and the hub
  // thread, in UnLoad, takes out no others. Both sides write the same word: either this sees that the script has left, or
  // leave() comes later and abandon() sees what was pushed before. Thread: any, after a push.
  bool has_left() noexcept {
    bool here = false;
    return !gone.compare_exchange_strong(here, false, std::memory_order_acq_rel);
  }
};

}  // namespace vhpy::py
