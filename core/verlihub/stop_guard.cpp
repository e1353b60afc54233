#include "core/verlihub/stop_guard.h"

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cstdio>
#include <utility>

namespace vhpy::verlihub {

namespace {

constexpr std::chrono::milliseconds kInsistEvery{50};  // a hook may catch an interruption, but not all of them

}  // namespace

StopGuard::StopGuard(Reaction reaction, Times times) : reaction_(std::move(reaction)), times_(times) {
  thread_ = std::thread([this] { watch(); });
}

StopGuard::~StopGuard() {
  enter(Phase::kOver);
  thread_.join();
}

void StopGuard::scripts_end() { enter(Phase::kScriptsEnd); }

void StopGuard::enter(Phase phase) {
  {
    const std::lock_guard lock(mutex_);
    phase_ = phase;
  }
  changed_.notify_one();
}

void StopGuard::watch() {
  const Clock::time_point began = Clock::now();
  std::unique_lock lock(mutex_);
  const auto past = [this] { return phase_ != Phase::kDraining; };
  if (!changed_.wait_until(lock, began + times_.patience, past)) {
    spdlog::warn("the hub stops, but its thread is {}: interrupting it", reaction_.activity());
    do {
      if (Clock::now() >= began + times_.last_resort) give_up();
      reaction_.interrupt();
    } while (!changed_.wait_for(lock, kInsistEvery, past));
  }
  if (!changed_.wait_until(lock, began + times_.last_resort, [this] { return phase_ == Phase::kOver; })) give_up();
}

// The hub's database is written as things happen: nothing that was said to be done is lost.
void StopGuard::give_up() const {
  spdlog::critical("the hub's thread cannot be interrupted, still {}: ending the process", reaction_.activity());
  std::fflush(nullptr);
  _exit(1);
}

}  // namespace vhpy::verlihub
