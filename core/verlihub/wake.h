// How the hub thread is woken: three ways, of which the operator chooses (pi_python.wake).
//
//   timer   nothing: commands run when the hub calls OnTimer, once a second
//   poll    the lane's descriptor lies in the hub's own poll set: commands run when its loop comes round, every 50 ms
//   signal  that, and a signal which ends the sleep between two turns of the loop: commands run at once
//
// The hub sleeps 50 ms after each turn, whatever its descriptors say. A signal with a handler that does nothing ends that
// sleep; other system calls go on by themselves (SA_RESTART). One that comes just before the sleep begins would be lost:
// so a timer repeats the signal, ever more slowly, until the lane is drained. Whoever rings starts it, after the signal is
// on its way, and it is stopped when callers have their answers: a caller waits for neither.
//
// Owner: the engine, for good. Threads: ring() on any; the rest on the hub thread. Shutdown: end() before the lane closes.
#pragma once

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.h"
#include "core/verlihub/hub_headers.h"
#include "queue/bell.h"
#include "queue/lane.h"

namespace vhpy::verlihub {

enum class WakeMode : std::uint8_t { kSignal, kPoll, kTimer };

// kBadArgument says which words there are.
Result<WakeMode> parse_wake_mode(std::string_view text);
const char* to_string(WakeMode mode) noexcept;

class Wake {
 public:
  // turn: called on the hub thread, from its loop, when the descriptor is readable.
  Wake(Server& server, queue::Lane& lane, std::function<void()> turn);
  ~Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;

  // From now on. The refusal says why only a slower one could be had; that one is used.
  Outcome begin(WakeMode mode);
  void end();
  WakeMode mode() const noexcept { return mode_; }

  // Before each drain: what is rung from now on is news. After it: the signal need not be repeated, unless there is news.
  void about_to_drain() noexcept;
  void drained() noexcept;
  // Makes the loop come round for one more turn, without ending its sleep. Blocks: no.
  void ask_for_turn() noexcept;
  // As the hub's poll set grows: the hub polls its descriptors in blocks of 1,024, one after the other, and waits in each.
  // Every block gets a copy of ours, so that none of them waits in vain.
  void follow_growth();

 private:
  class Listener;

  bool add_listener(int fd);
  Outcome prepare_signal();
  static void ring(void* self) noexcept;
  static void on_signal(int, siginfo_t* info, void*) noexcept;
  void repeat_after(long nanoseconds) noexcept;

  Server& server_;
  queue::Lane& lane_;
  const std::function<void()> turn_;
  const queue::Bell bell_{&Wake::ring, this};
  WakeMode mode_ = WakeMode::kTimer;
  std::vector<std::unique_ptr<Listener>> listeners_;  // one per block of the poll set
  std::vector<std::unique_ptr<Listener>> retired_;    // of earlier begin()s
  pthread_t hub_thread_;
  int signal_ = 0;            // 0: none yet
  timer_t timer_{};
  bool has_timer_ = false;
  std::atomic<bool> rung_{false};       // ring() sets, about_to_drain() clears, drained() and the handler read
  std::atomic<long> repeat_after_{0};   // nanoseconds from the last repetition to the next; 0: the timer has been stopped
};

}  // namespace vhpy::verlihub
