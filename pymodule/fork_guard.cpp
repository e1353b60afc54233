#include "pymodule/fork_guard.h"

#include <pthread.h>
#include <unistd.h>

#include <atomic>
#include <string_view>

namespace vhpy::py {
namespace {

// Written in a child, by its only thread, before anything else runs there; read by any thread.
std::atomic<bool> forked{false};

void in_child() noexcept { forked.store(true, std::memory_order_relaxed); }

}  // namespace

void install_fork_guard() {
  static const int installed = pthread_atfork(nullptr, nullptr, in_child);
  static_cast<void>(installed);
}

bool in_forked_child() noexcept { return forked.load(std::memory_order_relaxed); }

void end_forked_child() noexcept {
  if (!in_forked_child()) return;
  constexpr std::string_view kText = "vhpy: a process that was forked in a hook has returned from it, and ends here\n";
  static_cast<void>(!write(STDERR_FILENO, kText.data(), kText.size()));
  _exit(1);
}

}  // namespace vhpy::py
