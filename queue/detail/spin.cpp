#include "queue/detail/spin.h"

#include <sched.h>
#include <unistd.h>

#include <algorithm>

namespace vhpy::queue::detail {
namespace {

thread_local SpinLuck luck;

// That the process's first thread may use, as it was when first asked. (More than cpu_set_t holds is an error, and several.)
bool several_processors() noexcept {
  static const bool several = [] {
    cpu_set_t ours;
    return ::sched_getaffinity(::getpid(), sizeof ours, &ours) != 0 || CPU_COUNT(&ours) > 1;
  }();
  return several;
}

}  // namespace

SpinLuck& spin_luck() noexcept { return luck; }

bool SpinLuck::tries() noexcept {
  if (left_ == 0) return several_processors();
  --left_;
  return false;
}

void SpinLuck::missed() noexcept {
  skip_ = std::clamp(2 * skip_, 1u, kMostSkipped);
  left_ = skip_;
}

}  // namespace vhpy::queue::detail
