// Ends the interpreters of isolated scripts that were unloaded, each on a thread of its own: the hub thread never waits for
// a script's threads, and CPython must not end an interpreter in which one still lives.
//
//     hub thread: unload -> end() -----------------------------------------> standing(), wait_until()
//     its thread:           threading._shutdown, atexit, wait for the last thread, Py_EndInterpreter
//
// An interpreter whose threads do not end is left standing: counted, reported once, looked at again until they do.
//
// Where Python cannot end one (sub_interpreters_can_end), one without threads is kept for the next load of the same file:
// then a script that is reloaded again and again has two or three in turn, not each time one more.
//
// Owner: PythonHost. Thread: hub, unless said otherwise. Shutdown: wait_until(); what then still stands forbids to end Python.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "pymodule/interpreters/script_interpreter.h"

namespace vhpy::py {

class InterpreterEnd {
 public:
  // `standing` is kept at the number of interpreters that are left standing. It must outlive the threads.
  explicit InterpreterEnd(std::atomic<std::uint32_t>& standing) : standing_(standing) {}
  ~InterpreterEnd() = default;  // after wait_until() has returned nothing; else it must not be destroyed
  InterpreterEnd(const InterpreterEnd&) = delete;
  InterpreterEnd& operator=(const InterpreterEnd&) = delete;

  // The hub thread, which `inside` has brought there, leaves it for good; nothing but threads of its script may refer to its
  // objects. `whose` is for messages: "script shop.py (id 3)". keep_for: the file of the script for which it may be kept; empty:
  // for none. Blocks: until the other thread has started, which depends on the system only.
  void end(std::shared_ptr<ScriptInterpreter> interpreter, HubGil& inside, std::string whose, std::string keep_for);

  // One that was kept for this file; null: there is none.
  std::shared_ptr<ScriptInterpreter> take_kept(const std::string& file);

  // One line for each that has not ended although it has had time: "script shop.py (id 3): worker-1, worker-2 (daemon)".
  std::vector<std::string> standing();

  // Waits for all of them until `deadline`. What is left then, as standing() says it.
  std::vector<std::string> wait_until(std::chrono::steady_clock::time_point deadline);

  struct Ending;

 private:
  void forget_ended();

  std::atomic<std::uint32_t>& standing_;
  std::vector<std::shared_ptr<Ending>> endings_;
  std::multimap<std::string, std::shared_ptr<ScriptInterpreter>> kept_;  // by the file of the script
};

}  // namespace vhpy::py
