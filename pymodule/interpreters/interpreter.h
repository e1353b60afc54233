// The embedded interpreter, that is Python's main one: its start and its end.
//
// Owner: PythonHost. Thread: the hub thread, whose thread state this keeps; Python takes the hub thread for its main
// thread. Other threads have states of their own, which Python makes for those it starts.
#pragma once

#include <chrono>
#include <initializer_list>
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
  // no thread but the hub's is left and `may_end`: a sub-interpreter that still stands forbids it. Otherwise flushes the
  // standard streams, leaves Python standing, without the GIL, and returns the names of the threads that still live. No
  // Python object of ours may be alive.
  std::vector<std::string> finish(std::chrono::steady_clock::time_point deadline, bool may_end = true);

 private:
  PyThreadState* hub_state_ = nullptr;  // while running
};

// What every interpreter of ours needs of Python's own library before scripts run in it. Inside it, on the hub thread. False
// with a Python exception set.
bool prepare_standard_library();

// The names of the current interpreter's threads, without its main one; never empty. GIL held.
std::vector<std::string> names_of_live_threads();

// Whether the current interpreter has other thread states than these: threads that run or will. GIL held.
bool other_threads_live(std::initializer_list<const PyThreadState*> known);

}  // namespace vhpy::py
