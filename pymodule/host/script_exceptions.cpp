// See script_exceptions.h.
#include "pymodule/host/script_exceptions.h"

#include <memory>
#include <string>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pymodule/host/script_import.h"
#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/script_interrupt.h"
#include "pymodule/shared.h"

namespace vhpy::py {
namespace {

constexpr int kMaxFrames = 1000;  // looked at for the script's name; a deeper one is Python's recursion limit

Owned attribute(Borrowed object, const char* name) {
  Owned value = object ? Owned::steal(PyObject_GetAttrString(object.get(), name)) : Owned();
  if (!value) PyErr_Clear();
  return value;
}

// "script shop.py (id 3)" by the first frame whose code belongs to a script; "a thread" if none does.
std::string whose(Borrowed exception) {
  Owned trace = attribute(exception, "__traceback__");
  for (int i = 0; i < kMaxFrames && trace && trace.get() != Py_None; ++i) {
    const Owned globals = attribute(attribute(trace, "tb_frame"), "f_globals");
    PyObject* const vh =
        globals && PyDict_Check(globals.get()) ? PyDict_GetItemString(globals.get(), kVhKey) : nullptr;
    if (vh != nullptr) {
      const Owned name = attribute(vh, "name");
      const Owned id = attribute(vh, "myid");
      if (name && id) return fmt::format("script {} (id {})", to_log_text(name), to_log_text(id));
    }
    trace = attribute(trace, "tb_next");
  }
  return "no script";
}

// vh.Abandoned or vh.Closed: how a thread learns that its script or the hub comes to its end. No fault of the script's.
bool says_that_it_is_over(Borrowed exception) {
  const std::shared_ptr<Shared> shared = Shared::of_this_interpreter();
  if (!shared) {
    PyErr_Clear();
    return false;
  }
  for (const Failure failure : {Failure::kAbandoned, Failure::kClosed}) {
    const Owned& type = shared->exceptions[static_cast<std::size_t>(failure)];
    if (type && PyErr_GivenExceptionMatches(exception.get(), type.get()) != 0) return true;
  }
  return false;
}

// threading.excepthook(args): exc_type, exc_value, exc_traceback, thread.
PyObject* thread_excepthook(PyObject*, PyObject* args) {
  const Owned exception = attribute(args, "exc_value");
  // As everywhere in Python, sys.exit() in a thread is a way to end that thread, and says nothing.
  if (!exception || exception.get() == Py_None ||
      PyErr_GivenExceptionMatches(exception.get(), PyExc_SystemExit) != 0) {
    Py_RETURN_NONE;
  }
  const Owned thread = attribute(args, "thread");
  const Owned thread_name = thread ? attribute(thread, "name") : Owned();
  const std::string name = thread_name ? to_log_text(thread_name) : "?";
  const bool over = says_that_it_is_over(exception);
  const Raised raised = describe_raised(exception);
  if (over) {
    spdlog::info("{}: thread {} ends: {}", whose(exception), name, raised.line);
  } else {
    spdlog::error("{}: exception in thread {}{}", whose(exception), name, raised.traceback);
  }
  Py_RETURN_NONE;
}

// sys.unraisablehook(args): exc_value, err_msg, object, among others.
PyObject* unraisable_hook(PyObject*, PyObject* args) {
  const Owned exception = attribute(args, "exc_value");
  if (!exception || exception.get() == Py_None) Py_RETURN_NONE;
  const Owned message = attribute(args, "err_msg");
  const bool ours = is_interruption(exception);
  const Raised raised = describe_raised(exception);
  if (ours) {  // from 3.13 on threading._shutdown() reports here what interrupts it, and returns
    spdlog::warn("{}: {}, where no exception can be raised", whose(exception), raised.line);
    Py_RETURN_NONE;
  }
  spdlog::error("{}: {}{}", whose(exception),
                message && message.get() != Py_None ? to_log_text(message) : "exception where none can be raised",
                raised.traceback);
  Py_RETURN_NONE;
}

PyMethodDef thread_excepthook_def{"excepthook", thread_excepthook, METH_O, "Logs an exception that ended a thread."};
PyMethodDef unraisable_hook_def{"unraisablehook", unraisable_hook, METH_O,
                                "Logs an exception that cannot be raised, such as one in __del__."};

bool set_function(const char* module_name, const char* name, PyMethodDef* definition) {
  const Owned module = Owned::steal(PyImport_ImportModule(module_name));
  const Owned function = Owned::steal(PyCFunction_New(definition, nullptr));
  return module && function && PyObject_SetAttrString(module.get(), name, function.get()) == 0;
}

}  // namespace

bool log_uncaught_exceptions() {
  return set_function("threading", "excepthook", &thread_excepthook_def) &&
         set_function("sys", "unraisablehook", &unraisable_hook_def);
}

}  // namespace vhpy::py
