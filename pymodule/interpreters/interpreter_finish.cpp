// The end of the interpreter, with threads that may not want to end.
//
// Py_FinalizeEx waits without limit for threads that are not daemons, and kills daemons when they next want the GIL. So
// what it would wait for is done first, under a deadline at which it is interrupted; only when no other thread is left
// is Python ended.
#include <algorithm>
#include <thread>
#include <utility>

#include <spdlog/spdlog.h>

#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/interpreter.h"
#include "pymodule/interpreters/script_interrupt.h"
#include "pymodule/locked.h"

#if VHPY_FREE_THREADED
// Python's own, exported, with no public form. For an attached thread, that neither allocates nor waits until it starts them again.
extern "C" {
void _PyEval_StopTheWorld(PyInterpreterState* interpreter);
void _PyEval_StartTheWorld(PyInterpreterState* interpreter);
}
#endif

namespace vhpy::py {
namespace {

using SteadyClock = std::chrono::steady_clock;

// Threads that have ended still need a moment to take themselves off Python's list: at least kMinGrace, also when the
// deadline has come. Daemons get no longer than kGrace to end by themselves: most of them never do.
constexpr std::chrono::milliseconds kMinGrace{20};
constexpr std::chrono::milliseconds kGrace{200};
constexpr std::chrono::milliseconds kGraceStep{1};

// Calls it until the deadline; what it raises is logged. False if it did not come to its end.
bool call_until(SteadyClock::time_point deadline, const char* module_name, const char* function) {
  const Owned module = Owned::steal(PyImport_ImportModule(module_name));
  Owned returned;
  if (module) {
    const InterruptAt interrupt(deadline);
    returned = Owned::steal(PyObject_CallMethod(module.get(), function, nullptr));
  }
  if (returned) return true;
  const bool in_time = PyErr_ExceptionMatches(PyExc_KeyboardInterrupt) == 0;
  const Raised raised = take_raised();
  spdlog::warn("while scripts' threads end, {}.{} raises{}", module_name, function,
               in_time ? raised.traceback : ": " + raised.line);
  return false;
}

// What Py_FinalizeEx would call first, by the same names: threading._shutdown() lets idle workers of thread pools go and
// joins what is not a daemon, then come the functions registered with atexit.
void end_threads(SteadyClock::time_point deadline) {
  if (call_until(deadline, "threading", "_shutdown")) call_until(deadline, "atexit", "_run_exitfuncs");
}

void wait_for_last_threads(PyThreadState* ours, SteadyClock::time_point deadline) {
  const auto now = SteadyClock::now();
  deadline = std::clamp(deadline, now + kMinGrace, now + kGrace);
  while (other_threads_live({ours}) && SteadyClock::now() < deadline) {
    const GilReleased released;
    std::this_thread::sleep_for(kGraceStep);
  }
}

std::string describe_thread(Borrowed thread) {
  const Owned name = Owned::steal(PyObject_GetAttrString(thread.get(), "name"));
  const Owned daemon = Owned::steal(PyObject_GetAttrString(thread.get(), "daemon"));
  std::string text = name ? to_log_text(name) : "?";
  if (daemon && PyObject_IsTrue(daemon.get()) == 1) text += " (daemon)";
  PyErr_Clear();
  return text;
}

// Not the main thread, and yet known to `threading`: that which ends a sub-interpreter.
bool is_calling_thread(Borrowed thread) {
  const Owned ident = Owned::steal(PyObject_GetAttrString(thread.get(), "ident"));
  const bool same = ident && PyLong_Check(ident.get()) && PyLong_AsUnsignedLong(ident.get()) == PyThread_get_thread_ident();
  PyErr_Clear();
  return same;
}

using KnownStates = std::initializer_list<const PyThreadState*>;

bool has_others(PyInterpreterState* interpreter, KnownStates known) noexcept {
  for (PyThreadState* state = PyInterpreterState_ThreadHead(interpreter); state != nullptr; state = PyThreadState_Next(state)) {
    if (std::find(known.begin(), known.end(), state) == known.end()) return true;
  }
  return false;
}

void flush(const char* stream) {
  PyObject* const file = PySys_GetObject(stream);
  if (file == nullptr || file == Py_None) return;
  if (!Owned::steal(PyObject_CallMethod(file, "flush", nullptr))) PyErr_Clear();  // a closed pipe: nobody reads it
}

}  // namespace

// The GIL guards the list: states are added and removed with it held. Without one, all others stand still meanwhile.
bool other_threads_live(KnownStates known) {
  PyInterpreterState* const interpreter = PyInterpreterState_Get();
#if VHPY_FREE_THREADED
  _PyEval_StopTheWorld(interpreter);
  const bool others = has_others(interpreter, known);
  _PyEval_StartTheWorld(interpreter);
  return others;
#else
  return has_others(interpreter, known);
#endif
}

// Never empty: a thread that `threading` does not know of is still one.
std::vector<std::string> names_of_live_threads() {
  std::vector<std::string> names;
  const Owned threading = Owned::steal(PyImport_ImportModule("threading"));
  const Owned main = threading ? Owned::steal(PyObject_CallMethod(threading.get(), "main_thread", nullptr)) : Owned();
  const Owned all = threading ? Owned::steal(PyObject_CallMethod(threading.get(), "enumerate", nullptr)) : Owned();
  if (all && PyList_Check(all.get())) {
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(all.get()); ++i) {
      PyObject* const thread = PyList_GET_ITEM(all.get(), i);
      if (thread == main.get() || is_calling_thread(thread)) continue;
      names.push_back(describe_thread(thread));
    }
  }
  PyErr_Clear();
  if (names.empty()) names.emplace_back("a thread without a name");
  return names;
}

std::vector<std::string> Interpreter::finish(SteadyClock::time_point deadline, bool may_end) {
  PyThreadState* const ours = std::exchange(hub_state_, nullptr);
  PyEval_RestoreThread(ours);
  forget_interrupt();  // of a script that is gone
  end_threads(deadline);
  wait_for_last_threads(ours, deadline);
  flush("stdout");
  flush("stderr");
  if (const bool alone = !other_threads_live({ours}); !alone || !may_end) {
    std::vector<std::string> names = alone ? std::vector<std::string>() : names_of_live_threads();
    PyEval_SaveThread();
    return names;
  }
  if (Py_FinalizeEx() != 0) spdlog::warn("Python could not write out all of its buffers");
  return {};
}

}  // namespace vhpy::py
