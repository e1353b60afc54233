#include "core/embedded/server/event_loop.h"

#include <algorithm>
#include <asio/post.hpp>

#include "core/embedded/server/limits.h"

namespace vhpy::embedded {

EventLoop::EventLoop() : io_(1), wake_(io_), next_tick_(Clock::now() + limits::kTick) {}

EventLoop::~EventLoop() {
  if (wake_.is_open()) wake_.release();  // the descriptor is the lane's
}

void EventLoop::watch(int wake_fd) {
  if (wake_fd < 0) return;
  wake_.assign(wake_fd);
  wait_wake();
}

// Started anew after each drain. Asio asks the kernel afresh for every wait, so a ring that came between the drain and
// this call is not missed.
void EventLoop::wait_wake() {
  wake_.async_wait(asio::posix::stream_descriptor::wait_read, [this](const asio::error_code& error) {
    if (error) return;
    awake();
    rang_ = true;
  });
}

void EventLoop::run(const Work& work) {
  while (!stop_.load()) turn(work, limits::kTick);
}

void EventLoop::turn(const Work& work, Clock::duration patience) {
  const auto now = Clock::now();
  const auto until = std::min({now + patience, next_tick_, work.next_deadline()});
  if (io_.stopped()) io_.restart();
  if (time_ != nullptr) time_->asleep();
  std::size_t handled = until > now ? io_.run_one_until(until) : io_.poll_one();
  awake();
  const auto enough = Clock::now() + limits::kTurnTime;
  while (handled != 0 && handled < limits::kEventsPerTurn && Clock::now() < enough && io_.poll_one() != 0) {
    ++handled;
    work.between_events();
  }

  const bool tick_due = Clock::now() >= next_tick_;
  if (rang_ || tick_due) work.drain();
  if (rang_) {
    rang_ = false;
    wait_wake();
  }
  if (tick_due) {
    // A tick missed while something blocked the loop is not made up for: OnTimer means "about every second".
    const auto now_late = Clock::now();
    next_tick_ += limits::kTick;
    if (next_tick_ <= now_late) next_tick_ = now_late + limits::kTick;
    work.tick();
  }
  work.end_of_turn();
}

void EventLoop::stop() {
  stop_.store(true);
  asio::post(io_, [] {});  // ends the wait
}

}  // namespace vhpy::embedded
