// One interpreter that scripts run in, and the hub thread's way into it: the main one, which all shared scripts have in
// common, or a sub-interpreter of one isolated script.
//
// From Python 3.12 on a sub-interpreter has a GIL of its own, so what a script does on its own threads never holds up the
// hub's other scripts; before, all interpreters share one.
//
// Owner: PythonHost and the scripts that run in it; a sub-interpreter is handed to InterpreterEnd when its script is unloaded.
// Thread: hub, unless said otherwise. The hub thread has one thread state per interpreter, made once; it is never inside two
// interpreters at a time, so it holds one GIL at most.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>

#include "core/result.h"
#include "core/script_mode.h"
#include "pymodule/host/script_import.h"
#include "pymodule/interpreters/gil_turns.h"
#include "pymodule/python.h"

namespace vhpy::py {

struct ScriptInterpreter {
  PyThreadState* hub_state = nullptr;  // of the hub thread; null once it cannot come back
  PyInterpreterState* interpreter = nullptr;
  std::int64_t id = 0;                 // CPython's number of it, never used twice
  ScriptMode mode = ScriptMode::kShared;
  ScriptImport import{};
  GilTurns turns{};

  bool isolated() const noexcept { return mode == ScriptMode::kIsolated; }
};

// Prepares the current interpreter for scripts: their imports, the module `dispatcher`, uncaught exceptions. `registered`:
// see install_dispatcher(). GIL held. False with a Python exception set.
bool prepare_for_scripts(ScriptInterpreter& into, std::atomic<bool>& registered);

// A new sub-interpreter, prepared for scripts. Inside the main interpreter, which this thread is in again afterwards.
// Blocks: some 20 ms. The refusal's detail is one line.
Result<std::shared_ptr<ScriptInterpreter>> make_isolated_interpreter(std::atomic<bool>& registered);

// Whether the Python that runs can end a sub-interpreter and go on. 3.12.1 and 3.13.0 free objects of one in another once ssl,
// asyncio and the like were imported there, and the process ends with "double free or corruption" or a segmentation fault (a plain
// python too: create, import, destroy, thirty times). 3.13.15 does so in the hub, after some reloads of a script with a server;
// 3.14.7 does not. Thread: any.
bool sub_interpreters_can_end() noexcept;

// Ends the sub-interpreter of `last`, under which the calling thread holds its GIL and beside which it has no other; where that is
// not safe, only gives `last` back, and the interpreter stays for as long as the process lives. Afterwards the thread holds no
// GIL. Thread: any. Blocks: for what Python code runs while its objects go.
void end_sub_interpreter(PyThreadState* last);

// The hub thread is done with it: gives its thread state back, except where interpreters cannot end, and is where it was before
// `gil` brought it there. What ends the interpreter goes on on another thread (interpreter_end.h).
class HubGil;
void leave_for_good(ScriptInterpreter& interpreter, HubGil& gil);

// The hub thread is inside `interpreter` for the scope; nothing to do if it is already, as when a vh call in a hook fires
// another hook. If it is inside another one, as when that hook belongs to a script of another interpreter, it is back there
// afterwards. Blocks: until the GIL is free.
class [[nodiscard]] HubGil {
 public:
  // kMayStay: between let_gil_stay() and give_gil_back() the GIL of the main interpreter is kept for the next one.
  enum class After : std::uint8_t { kGiveBack, kMayStay };

  explicit HubGil(const ScriptInterpreter& interpreter, After after = After::kGiveBack);
  ~HubGil() noexcept(false);
  HubGil(const HubGil&) = delete;
  HubGil& operator=(const HubGil&) = delete;

 private:
  friend void leave_for_good(ScriptInterpreter&, HubGil&);

  PyThreadState* before_;                    // where this thread was; null: nowhere
  PyInterpreterState* isolated_before_ = nullptr;
  bool may_stay_;
  bool entered_ = false;
};

// A turn of the hub's loop fires many hooks, one after the other: where a thread of a script computes, each would wait for the
// GIL anew, up to Python's switch interval. Between these two calls, on the hub thread, it waits once. The GIL of an isolated
// script is not kept: whoever interrupts such a script takes the hub thread for busy in it (interrupt_isolated). A thread that
// has asked for the GIL meanwhile gets it in the next hook, or when it is given back, which then waits until that thread runs.
void let_gil_stay() noexcept;
void give_unused_gil_back();  // if no hook has used it for kUnused
void give_gil_back();         // before the hub thread waits, serves commands or does long work of its own
inline constexpr std::chrono::milliseconds kUnused{1};

}  // namespace vhpy::py
