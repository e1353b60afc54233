// The end of the hub whatever scripts do: while queued calls are drained, a hook that does not return is interrupted; and if
// nothing helps, the process ends all the same.
//
// Owner: Engine::hub_stops(), as a scope. Thread: made, asked and ended on the hub thread; the callbacks run on the thread of
// this. Blocks: only the end of the scope, for the thread's end, microseconds.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace vhpy::verlihub {

class StopGuard {
 public:
  struct Reaction {
    std::function<void()> interrupt;        // what the hub thread runs of a script; must not block
    std::function<std::string()> activity;  // what the hub thread is doing, for the log
  };
  struct Times {
    std::chrono::milliseconds patience;     // from the beginning until interruptions begin
    std::chrono::milliseconds last_resort;  // from the beginning until the process is ended
  };

  StopGuard(Reaction reaction, Times times);
  ~StopGuard();
  StopGuard(const StopGuard&) = delete;
  StopGuard& operator=(const StopGuard&) = delete;

  // Scripts are unloaded now, with deadlines of their own: none is interrupted from here any more.
  void scripts_end();

 private:
  using Clock = std::chrono::steady_clock;
  enum class Phase { kDraining, kScriptsEnd, kOver };

  void enter(Phase phase);
  void watch();
  [[noreturn]] void give_up() const;

  const Reaction reaction_;
  const Times times_;
  std::mutex mutex_;
  std::condition_variable changed_;
  Phase phase_ = Phase::kDraining;  // guarded by mutex_
  std::thread thread_;
};

}  // namespace vhpy::verlihub
