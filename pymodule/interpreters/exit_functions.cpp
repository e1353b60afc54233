// See exit_functions.h.
#include "pymodule/interpreters/exit_functions.h"

#include "pymodule/python.h"

namespace vhpy::py {
namespace {

// Null without an exception: nobody has imported it.
Owned imported(const char* name) {
  PyObject* const module = PyDict_GetItemString(PyImport_GetModuleDict(), name);
  return module != nullptr ? Owned::borrow(module) : Owned();
}

// False with an exception set: somebody has imported the module, and it has no such name, or that cannot be set.
bool set_false(const char* module_name, const char* name) {
  const Owned module = imported(module_name);
  return !module || PyObject_SetAttrString(module.get(), name, Py_False) == 0;
}

// Thread pools take the interpreter for ended once threading's exit functions were called, and take no work any more.
bool thread_pools_anew() { return set_false("concurrent.futures.thread", "_shutdown"); }

// weakref.finalize takes the interpreter for ended once its exit function was called, and calls nothing any more (cleaning up
// temporary directories, for one). It registers that function with the first of its objects.
bool finalizers_anew() {
  const Owned weakref = imported("weakref");
  if (!weakref) return true;
  const Owned finalize = Owned::steal(PyObject_GetAttrString(weakref.get(), "finalize"));
  return finalize && PyObject_SetAttrString(finalize.get(), "_shutdown", Py_False) == 0 &&
         PyObject_SetAttrString(finalize.get(), "_registered_with_atexit", Py_False) == 0;
}

// logging writes out its buffers by a function that it registers when it is imported, which it will not be again.
bool logging_anew() {
  const Owned logging = imported("logging");
  if (!logging) return true;
  const Owned shutdown = Owned::steal(PyObject_GetAttrString(logging.get(), "shutdown"));
  const Owned atexit = shutdown ? Owned::steal(PyImport_ImportModule("atexit")) : Owned();
  return atexit && Owned::steal(PyObject_CallMethod(atexit.get(), "register", "O", shutdown.get()));
}

}  // namespace

bool call_threads_exit_functions() {
  const Owned threading = imported("threading");
  const Owned functions = threading ? Owned::steal(PyObject_GetAttrString(threading.get(), "_threading_atexits")) : Owned();
  if (!functions) return !threading;
  for (Py_ssize_t left = PySequence_Size(functions.get()); left > 0; --left) {
    const Owned function = Owned::steal(PySequence_GetItem(functions.get(), left - 1));
    if (!function || !Owned::steal(PyObject_CallNoArgs(function.get()))) return false;
  }
  return PyErr_Occurred() == nullptr;
}

bool make_exit_functions_anew() { return thread_pools_anew() && finalizers_anew() && logging_anew(); }

}  // namespace vhpy::py
