// The system calls behind a coalesced wake-up.
#include "queue/detail/wakeup.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace vhpy::queue::detail {

Wakeup::Wakeup() : fd_(::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd for a wake-up");
}

Wakeup::~Wakeup() { ::close(fd_); }

void Wakeup::write_fd() noexcept {
  writes_.fetch_add(1, std::memory_order_relaxed);
  // First: whoever it wakes is on its way while the descriptor is written.
  if (const Bell* const bell = bell_.load(std::memory_order_acquire)) bell->ring(bell->context);
  // Fails only if the counter is at its maximum, and then the descriptor is readable already.
  static_cast<void>(::eventfd_write(fd_, 1));
}

void Wakeup::disarm() noexcept {
  eventfd_t ignored = 0;
  static_cast<void>(::eventfd_read(fd_, &ignored));  // EAGAIN: called from a timer, nothing was written
  armed_.exchange(0, std::memory_order_seq_cst);
}

}  // namespace vhpy::queue::detail
