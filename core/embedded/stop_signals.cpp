#include "core/embedded/stop_signals.h"

#include <semaphore.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace vhpy::embedded {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{500};     // what a turn of the loop may take before a script is interrupted
constexpr milliseconds kInsistEvery{50};   // between interruptions of code that catches them
// After the signal. What then still holds the hub thread is not Python: a C extension, or a system call that restarts.
constexpr milliseconds kLastResort{4'500};

// Posted by the handler, on any thread, and by loop_left(); waited for by the thread. Never destroyed: a handler may
// still be running when the last StopSignals ends.
sem_t g_came;
struct sigaction g_before[2];         // what the signals did before; hub thread
constexpr int kSignals[]{SIGINT, SIGTERM};

void on_signal(int) {
  const int kept = errno;
  sem_post(&g_came);
  errno = kept;
}

void wait_for_signal() {
  while (sem_wait(&g_came) != 0 && errno == EINTR) {
  }
}

}  // namespace

StopSignals::StopSignals(Reaction reaction) : reaction_(std::move(reaction)) {
  sem_init(&g_came, 0, 0);
  thread_ = std::thread([this] { watch(); });
  struct sigaction action {};
  action.sa_handler = on_signal;
  action.sa_flags = SA_RESTART;
  for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &action, &g_before[i]);
}

StopSignals::~StopSignals() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &g_before[i], nullptr);
  loop_left();
}

void StopSignals::loop_left() {
  {
    const std::lock_guard lock(mutex_);
    loop_left_ = true;
  }
  changed_.notify_one();
  sem_post(&g_came);
  if (thread_.joinable()) thread_.join();
}

void StopSignals::watch() {
  wait_for_signal();
  std::unique_lock lock(mutex_);
  if (loop_left_) return;
  requested_.store(true, std::memory_order_release);
  reaction_.request_stop();
  if (changed_.wait_for(lock, kPatience, [this] { return loop_left_; })) return;
  spdlog::warn("asked to stop, but the hub thread is {}: interrupting it", reaction_.activity());
  insist(lock);
}

void StopSignals::insist(std::unique_lock<std::mutex>& lock) {
  const auto end = std::chrono::steady_clock::now() + kLastResort - kPatience;
  do {
    reaction_.interrupt();
    if (changed_.wait_for(lock, kInsistEvery, [this] { return loop_left_; })) return;
  } while (std::chrono::steady_clock::now() < end);
  // Nothing that was accepted is lost: the database is written as things happen.
  spdlog::critical("the hub thread cannot be interrupted, still {}: ending the process", reaction_.activity());
  spdlog::default_logger()->flush();
  _exit(1);
}

}  // namespace vhpy::embedded
