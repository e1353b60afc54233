// Interrupts Python code on the hub thread that takes too long, by raising KeyboardInterrupt in it.
//
// PyThreadState_SetAsyncExc would reach code that runs, but not code that sleeps, joins a thread or waits for a lock,
// which is what a hanging UnLoad does. A signal reaches both: system calls return early, and Python then runs its signal
// handlers, on its main thread only, which is the hub thread. The signal is SIGURG: the system's default is to ignore it,
// so one that comes late harms nobody.
//
// In a sub-interpreter Python runs no signal handlers. What is done there instead, isolated_interrupt.h, reaches code that runs and
// what waits for locks (from Python 3.12 on not a bare lock.acquire()); a sleep or a read only once it returns.
//
// A script that catches every interruption and goes on (`while True: try: wait() except BaseException: pass`) is stopped too:
// after kPatience of them InterruptAt has each further line of Python on this thread raise, those of handlers included, by
// a trace function, so that nothing but C code is left that could hold the thread. Not in a sub-interpreter.
//
// Two users: InterruptAt gives a scope on the hub thread a deadline, and puts the handler back after it; a program that
// must be able to stop at any time installs the handler for good and interrupts from a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

#include <pthread.h>
#include <signal.h>

#include "pymodule/python.h"

namespace vhpy::py {

inline constexpr const char* kInterruptText = "interrupted by the hub: it took too long";  // of each KeyboardInterrupt from here

// Whether the hub has raised it. GIL held, nothing pending before and after.
bool is_interruption(Borrowed exception);

// Installs the handler for as long as Python runs. Thread: the hub thread, GIL held. False with a Python error set.
bool install_interrupt();

// Raises KeyboardInterrupt in the Python code that `hub_thread` runs, or else in what it runs next, unless
// forget_interrupt() comes before. Only after install_interrupt() or inside an InterruptAt. Thread: any. Blocks: no.
void interrupt(pthread_t hub_thread) noexcept;

// An interruption that came too late to interrupt anything is still noted: meets it here, not in what runs next.
// Thread: the hub thread, GIL held.
void forget_interrupt();

// Owner: a scope on the hub thread, GIL held. Thread: its watchdog thread only sends signals, and never takes a GIL.
class [[nodiscard]] InterruptAt {
 public:
  // From `deadline` on, until the scope ends, the code that this thread runs in the interpreter that it is in now is
  // interrupted every kInterruptEvery. The log has one line when that begins, and one more if it does not help; `what` is
  // what they call that code: "script shop.py (id 3): UnLoad". Empty: the log has nothing.
  explicit InterruptAt(std::chrono::steady_clock::time_point deadline, std::string what = {});
  // Blocks: for the watchdog's end, microseconds.
  ~InterruptAt();
  InterruptAt(const InterruptAt&) = delete;
  InterruptAt& operator=(const InterruptAt&) = delete;

 private:
  static PyObject* meet(PyObject* scope, PyObject* arguments);
  Owned set_handler_of_scope();
  void watch(std::chrono::steady_clock::time_point deadline);

  const std::string what_;
  pthread_t target_;
  const bool isolated_;         // it is in a sub-interpreter
  Owned scope_;                 // this object, for the handler; without a name once the scope has ended
  Owned previous_;              // Python's handler of the signal before; null when ours could not be installed
  struct sigaction action_ {};  // the process's handler before, which need not be Python's
  int raised_ = 0;              // interruptions that Python has met; in the main interpreter only
  bool insisting_ = false;      // the trace function is set
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;  // guarded by mutex_
  std::thread watchdog_;
};

// Code that swallows an interruption, or meets it in a place where Python cannot raise, is interrupted again.
inline constexpr std::chrono::milliseconds kInterruptEvery{50};
// Interruptions that code may catch in order to tidy up: about half a second.
inline constexpr int kPatience = 10;
// After so many the log says that they do not help: about three seconds.
inline constexpr int kHopeless = 60;

}  // namespace vhpy::py
