// See script_interpreter.h.
#include "pymodule/interpreters/script_interpreter.h"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pymodule/gil_watch.h"
#include "pymodule/host/script_dispatcher.h"
#include "pymodule/host/script_exceptions.h"
#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/interpreter.h"
#include "pymodule/interpreters/interruptible_waits.h"
#include "pymodule/interpreters/isolated_interrupt.h"
#include "pymodule/interpreters/legacy_extensions.h"

namespace vhpy::py {
namespace {

// What the hub thread has entered last, as far as it has not left it. Other threads have a null of their own.
thread_local PyThreadState* attached = nullptr;

// Of the hub thread, see let_gil_stay(): whether the GIL may be kept, and whether it is, under `attached`, with no HubGil around.
thread_local bool may_keep = false;
thread_local bool kept = false;
thread_local std::chrono::steady_clock::time_point kept_since;

// The state under which this thread holds a GIL now; null if it holds none. Before 3.12 Python only knows which state holds
// the one GIL, on whatever thread; it is ours if it is the one that we have entered.
PyThreadState* attached_here() noexcept {
#if PY_VERSION_HEX >= 0x030D0000
  return PyThreadState_GetUnchecked();
#elif PY_VERSION_HEX >= 0x030C0000
  return _PyThreadState_UncheckedGet();
#else
  return attached != nullptr && _PyThreadState_UncheckedGet() == attached ? attached : nullptr;
#endif
}

void give_back_kept() {
  kept = false;
  note_gil_is_kept(false);
  PyEval_SaveThread();
  attached = nullptr;
}

#if PY_VERSION_HEX >= 0x030C0000
void warn_once_of_this_python() {
  static const bool said = [] {
    spdlog::warn("Python {} does not end the interpreter of an isolated script safely: that of one that was unloaded is kept, some "
                 "megabytes, for the next load of the same file", Py_GetVersion());
    return true;
  }();
  static_cast<void>(said);
}

// Daemon threads are allowed, since servers are started in them; one that does not end keeps its interpreter standing. A
// process that is forked from a thread of a sub-interpreter cannot run Python, so that is refused. What is loaded into it
// must be made for several interpreters: Python checks that, and refuses with an ImportError.
Result<PyThreadState*> new_sub_interpreter() {
  if (!sub_interpreters_can_end()) warn_once_of_this_python();
  PyInterpreterConfig config{};
  config.use_main_obmalloc = 0;
  config.allow_fork = 0;
  config.allow_exec = 0;
  config.allow_threads = 1;
  config.allow_daemon_threads = 1;
  config.check_multi_interp_extensions = 1;
  config.gil = PyInterpreterConfig_OWN_GIL;
  PyThreadState* state = nullptr;
  const PyStatus status = Py_NewInterpreterFromConfig(&state, &config);
  if (!PyStatus_Exception(status)) return state;
  return refuse(Refusal::kUnavailable, fmt::format("no interpreter of its own: {}",
                                                   status.err_msg != nullptr ? status.err_msg : "Python says no more"));
}
#else
Result<PyThreadState*> new_sub_interpreter() {
  if (PyThreadState* const state = Py_NewInterpreter(); state != nullptr) return state;
  return refuse(Refusal::kUnavailable, "no interpreter of its own: Python says no more");
}
#endif

}  // namespace

bool prepare_for_scripts(ScriptInterpreter& into, std::atomic<bool>& registered) {
  return into.import.install() && install_dispatcher(registered) && log_uncaught_exceptions();
}

Result<std::shared_ptr<ScriptInterpreter>> make_isolated_interpreter(std::atomic<bool>& registered) {
  auto made = std::make_shared<ScriptInterpreter>();
  PyThreadState* const main_state = PyThreadState_Get();
  const Result<PyThreadState*> state = new_sub_interpreter();
  if (!state) return state.error();
  made->hub_state = state.value();
  made->interpreter = PyThreadState_GetInterpreter(state.value());
  made->id = PyInterpreterState_GetID(made->interpreter);
  made->mode = ScriptMode::kIsolated;
  const bool prepared = prepare_standard_library() && make_waits_interruptible() && restrict_extension_modules() &&
                        prepare_for_scripts(*made, registered);
  std::string problem = prepared ? std::string() : take_raised().line;
  if (!prepared) {
    made->import.clear();
    end_sub_interpreter(made->hub_state);
    PyEval_RestoreThread(main_state);
    return refuse(Refusal::kUnavailable, fmt::format("an interpreter of its own cannot be prepared: {}", problem));
  }
  PyEval_SaveThread();
  PyEval_RestoreThread(main_state);
  made->turns.start(made->interpreter);
  return made;
}

// The version that runs, which may be newer than the headers.
bool sub_interpreters_can_end() noexcept { return Py_Version < 0x030C0000 || Py_Version >= 0x030E0000; }

void end_sub_interpreter(PyThreadState* last) {
  if (!sub_interpreters_can_end()) {
    PyGC_Collect();
    PyThreadState_Clear(last);
    PyThreadState_DeleteCurrent();
    return;
  }
#if PY_VERSION_HEX >= 0x030C0000
  Py_EndInterpreter(last);
#else
  // The one GIL is still held afterwards, under no state: it takes one to give it back.
  PyThreadState* const elsewhere = PyThreadState_New(PyInterpreterState_Main());
  Py_EndInterpreter(last);
  PyThreadState_Swap(elsewhere);
  PyThreadState_Clear(elsewhere);
  PyThreadState_DeleteCurrent();
#endif
}

void leave_for_good(ScriptInterpreter& interpreter, HubGil& gil) {
  if (sub_interpreters_can_end()) {
    PyThreadState_Clear(interpreter.hub_state);
    PyThreadState_DeleteCurrent();
    interpreter.hub_state = nullptr;
  } else {
    PyEval_SaveThread();
  }
  attached = gil.before_;
  enter_isolated(gil.isolated_before_);
  gil.entered_ = false;
  if (gil.before_ != nullptr) PyEval_RestoreThread(gil.before_);
}

void let_gil_stay() noexcept { may_keep = true; }

void give_unused_gil_back() {
  if (kept && std::chrono::steady_clock::now() - kept_since > kUnused) give_back_kept();
}

void give_gil_back() {
  may_keep = false;
  if (kept) give_back_kept();
}

HubGil::HubGil(const ScriptInterpreter& interpreter, After after)
    : before_(kept ? nullptr : attached_here()), may_stay_(after == After::kMayStay && !interpreter.isolated()) {
  if (kept) {
    if (attached == interpreter.hub_state) {
      kept = false;
      note_gil_is_kept(false);
      entered_ = true;
      return;
    }
    give_back_kept();
  }
  if (before_ == interpreter.hub_state) return;
  entered_ = true;
  if (before_ != nullptr) PyEval_SaveThread();
  isolated_before_ = enter_isolated(interpreter.isolated() ? interpreter.interpreter : nullptr);
  PyEval_RestoreThread(interpreter.hub_state);
  attached = interpreter.hub_state;
}

HubGil::~HubGil() noexcept(false) {
  if (!entered_) return;
  if (may_keep && may_stay_ && before_ == nullptr) {
    kept = true;
    note_gil_is_kept(true);
    kept_since = std::chrono::steady_clock::now();
    return;
  }
  PyEval_SaveThread();
  attached = before_;
  enter_isolated(isolated_before_);
  if (before_ != nullptr) PyEval_RestoreThread(before_);
}

}  // namespace vhpy::py
