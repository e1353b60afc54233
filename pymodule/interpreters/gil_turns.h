// Where all interpreters share one GIL, that is before Python 3.12: sees to it that a thread that only computes gives it up to
// threads of other interpreters, too.
//
// A thread that waits for the GIL asks for it by a flag of its own interpreter, which the holder looks at only if it runs in the same
// one. So each interpreter has a thread here that, while the GIL is in use, comes for it every 2 ms: the holder in
// that interpreter sees the flag, lets go, and whoever waits elsewhere has its turn. CPython's switch may not be asked for without
// somebody who waits, for it waits for that one; hence a thread that really takes the GIL, not just the flag.
//
// While nobody runs Python it only looks whether somebody does, without the GIL and ever more rarely: ten times a second in the end,
// which is 0.02 % of a core.
//
// Owner: ScriptInterpreter. From 3.12 on there is nothing to do, and no thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "pymodule/python.h"

namespace vhpy::py {

class GilTurns {
 public:
  GilTurns() = default;
  ~GilTurns() = default;  // after stop(), or never
  GilTurns(const GilTurns&) = delete;
  GilTurns& operator=(const GilTurns&) = delete;

  // Once; later calls do nothing. Without a thread to be had it says so in the log, and goes on without. Thread: hub.
  void start(PyInterpreterState* interpreter);

  // Its thread has ended and given back its thread state. Thread: any, without the GIL. Blocks: until the GIL has been free once.
  void stop();

  // Its thread state, which does not count where threads of an interpreter are counted; null if there is none. GIL held.
  const PyThreadState* state() const noexcept { return state_; }

 private:
  void run();

  PyThreadState* state_ = nullptr;  // its thread's, while that lives
  std::mutex mutex_;
  std::condition_variable ended_;
  bool over_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace vhpy::py
