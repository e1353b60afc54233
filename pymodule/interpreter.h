// The embedded interpreter: its start, the hub thread's way in and out of it, and its end.
//
// Owner: PythonHost. Thread: the hub thread, whose thread state this keeps; Python takes the hub thread for its main
// thread. Other threads have states of their own, which Python makes for those it starts.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "core/result.h"
#include "pymodule/python.h"

namespace vhpy::py {

class Interpreter {
 public:
  Interpreter() = default;
  ~Interpreter() = default;  // does not end Python: finish() does, or nobody
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  // Starts Python as `executable` (empty = the one that was linked) would see itself, so that a virtual environment's
  // packages are found. Leaves the GIL free. The refusal's detail is one line. Blocks: as long as Python's start takes,
  // and up to kProbeTimeout to ask the executable for its version.
  Outcome start(const std::string& executable);

  bool running() const noexcept { return hub_state_ != nullptr; }
  PyThreadState* hub_state() const noexcept { return hub_state_; }

  // Lets the threads that scripts left end until `deadline`, runs what they registered with atexit, and ends Python if
  // no thread but the hub's is left. Otherwise flushes the standard streams, leaves Python standing, without the GIL, and
  // returns the names of the threads that still live. No Python object of ours may be alive.
  std::vector<std::string> finish(std::chrono::steady_clock::time_point deadline);

 private:
  PyThreadState* hub_state_ = nullptr;  // while running
};

// The GIL on the hub thread for the scope; nothing to do if this thread has it already, as inside a hook whose vh call
// fires another hook. Blocks: until the GIL is free.
class [[nodiscard]] HubGil {
 public:
  explicit HubGil(const Interpreter& interpreter);
  HubGil(const HubGil&) = delete;
  HubGil& operator=(const HubGil&) = delete;

 private:
  std::optional<GilHeld> held_;
};

}  // namespace vhpy::py
