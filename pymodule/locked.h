// What the GIL is to this module's futures, bridges, streams, batches and imports, on a Python that has none: one lock of the
// process, which every entry point that touches them holds.
//
// It is held as a GIL would be: CPython gives a critical section's mutex back while the thread is detached (it waits without the
// GIL, as the code says) or waits for another one, so it can no more deadlock than a GIL. A synchronous call of vh, a posted and a
// cached one touch none of those objects and do not take it. Where there is a GIL nothing is added.
//
// Thread: any, attached. A free-threaded Python older than 3.14 has no such section: it turns its GIL on for this module.
#pragma once

#include "pymodule/python.h"

#if defined(Py_GIL_DISABLED) && PY_VERSION_HEX >= 0x030E0000
#  define VHPY_FREE_THREADED 1
#else
#  define VHPY_FREE_THREADED 0
#endif

namespace vhpy::py {

// For the scope. Blocks: until no other thread has it.
class [[nodiscard]] Locked {
 public:
#if VHPY_FREE_THREADED
  Locked() noexcept { PyCriticalSection_BeginMutex(&section_, &mutex_); }
  ~Locked() { PyCriticalSection_End(&section_); }
#else
  Locked() noexcept {}
  ~Locked() {}
#endif
  Locked(const Locked&) = delete;
  Locked& operator=(const Locked&) = delete;

#if VHPY_FREE_THREADED
 private:
  static inline PyMutex mutex_{};
  PyCriticalSection section_;
#endif
};

template <auto kFunction>
struct LockedFunction;
template <class Result, class... Arguments, Result (*kFunction)(Arguments...)>
struct LockedFunction<kFunction> {
  static Result call(Arguments... arguments) {
    const Locked here;
    return kFunction(arguments...);
  }
};

// `kFunction` with the lock held, for tables of methods and slots.
#if VHPY_FREE_THREADED
template <auto kFunction>
inline constexpr auto locked = &LockedFunction<kFunction>::call;
#else
template <auto kFunction>
inline constexpr auto locked = kFunction;
#endif

}  // namespace vhpy::py
