// Sleeping on a word: the two system calls behind futex.h.
#include "queue/detail/futex.h"

#include <linux/futex.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>

namespace vhpy::queue::detail {

static_assert(sizeof(std::atomic<std::uint32_t>) == sizeof(std::uint32_t), "the kernel reads the bare word");

bool futex_wait(const std::atomic<std::uint32_t>& word, std::uint32_t expected, TimePoint until) noexcept {
  using std::chrono::duration_cast;
  using std::chrono::nanoseconds;
  using std::chrono::seconds;
  const auto since_boot = duration_cast<nanoseconds>(until.time_since_epoch());
  timespec absolute{};
  if (since_boot.count() > 0) {  // the kernel refuses a negative time; a deadline in the past is over anyway
    const auto whole = duration_cast<seconds>(since_boot);
    absolute.tv_sec = static_cast<time_t>(whole.count());
    absolute.tv_nsec = static_cast<long>((since_boot - whole).count());
  }
  // WAIT_BITSET takes an absolute time of CLOCK_MONOTONIC (steady_clock), so a spurious wake-up costs no drift.
  const long result = ::syscall(SYS_futex, &word, FUTEX_WAIT_BITSET | FUTEX_PRIVATE_FLAG, expected, &absolute,
                                nullptr, FUTEX_BITSET_MATCH_ANY);
  return !(result == -1 && errno == ETIMEDOUT);
}

void futex_wake(const std::atomic<std::uint32_t>& word, int count) noexcept {
  ::syscall(SYS_futex, &word, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, count, nullptr, nullptr, 0);
}

}  // namespace vhpy::queue::detail
