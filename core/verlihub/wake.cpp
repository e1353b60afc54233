#include "core/verlihub/wake.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <spdlog/spdlog.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>

namespace vhpy::verlihub {

namespace {

constexpr int kPollBlock = 1'024;               // descriptors that the hub polls at once
constexpr std::size_t kMaxListeners = 64;
constexpr long kFirstRepeat = 100'000;          // nanoseconds after a signal until it is repeated
constexpr long kLastRepeat = 10'000'000;        // doubled each time, up to this

Wake* the_one = nullptr;  // whose handler runs; set before the signal is taken, never cleared

// The chooser is protected; a pointer to member formed in a derived class reaches it.
struct ServerAccess : nVerliHub::nSocket::cAsyncSocketServer {
  static auto chooser() { return &ServerAccess::mConnChooser; }
};

}  // namespace

// What the hub's loop takes for a listening socket: when it is readable, the loop asks it for a new connection.
class Wake::Listener final : public nVerliHub::nSocket::cAsyncConn {
 public:
  Listener(Server& server, int fd, const std::function<void()>& turn)
      : cAsyncConn(0, &server, nVerliHub::nEnums::eCT_LISTEN), turn_(turn) {
    mSockDesc = fd;
    ok = true;
  }
  ~Listener() override { mSockDesc = -1; }  // whose descriptor it is closes it

  nVerliHub::nSocket::cAsyncConn* Accept(unsigned int, unsigned int) override {
    turn_();
    return nullptr;
  }
  int fd() const { return mSockDesc; }

 private:
  const std::function<void()>& turn_;
};

Result<WakeMode> parse_wake_mode(std::string_view text) {
  for (const WakeMode mode : {WakeMode::kSignal, WakeMode::kPoll, WakeMode::kTimer}) {
    if (text == to_string(mode)) return mode;
  }
  return refuse(Refusal::kBadArgument, fmt::format("pi_python.wake is '{}', expected signal, poll or timer", text));
}

const char* to_string(WakeMode mode) noexcept {
  switch (mode) {
    case WakeMode::kSignal: return "signal";
    case WakeMode::kPoll: return "poll";
    case WakeMode::kTimer: return "timer";
  }
  return "?";
}

Wake::Wake(Server& server, queue::Lane& lane, std::function<void()> turn)
    : server_(server), lane_(lane), turn_(std::move(turn)), hub_thread_(pthread_self()) {}

Wake::~Wake() { end(); }

Outcome Wake::begin(WakeMode mode) {
  end();
  mode_ = mode;
  if (mode == WakeMode::kTimer) return Done{};
  if (!add_listener(lane_.wake_fd())) {
    mode_ = WakeMode::kTimer;
    return refuse(Refusal::kUnavailable, "the hub's poll set does not take another descriptor");
  }
  follow_growth();
  if (mode == WakeMode::kPoll) return Done{};
  if (auto prepared = prepare_signal(); !prepared) {
    mode_ = WakeMode::kPoll;
    return prepared;
  }
  lane_.use_bell(&bell_);
  return Done{};
}

void Wake::end() {
  lane_.use_bell(nullptr);
  about_to_drain();
  drained();
  auto& chooser = server_.*ServerAccess::chooser();
  for (const auto& listener : listeners_) {
    chooser.DelConn(listener.get());
    if (listener->fd() != lane_.wake_fd()) ::close(listener->fd());
  }
  // The hub may be inside one of them right now.
  std::move(listeners_.begin(), listeners_.end(), std::back_inserter(retired_));
  listeners_.clear();
}

bool Wake::add_listener(int fd) {
  auto listener = std::make_unique<Listener>(server_, fd, turn_);
  auto& chooser = server_.*ServerAccess::chooser();
  if (!chooser.AddConn(listener.get())) return false;
  chooser.cConnChoose::OptIn(static_cast<nVerliHub::nSocket::cConnBase*>(listener.get()),
                             nVerliHub::nEnums::tChEvent(nVerliHub::nEnums::eCC_INPUT | nVerliHub::nEnums::eCC_ERROR));
  listeners_.push_back(std::move(listener));
  return true;
}

void Wake::follow_growth() {
  if (listeners_.empty()) return;
  const auto size = static_cast<int>(server_.GetConnChooserSize());
  while (listeners_.size() < kMaxListeners) {
    const int block = static_cast<int>(listeners_.size()) * kPollBlock;
    if (block >= size) return;
    const int copy = ::fcntl(lane_.wake_fd(), F_DUPFD_CLOEXEC, block);
    if (copy < 0) return;  // no descriptor is left: this block waits its 11 ms
    if (!add_listener(copy)) {
      ::close(copy);
      return;
    }
  }
}

Outcome Wake::prepare_signal() {
  the_one = this;
  for (int candidate = SIGRTMIN + 5; signal_ == 0 && candidate <= SIGRTMAX; ++candidate) {
    struct sigaction now {};
    if (sigaction(candidate, nullptr, &now) != 0 || now.sa_handler != SIG_DFL) continue;  // somebody else's
    struct sigaction ours {};
    ours.sa_sigaction = &Wake::on_signal;
    ours.sa_flags = SA_RESTART | SA_SIGINFO;
    sigemptyset(&ours.sa_mask);
    if (sigaction(candidate, &ours, nullptr) == 0) signal_ = candidate;
  }
  if (signal_ == 0) return refuse(Refusal::kUnavailable, "no real-time signal is free");
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal_);
  pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
  if (has_timer_) return Done{};
  sigevent event{};
  event.sigev_notify = SIGEV_THREAD_ID;
  event.sigev_signo = signal_;
  event._sigev_un._tid = static_cast<pid_t>(::syscall(SYS_gettid));
  has_timer_ = timer_create(CLOCK_MONOTONIC, &event, &timer_) == 0;
  if (has_timer_) return Done{};
  return refuse(Refusal::kUnavailable, fmt::format("no timer for the signal: {}", std::strerror(errno)));
}

