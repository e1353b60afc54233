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

// `kFunction` with the lock held, for tables of methods and slots; `kDealloc` for that of tp_dealloc. That one is taken off the
// collector's list before it waits for the lock: a thread that waits is detached, the collector may run meanwhile, and an object
// that is on its list without a reference it takes for garbage and deallocates as well.
#if VHPY_FREE_THREADED
template <auto kFunction>
inline constexpr auto locked = &LockedFunction<kFunction>::call;

template <void (*kDealloc)(PyObject*)>
void untrack_and_lock(PyObject* self) {
  PyObject_GC_UnTrack(self);
  const Locked here;
  kDealloc(self);
}
template <void (*kDealloc)(PyObject*)>
inline constexpr auto locked_dealloc = &untrack_and_lock<kDealloc>;
#else
template <auto kFunction>
inline constexpr auto locked = kFunction;
template <void (*kDealloc)(PyObject*)>
inline constexpr auto locked_dealloc = kDealloc;
#endif

}  // namespace vhpy::py
