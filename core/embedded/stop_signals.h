// SIGINT and SIGTERM, heard while a script holds the hub thread too, and the end of the process whatever scripts do.
//
// A thread of its own waits for the first of them, asks the loop to stop, and when a phase of the end takes too long,
// because a script's hook, top level or UnLoad does not return, interrupts the script again and again. When nothing helps
// it ends the process. Handlers rather than blocked signals: a mask would pass to every program that a script starts,
// which then could not be told to stop.
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

  // What the hub thread is at. Each follows the one before.
  enum class Phase {
    kRunning,   // loading scripts, or in its loop
    kDraining,  // runs what was queued; hooks may be fired
    kEnding,    // sees to the scripts itself, with deadlines of their own: none is interrupted from here
    kOver,      // the thread of this ends
  };

  // From now on the two signals no longer end the process.
  explicit StopSignals(Reaction reaction);
  // Enters kOver; the signals do again what they did before.
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  // Whether a signal has come. Thread: any. Blocks: no.
  bool stop_requested() const noexcept { return requested_.load(std::memory_order_acquire); }

  // The hub ends without a signal: its end is watched all the same, and one that comes later changes nothing.
  // Thread: any. Blocks: no.
  void stop_without_signal();

  // From kEnding on the callbacks of Reaction are not called any more. Blocks: kOver, for the thread's end, microseconds.
  void enter(Phase phase);

 private:
  using Clock = std::chrono::steady_clock;

  void watch();
  void see_to(std::unique_lock<std::mutex>& lock, Phase phase, std::chrono::milliseconds patience);
  [[noreturn]] void give_up(const std::string& activity) const;

  const Reaction reaction_;
  std::atomic<bool> requested_{false};  // the thread sets it; read by stop_requested()
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::kRunning;   // guarded by mutex_
  Clock::time_point last_resort_{}; // the thread only
  std::thread thread_;
};

}  // namespace vhpy::embedded
