// The one door to CPython: includes Python.h, and gives references and the GIL types whose misuse does not
// compile.
//
// Threads: Owned and Borrowed may be touched with the GIL held only. The guards bind to the calling OS
// thread. Shutdown: no guard may be entered once the interpreter has begun to end; PythonHost sees to that
// (it leaves the interpreter standing while a thread that could come back still lives).
#pragma once

#ifndef PY_SSIZE_T_CLEAN
#  define PY_SSIZE_T_CLEAN
#endif

// CPython's headers are not written for our warnings.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wold-style-cast"
#include <Python.h>
#include <structmember.h>
#pragma GCC diagnostic pop

#include <utility>

namespace vhpy::py {

class Owned;

// A reference that somebody else keeps alive while this is in use. May be null.
class Borrowed {
 public:
  constexpr Borrowed(PyObject* object) noexcept : object_(object) {}
  inline Borrowed(const Owned& owned) noexcept;

  PyObject* get() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  inline Owned own() const noexcept;  // one more reference, ours

 private:
  PyObject* object_;
};

// A reference of our own, given back when the scope ends. May be null (a Python exception is then set, by
// convention).
class [[nodiscard]] Owned {
 public:
  constexpr Owned() noexcept = default;
  // Takes over a reference that the caller owns, such as the result of a PyXxx_New or PyObject_Call.
  static Owned steal(PyObject* object) noexcept { return Owned(object); }
  // Adds a reference to one that somebody else owns.
  static Owned borrow(PyObject* object) noexcept { return Owned(Py_XNewRef(object)); }

  Owned(Owned&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}
  Owned& operator=(Owned&& other) noexcept {
    // The old object's destructor may run Python code that sees this variable: change it first.
    PyObject* old = std::exchange(object_, std::exchange(other.object_, nullptr));
    Py_XDECREF(old);
    return *this;
  }
  Owned(const Owned&) = delete;
  Owned& operator=(const Owned&) = delete;
  ~Owned() { Py_XDECREF(object_); }

  PyObject* get() const noexcept { return object_; }
  explicit operator bool() const noexcept { return object_ != nullptr; }
  // Hands the reference over to the caller, as a return value or to a PyXxx_SET_ITEM that steals.
  [[nodiscard]] PyObject* release() noexcept { return std::exchange(object_, nullptr); }
  void reset() noexcept { *this = Owned(); }

 private:
  explicit Owned(PyObject* object) noexcept : object_(object) {}
  PyObject* object_ = nullptr;
};

inline Borrowed::Borrowed(const Owned& owned) noexcept : object_(owned.get()) {}
inline Owned Borrowed::own() const noexcept {
  return Owned::borrow(object_);
}

// Gives the GIL away while the scope waits for something. Thread: any that holds it. On leaving, blocks until
// it has the GIL again. The destructor may end the thread by unwinding it (CPython does so to threads that
// come back after the interpreter has ended), hence noexcept(false).
class [[nodiscard]] GilReleased {
 public:
  GilReleased() noexcept : state_(PyEval_SaveThread()) {}
  ~GilReleased() noexcept(false) { PyEval_RestoreThread(state_); }
  GilReleased(const GilReleased&) = delete;
  GilReleased& operator=(const GilReleased&) = delete;

 private:
  PyThreadState* state_;
};

// Takes the GIL of `state`'s interpreter for the scope, with the thread state that belongs to the calling OS
// thread and that interpreter. Thread: the one `state` was made for, holding no GIL. Blocks: until the GIL is
// free.
class [[nodiscard]] GilHeld {
 public:
  explicit GilHeld(PyThreadState* state) noexcept(false) { PyEval_RestoreThread(state); }
  ~GilHeld() { PyEval_SaveThread(); }
  GilHeld(const GilHeld&) = delete;
  GilHeld& operator=(const GilHeld&) = delete;
};

// The exception that is pending, as an object; none is pending afterwards. GIL held.
inline Owned take_exception() noexcept {
#if PY_VERSION_HEX >= 0x030C0000
  return Owned::steal(PyErr_GetRaisedException());
#else
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  PyErr_Fetch(&type, &value, &trace);
  PyErr_NormalizeException(&type, &value, &trace);
  if (value != nullptr && trace != nullptr) PyException_SetTraceback(value, trace);
  Py_XDECREF(type);
  Py_XDECREF(trace);
  return Owned::steal(value);
#endif
}

// Sets the exception that is pending aside for the scope, for clean-up code that must not lose or see it. GIL
// held.
class [[nodiscard]] ErrorKept {
 public:
#if PY_VERSION_HEX >= 0x030C0000
  ErrorKept() noexcept : error_(PyErr_GetRaisedException()) {}
  ~ErrorKept() {
    PyErr_SetRaisedException(error_);
  }
#else
  ErrorKept() noexcept {
    PyErr_Fetch(&type_, &value_, &trace_);
  }
  ~ErrorKept() {
    PyErr_Restore(type_, value_, trace_);
  }
#endif
  ErrorKept(const ErrorKept&) = delete;
  ErrorKept& operator=(const ErrorKept&) = delete;

 private:
#if PY_VERSION_HEX >= 0x030C0000
  PyObject* error_;
#else
  PyObject* type_ = nullptr;
  PyObject* value_ = nullptr;
  PyObject* trace_ = nullptr;
#endif
};

}  // namespace vhpy::py
