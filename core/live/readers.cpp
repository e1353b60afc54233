#include "core/live/readers.h"

#include <cstdint>
#include <thread>

namespace vhpy::live {

namespace {

// Threads begin their search at different slots: where this thread's own data lie, mixed.
std::size_t first_slot() noexcept {
  thread_local const char mine = 0;
  return static_cast<std::size_t>((reinterpret_cast<std::uintptr_t>(&mine) * 0x9E3779B97F4A7C15u) >> 56);
}

}  // namespace

std::atomic<const View*>& Readers::take(const Current& current, const View*& view) noexcept {
  for (std::size_t tried = 0;; ++tried) {
    std::atomic<const View*>& slot = slots_[(first_slot() + tried) % kSlots].view;
    view = current.load(std::memory_order_seq_cst);
    const View* free = nullptr;
    if (slot.compare_exchange_strong(free, view, std::memory_order_seq_cst)) {
      // Until both agree nothing is read through the pointer: the view may be gone. A new view can come between any two
      // looks, but no faster than the hub thread makes them.
      for (const View* now = current.load(std::memory_order_seq_cst); now != view;
           now = current.load(std::memory_order_seq_cst)) {
        view = now;
        slot.store(view, std::memory_order_seq_cst);
      }
      return slot;
    }
    if (tried % kSlots == kSlots - 1) std::this_thread::yield();
  }
}

bool Readers::hold(const View* view) const noexcept {
  for (const Slot& slot : slots_) {
    if (slot.view.load(std::memory_order_seq_cst) == view) return true;
  }
  return false;
}

}  // namespace vhpy::live
