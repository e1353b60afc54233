// What views, users and the inner parts of maps are: objects with a count of references in them, shared by versions of
// the live copy and by readers. The last reference may be dropped on any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "queue/ref.h"

namespace vhpy::live {

using queue::Ref;

// T derives from Counted<T>. An object starts with one reference: Ref<T>::adopt(new T(...)).
template <class T>
class Counted {
 public:
  Counted(const Counted&) = delete;
  Counted& operator=(const Counted&) = delete;

  void retain() const noexcept { refs_.fetch_add(1, std::memory_order_relaxed); }
  void release() const noexcept {
    // A sole owner needs no read-modify-write. Acquire: whoever destroys sees what other owners did with the object.
    if (refs_.load(std::memory_order_acquire) == 1 || refs_.fetch_sub(1, std::memory_order_acq_rel) == 1) {
      delete static_cast<const T*>(this);
    }
  }

 protected:
  Counted() noexcept = default;
  ~Counted() = default;

 private:
  mutable std::atomic<std::uint32_t> refs_{1};
};

}  // namespace vhpy::live
