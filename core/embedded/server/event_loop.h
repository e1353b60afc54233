// The hub thread's loop: waits for sockets, the lane and the clock, and does one turn's work at a time.
//
// A turn: wait for an event (never longer than to the next deadline), handle a bounded number of events, drain the lane
// if it rang, tick if a second has passed, then end the turn (send what was queued, run what was put off).
//
// Owner: HubServer. Thread: hub; stop() and post() from any. Shutdown: run() returns after stop().
#pragma once

#include <asio/io_context.hpp>
#include <asio/posix/stream_descriptor.hpp>
#include <atomic>
#include <chrono>
#include <functional>

#include "queue/loop_time.h"

namespace vhpy::embedded {

class EventLoop {
 public:
  using Clock = std::chrono::steady_clock;

  struct Work {
    std::function<void()> drain;                      // the wake-up rang, or a tick is due
    std::function<void()> tick;                       // every limits::kTick
    std::function<void()> between_events;             // of a turn that handles several
    std::function<void()> end_of_turn;                // after each turn
    std::function<Clock::time_point()> next_deadline; // end_of_turn must run by then
  };

  EventLoop();
  ~EventLoop();

  asio::io_context& io() { return io_; }

  // wake_fd: readable when there is something to drain; -1: none. Only watched, never read or closed.
  void watch(int wake_fd);

  // Who is told when the loop waits and when it works; null: nobody. Must outlive the loop.
  void report_to(queue::LoopTime* time) { time_ = time; }
  // To be called by whatever handles an event, first of all: it may be the first after a wait, which Asio ends and goes on from
  // without a word to us.
  void awake() {
    if (time_ != nullptr) time_->awake();
  }

  // Runs turns until stop(). Blocks.
  void run(const Work& work);

  // One turn; waits for at most `patience`. For tests and for the last turns of a hub that stops.
  void turn(const Work& work, Clock::duration patience);

  // Ends run() after the present turn. Thread: any. Blocks: no.
  void stop();

 private:
  void wait_wake();

  asio::io_context io_;
  asio::posix::stream_descriptor wake_;
  queue::LoopTime* time_ = nullptr;
  bool rang_ = false;
  Clock::time_point next_tick_;
  std::atomic<bool> stop_{false};  // written by stop(), read by the loop between turns; carries no other data
};

}  // namespace vhpy::embedded
