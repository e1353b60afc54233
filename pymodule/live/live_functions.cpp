#include "pymodule/live/live_functions.h"

#include <fmt/format.h>

#include <chrono>

#include "core/live/live.h"
#include "pymodule/call_context.h"
#include "pymodule/errors.h"
#include "pymodule/fork_guard.h"
#include "pymodule/functions.h"
#include "pymodule/live/snapshot.h"
#include "pymodule/module_state.h"

namespace vhpy::py {
namespace {

PyObject* snapshot(PyObject* module, PyObject*) {
  const ModuleState& state = module_state(module);
  return make_snapshot(state.shared, state.runtime->hub.live().view(), state.codec).release();
}

PyObject* last_version(PyObject*, PyObject*) {
  return PyLong_FromUnsignedLongLong(last_version_here());
}

// False with an exception set. What is below zero is there already.
bool read_version(PyObject* given, std::uint64_t& version) {
  if (!PyLong_Check(given)) {
    PyErr_Format(PyExc_TypeError, "wait_version() argument 'version' must be int, not %s", type_name(given).c_str());
    return false;
  }
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(given, &overflow);
  if (overflow > 0) {
    PyErr_SetString(PyExc_OverflowError, "wait_version() argument 'version' must fit into 64 bits");
    return false;
  }
  version = overflow < 0 || number < 0 ? 0 : static_cast<std::uint64_t>(number);
  return true;
}

PyObject* answer_on_hub_thread(const ModuleState& state, live::Live& live, std::uint64_t version) {
  live.publish();
  if (live.version() >= version) Py_RETURN_TRUE;
  return raise(*state.shared, Failure::kWouldDeadlock,
               fmt::format("vh.wait_version({}): the live copy is at {} and the hub thread, which makes the next, cannot wait",
                           version, live.version()));
}

// False with an exception set, if warnings are errors.
bool warn_on_loop_thread(Shared& shared) {
  const Owned loop = shared.running_loop();
  if (!loop) return PyErr_Occurred() == nullptr;
  return PyErr_WarnEx(PyExc_RuntimeWarning,
                      "vh.wait_version() blocks the event loop that runs on this thread; use "
                      "'await asyncio.to_thread(vh.wait_version, ...)'",
                      1) == 0;
}

PyObject* wait_version(PyObject* module, PyObject* args, PyObject* keywords) {
  static const char* const kNames[] = {"version", "timeout", nullptr};
  const ModuleState& state = module_state(module);
  PyObject *given = nullptr, *seconds = Py_None;
  std::uint64_t version = 0;
  CallTerms terms;
  std::chrono::nanoseconds timeout{};
  if (PyArg_ParseTupleAndKeywords(args, keywords, "O|O:wait_version", const_cast<char**>(kNames), &given, &seconds) == 0 ||
      !read_version(given, version) || !read_terms(state, nullptr, terms) ||
      (seconds != Py_None && !read_seconds(seconds, "timeout", timeout))) {
    return nullptr;
  }
  if (seconds == Py_None) timeout = terms.timeout();
  live::Live& live = state.runtime->hub.live();
  queue::Lane& lane = state.runtime->lane;
  if (live.version() >= version) Py_RETURN_TRUE;
  if (in_forked_child()) return raise_forked(*state.shared, "wait_version");
  if (lane.on_consumer_thread()) return answer_on_hub_thread(state, live, version);
  if (!warn_on_loop_thread(*state.shared)) return nullptr;
  const auto gone = [&] { return state.identity->gone.load(std::memory_order_acquire); };
  const auto over = [&] { return lane.phase() >= queue::Phase::kAborted; };
  const queue::TimePoint until = queue::Clock::now() + std::chrono::duration_cast<queue::Duration>(timeout);
  bool there = false;
  {
    const GilReleased released;
    there = live.wait(version, until, [&] { return gone() || over(); });
  }
  if (there) Py_RETURN_TRUE;
  if (gone()) return raise_gone(*state.shared, "wait_version");
  if (over()) return raise(*state.shared, Failure::kClosed, "vh.wait_version(): the hub is closing");
  Py_RETURN_FALSE;
}

PyObject* no_such_cached(PyObject*, PyObject* name) {
  const char* const text = PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : nullptr;
  PyErr_Clear();  // a name with a lone surrogate is none of ours
  const char* const why = text == nullptr ? nullptr : why_not_cached(text);
  if (why == nullptr) return PyErr_Format(PyExc_AttributeError, "vh.cached has no '%S'", name);
  return PyErr_Format(PyExc_AttributeError, "vh.cached has no '%S': %s; call vh.%S() or vh.aio.%S()", name, why, name, name);
}

PyMethodDef kFunctions[] = {
    {"snapshot", snapshot, METH_NOARGS,
     "snapshot($module, /)\n--\n\nThe hub as it is now, a vh.Snapshot: any number of reads of one moment, without asking the "
     "hub\nthread. It never changes; take another one for news."},
    {"wait_version", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(wait_version)), METH_VARARGS | METH_KEYWORDS,
     "wait_version($module, /, version, timeout=None)\n--\n\nWaits until the live copy has this version or a later one: what "
     "vh.cached and vh.snapshot() answer then\ncontains it. Returns True, or False after timeout seconds (None: the time a call "
     "is given). On the hub thread\nit never waits: changes made so far are published at once, and vh.WouldDeadlock is raised for "
     "a version to come."},
    {"last_version", last_version, METH_NOARGS,
     "last_version($module, /)\n--\n\nThe version of the live copy that contains what the last synchronous call of this thread "
     "has changed; 0 if there\nwas none. For vh.wait_version()."},
};

PyMethodDef kCachedGetattr = {"__getattr__", no_such_cached, METH_O, "Says why a function has no cached form."};

}  // namespace

std::uint64_t& last_version_here() noexcept {
  thread_local std::uint64_t version = 0;
  return version;
}

std::span<PyMethodDef> live_functions() { return kFunctions; }
PyMethodDef* cached_getattr() { return &kCachedGetattr; }

}  // namespace vhpy::py
