#include "core/embedded/stop_signals.h"

#include <semaphore.h>
#include <signal.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "core/embedded/stop_times.h"

namespace vhpy::embedded {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kInsistEvery{50};  // between interruptions of code that catches them
constexpr int kSignals[]{SIGINT, SIGTERM};

// Posted by the handler, on any thread, and by enter(kOver); waited for by the thread. Never destroyed: a handler may
// still be running when the last StopSignals ends.
sem_t g_came;
struct sigaction g_before[std::size(kSignals)];  // what the signals did before; hub thread

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
  enter(Phase::kOver);
  for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &g_before[i], nullptr);
}

void StopSignals::enter(Phase phase) {
  {
    const std::lock_guard lock(mutex_);
    phase_ = phase;
  }
  changed_.notify_one();
  if (phase != Phase::kOver || !thread_.joinable()) return;
  sem_post(&g_came);
  thread_.join();
}

void StopSignals::stop_without_signal() { sem_post(&g_came); }

void StopSignals::watch() {
  wait_for_signal();
  std::unique_lock lock(mutex_);
  if (phase_ == Phase::kOver) return;
  last_resort_ = Clock::now() + stop_times::kLastResort;
  // The kernel's own last resort, should even the log block, on a pipe that nobody reads.
  alarm(static_cast<unsigned>(stop_times::kAlarm.count()));
  requested_.store(true, std::memory_order_release);
  reaction_.request_stop();
  see_to(lock, Phase::kRunning, stop_times::kTurn);
  see_to(lock, Phase::kDraining, stop_times::kDrain + stop_times::kTurn);
  if (!changed_.wait_until(lock, last_resort_, [this] { return phase_ == Phase::kOver; })) {
    give_up("ending its scripts and connections");
  }
  alarm(0);
}

// Until the hub thread is past the phase; interrupts it when that takes longer than `patience`.
void StopSignals::see_to(std::unique_lock<std::mutex>& lock, Phase phase, milliseconds patience) {
  const auto past = [&] { return phase_ > phase; };
  if (changed_.wait_for(lock, patience, past)) return;
  const std::string activity = reaction_.activity();  // before it is interrupted; what it is afterwards tells nothing
  reaction_.interrupt();
  spdlog::warn("asked to stop, but the hub thread is {}: interrupting it", activity);
  while (!changed_.wait_for(lock, kInsistEvery, past)) {
    if (Clock::now() >= last_resort_) give_up(reaction_.activity());
    reaction_.interrupt();
  }
}

// The database is written as things happen. Lost is what waits for the hub thread: passwords whose hashes are not stored
// yet, whose new accounts are locked.
void StopSignals::give_up(const std::string& activity) const {
  spdlog::critical("the hub thread cannot be interrupted, still {}: ending the process", activity);
  spdlog::default_logger()->flush();
  _exit(1);
}

}  // namespace vhpy::embedded
