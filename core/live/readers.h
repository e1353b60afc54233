// Who reads which view at the moment, so that the hub thread knows which old ones it may let go. Hazard pointers: a reader
// writes the view's address into a slot, and looks once more whether it is still the current one; the hub thread takes a
// view out of circulation first, and then looks into the slots.
//
// Both sides use seq_cst: either the reader's second look sees the new view, or the hub thread's look sees the slot.
//
// Owner: Live. Thread: pin and unpin on any; holds() on the hub thread. Blocks: the hub thread never; a reader only while
// all slots are taken, which takes as many readers that stand still in the middle.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>

#include "core/live/view.h"

namespace vhpy::live {

class Readers {
 public:
  // Of one interpreter at most one thread reads at a time, the one that has the GIL.
  static constexpr std::size_t kSlots = 64;

  using Current = std::atomic<const View*>;

  // Keeps the current view alive for the scope. `current` is not null.
  class Pin {
   public:
    Pin(Readers& readers, const Current& current) noexcept : slot_(readers.take(current, view_)) {}
    ~Pin() { slot_.store(nullptr, std::memory_order_release); }
    Pin(const Pin&) = delete;
    Pin& operator=(const Pin&) = delete;

    const View& operator*() const noexcept { return *view_; }
    const View* operator->() const noexcept { return view_; }

   private:
    const View* view_ = nullptr;
    std::atomic<const View*>& slot_;
  };

  // Whether somebody may be reading the view, which is not the current one any more. Thread: hub.
  bool hold(const View* view) const noexcept;

 private:
  // A line of the cache each: a reader's write does not slow the others down.
  struct alignas(64) Slot {
    std::atomic<const View*> view{nullptr};  // null: free. Taken by a compare-exchange, written by who took it
  };

  std::atomic<const View*>& take(const Current& current, const View*& view) noexcept;

  std::array<Slot, kSlots> slots_{};
};

}  // namespace vhpy::live