void Wake::ring(void* self) noexcept {
  auto& wake = *static_cast<Wake*>(self);
  wake.rung_.store(true, std::memory_order_seq_cst);
  pthread_kill(wake.hub_thread_, wake.signal_);
  wake.repeat_after(kFirstRepeat);
}

void Wake::repeat_after(long nanoseconds) noexcept {
  repeat_after_.store(nanoseconds, std::memory_order_seq_cst);
  const itimerspec once{{0, 0}, {0, nanoseconds}};
  timer_settime(timer_, 0, &once, nullptr);
}

// On the hub thread, between any two of its instructions: only what is allowed there. A signal that somebody rang has done its
// work by coming. One of the timer while the lane is not drained: both came too early, so there must be another.
void Wake::on_signal(int, siginfo_t* info, void*) noexcept {
  if (info->si_code != SI_TIMER) return;
  const int kept = errno;
  Wake& wake = *the_one;
  if (wake.rung_.load(std::memory_order_seq_cst)) {
    wake.repeat_after(std::clamp(wake.repeat_after_.load(std::memory_order_relaxed) * 2, kFirstRepeat, kLastRepeat));
  }
  errno = kept;
}

void Wake::about_to_drain() noexcept { rung_.store(false, std::memory_order_seq_cst); }

// Who rings sets rung_, sends the signal, starts the timer, in this order. If the timer is started after it is stopped here, it
// runs; if before, rung_ says so. If it is started late, for what is drained already, the hub has one turn for nothing.
void Wake::drained() noexcept {
  if (repeat_after_.exchange(0, std::memory_order_seq_cst) == 0) return;
  const itimerspec never{};
  timer_settime(timer_, 0, &never, nullptr);
  if (rung_.load(std::memory_order_seq_cst)) repeat_after(kFirstRepeat);
}

void Wake::ask_for_turn() noexcept { static_cast<void>(::eventfd_write(lane_.wake_fd(), 1)); }

}  // namespace vhpy::verlihub
