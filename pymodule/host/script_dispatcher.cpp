// See script_dispatcher.h.
#include "pymodule/host/script_dispatcher.h"

#include <dispatcher_source.h>
#include <spdlog/spdlog.h>

#include <string>

#include "core/hooks.h"
#include "pymodule/host/traceback.h"
#include "pymodule/python.h"

namespace vhpy::py {
namespace {

PyObject* look_again(PyObject* self, PyObject*) {
  auto* const changed = static_cast<std::atomic<bool>*>(PyCapsule_GetPointer(self, nullptr));
  if (changed == nullptr) return nullptr;
  changed->store(true, std::memory_order_relaxed);  // whoever reads it takes the GIL before it looks for hooks
  Py_RETURN_NONE;
}

PyObject* log_text(PyObject*, PyObject* text) {
  spdlog::error("{}", to_log_text(text));
  Py_RETURN_NONE;
}

PyMethodDef log_method{"_log", log_text, METH_O, nullptr};
PyMethodDef look_again_method{"_look_again", look_again, METH_NOARGS, nullptr};

// dispatcher._parameters: the names of the parameters of every hook.
bool tell_parameters(Borrowed module) {
  const Owned all = Owned::steal(PyObject_GetAttrString(module.get(), "_parameters"));
  if (!all) return false;
  for (const Hook& hook : kHooks) {
    const Owned names = Owned::steal(PyTuple_New(static_cast<Py_ssize_t>(hook.arity)));
    for (std::size_t i = 0; names && i < hook.arity; ++i) {
      PyObject* const name = PyUnicode_FromString(std::string(hook.params[i].name).c_str());
      if (name == nullptr) return false;
      PyTuple_SET_ITEM(names.get(), static_cast<Py_ssize_t>(i), name);
    }
    if (!names || PyDict_SetItemString(all.get(), hook.name, names.get()) != 0) return false;
  }
  return true;
}

}  // namespace

bool install_dispatcher(std::atomic<bool>& changed) {
  const Owned code = Owned::steal(Py_CompileString(kDispatcherSource, "<dispatcher>", Py_file_input));
  if (!code) return false;
  const Owned module = Owned::steal(PyImport_ExecCodeModule("dispatcher", code.get()));
  const Owned capsule = Owned::steal(PyCapsule_New(&changed, nullptr, nullptr));
  if (!module || !capsule) return false;
  const Owned function = Owned::steal(PyCFunction_New(&look_again_method, capsule.get()));
  const Owned log = Owned::steal(PyCFunction_New(&log_method, nullptr));
  return function && PyObject_SetAttrString(module.get(), look_again_method.ml_name, function.get()) == 0 && log &&
         PyObject_SetAttrString(module.get(), log_method.ml_name, log.get()) == 0 && tell_parameters(module);
}

}  // namespace vhpy::py
