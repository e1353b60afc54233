// SIGINT and SIGTERM, heard while a script holds the hub thread too.
//
// A thread of its own waits for the first of them, asks the loop to stop, and when the loop does not notice in time,
// because a script's hook or top level does not return, interrupts the script again and again. Handlers rather than
// blocked signals: a mask would pass to every program that a script starts, which then could not be told to stop.
//
// Owner: the composition root, one at a time in a process. Thread: made, asked and ended on the hub thread; the callbacks
// run on the thread of this.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace vhpy::embedded {

class StopSignals {
 public:
  struct Reaction {
    std::function<void()> request_stop;     // must not block
    std::function<void()> interrupt;        // the script that holds the hub thread, if any; must not block
    std::function<std::string()> activity;  // what the hub thread is doing, for the log
  };

  // From now on the two signals no longer end the process.
  explicit StopSignals(Reaction reaction);
  // The signals do again what they did before. Blocks: as loop_left() does.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Whether a signal has come. Thread: any. Blocks: no.
  bool stop_requested() const noexcept { return requested_.load(std::memory_order_acquire); }

  // The hub thread has left its loop and sees to the scripts itself: nothing is interrupted from now on, and the thread of
  // this ends. The signals still do not end the process. Blocks: for the thread's end, microseconds.
  void loop_left();

 private:
  void watch();
  void insist(std::unique_lock<std::mutex>& lock);

  const Reaction reaction_;
  std::atomic<bool> requested_{false};  // the thread sets it; read by stop_requested()
  std::mutex mutex_;
  std::condition_variable changed_;
  bool loop_left_ = false;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace vhpy::embedded
