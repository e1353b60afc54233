// The life of one command: who may end it, who waits for the end.
#include "queue/command.h"

#include "queue/detail/futex.h"
#include "queue/detail/spin.h"
#include "queue/detail/waiting.h"

namespace vhpy::queue {

namespace {
// How long a thread that lost the race to withdraw waits for the winner to destroy plain data. Never reached unless
// the winner is not scheduled at all.
constexpr std::chrono::seconds kSettleWait{1};
}  // namespace

State Command::state() const noexcept { return visible(word_.load(std::memory_order_acquire)); }

void Command::release() noexcept {
  // A sole owner needs no read-modify-write: nobody is left who could copy a reference. Acquire: sees others' drops.
  if (refs_.load(std::memory_order_acquire) == 1 || refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) destroy();
}

void Command::destroy() noexcept {
  BlockPool* const origin = origin_;
  if (origin == nullptr) {
    delete this;
    return;
  }
  void* const block = dynamic_cast<void*>(this);
  this->~Command();
  origin->give_back(block);
}

bool Command::leave_queued(std::uint32_t next) noexcept {
  std::uint32_t word = word_.load(std::memory_order_relaxed);
  while ((word & (kClaimed | kStateMask)) == static_cast<std::uint32_t>(State::kQueued)) {
    // Flags are carried over. Acquire: a winner sees the continuation that then() stored.
    if (word_.compare_exchange_weak(word, word | next, std::memory_order_acq_rel, std::memory_order_relaxed)) return true;
  }
  return false;
}

void Command::settle(State final_state) noexcept {
  drop_payload();
  // Release: payload and result before the state. Acquire: continuation_ as then() stored it. Being an exchange, it
  // takes the flags at the same instant: a waiter or then() that comes later finds the final state.
  const std::uint32_t before =
      word_.exchange(static_cast<std::uint32_t>(final_state), std::memory_order_acq_rel);
  if ((before & kSleeper) != 0) detail::futex_wake(word_, detail::kEverybody);
  if ((before & kContinuation) != 0) continuation_->settled(*this);
}

bool Command::withdraw(State to) noexcept {
  if (claim(to)) {
    settle(to);
    return true;
  }
  if ((word_.load(std::memory_order_relaxed) & kClaimed) != 0) wait(Clock::now() + kSettleWait);
  return false;
}

State Command::wait(TimePoint until) noexcept {
  detail::spin_while([this] { return !is_final(visible(word_.load(std::memory_order_acquire))); }, until);
  std::uint32_t word = word_.load(std::memory_order_acquire);
  if (is_final(visible(word))) return visible(word);
  const detail::Waiting waiting;
  do {
    if ((word & kSleeper) == 0) {
      if (!word_.compare_exchange_weak(word, word | kSleeper, std::memory_order_acq_rel, std::memory_order_acquire)) {
        continue;  // the word moved on: look again
      }
      word |= kSleeper;
    }
    const bool in_time = detail::futex_wait(word_, word, until);
    word = word_.load(std::memory_order_acquire);
    if (!in_time) break;
  } while (!is_final(visible(word)));
  return visible(word);
}

void Command::then(Continuation& continuation) noexcept {
  continuation_ = &continuation;
  std::uint32_t word = word_.load(std::memory_order_acquire);
  while (!is_final(visible(word))) {
    // Release: publishes continuation_ to the exchange in settle(). If that came first, this fails and sees the final
    // state, and the call is ours: exactly one of the two makes it.
    if (word_.compare_exchange_weak(word, word | kContinuation, std::memory_order_acq_rel,
                                    std::memory_order_acquire)) {
      return;
    }
  }
  continuation.settled(*this);
}

}  // namespace vhpy::queue
