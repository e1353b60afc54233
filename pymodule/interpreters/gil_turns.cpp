// See gil_turns.h.
#include "pymodule/interpreters/gil_turns.h"

#if PY_VERSION_HEX < 0x030C0000

#  include <algorithm>
#  include <chrono>
#  include <system_error>

#  include <spdlog/spdlog.h>

namespace vhpy::py {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kShortestPause{2};  // beside the switch interval, for which it then waits
constexpr milliseconds kLongestPause{100};

// Also without the GIL: Python keeps the state that holds it in an atomic variable.
bool gil_is_held() noexcept { return _PyThreadState_UncheckedGet() != nullptr; }

}  // namespace

void GilTurns::start(PyInterpreterState* interpreter) {
  if (state_ != nullptr) return;
  state_ = PyThreadState_New(interpreter);
  if (state_ == nullptr) return;
  try {
    thread_ = std::thread([this] { run(); });
  } catch (const std::system_error& error) {
    PyThreadState_Clear(state_);
    PyThreadState_Delete(state_);
    state_ = nullptr;
    spdlog::warn("a thread of an isolated script that only computes may hold up the hub: {}", error.what());
  }
}

void GilTurns::stop() {
  if (!thread_.joinable()) return;
  {
    const std::lock_guard lock(mutex_);
    over_ = true;
  }
  ended_.notify_one();
  thread_.join();
}

void GilTurns::run() {
  auto pause = kShortestPause;
  std::unique_lock lock(mutex_);
  while (!ended_.wait_for(lock, pause, [this] { return over_; })) {
    if (!gil_is_held()) {
      pause = std::min(2 * pause, kLongestPause);
      continue;
    }
    pause = kShortestPause;
    lock.unlock();
    { const GilHeld turn(state_); }
    lock.lock();
  }
  lock.unlock();
  PyEval_RestoreThread(state_);
  PyThreadState_Clear(state_);
  state_ = nullptr;
  PyThreadState_DeleteCurrent();
}

}  // namespace vhpy::py

#else

namespace vhpy::py {

void GilTurns::start(PyInterpreterState*) {}
void GilTurns::stop() {}

}  // namespace vhpy::py

#endif
