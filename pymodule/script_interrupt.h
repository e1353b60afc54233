// Interrupts Python code on the hub thread that takes too long, by raising KeyboardInterrupt in it.
//
// PyThreadState_SetAsyncExc would reach code that runs, but not code that sleeps, joins a thread or waits for a lock,
// which is what a hanging UnLoad does. A signal reaches both: system calls return early, and Python then runs its signal
// handlers, on its main thread only, which is the hub thread. The signal is SIGURG: the system's default is to ignore it,
// so one that comes late harms nobody.
//
// In a sub-interpreter Python runs no signal handlers. What is done there instead, isolated_interrupt.h, reaches code that runs and
// what waits for locks; a sleep or a read only once it returns.
//
// Two users: InterruptAt gives a scope on the hub thread a deadline, and puts the handler back after it; a program that
// must be able to stop at any time installs the handler for good and interrupts from a thread of its own.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

#include <pthread.h>
#include <signal.h>

#include "pymodule/python.h"

namespace vhpy::py {

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
  // interrupted every kInterruptEvery.
  explicit InterruptAt(std::chrono::steady_clock::time_point deadline);
  // Blocks: for the watchdog's end, microseconds.
  ~InterruptAt();
  InterruptAt(const InterruptAt&) = delete;
  InterruptAt& operator=(const InterruptAt&) = delete;

 private:
  void watch(std::chrono::steady_clock::time_point deadline);

  pthread_t target_;
  const bool isolated_;         // it is in a sub-interpreter
  Owned previous_;              // Python's handler of the signal before; null when ours could not be installed
  struct sigaction action_ {};  // the process's handler before, which need not be Python's
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;  // guarded by mutex_
  std::thread watchdog_;
};

// Code that swallows an interruption, or meets it in a place where Python cannot raise, is interrupted again.
inline constexpr std::chrono::milliseconds kInterruptEvery{50};

}  // namespace vhpy::py
