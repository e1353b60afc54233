#include "queue/detail/spin.h"

#include <algorithm>
#include <thread>

namespace vhpy::queue::detail {
namespace {

thread_local SpinLuck luck;

bool several_processors() noexcept {
  static const bool several = std::thread::hardware_concurrency() > 1;
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
