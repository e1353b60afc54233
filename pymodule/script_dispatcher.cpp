// See script_dispatcher.h.
#include "pymodule/script_dispatcher.h"

#include <dispatcher_source.h>

#include "pymodule/python.h"

namespace vhpy::py {
namespace {

PyObject* look_again(PyObject* self, PyObject*) {
  auto* const changed = static_cast<std::atomic<bool>*>(PyCapsule_GetPointer(self, nullptr));
  if (changed == nullptr) return nullptr;
  changed->store(true, std::memory_order_relaxed);  // whoever reads it takes the GIL before it looks for hooks
  Py_RETURN_NONE;
}

PyMethodDef look_again_method{"_look_again", look_again, METH_NOARGS, nullptr};

}  // namespace

bool install_dispatcher(std::atomic<bool>& changed) {
  const Owned code = Owned::steal(Py_CompileString(kDispatcherSource, "<dispatcher>", Py_file_input));
  if (!code) return false;
  const Owned module = Owned::steal(PyImport_ExecCodeModule("dispatcher", code.get()));
  const Owned capsule = Owned::steal(PyCapsule_New(&changed, nullptr, nullptr));
  if (!module || !capsule) return false;
  const Owned function = Owned::steal(PyCFunction_New(&look_again_method, capsule.get()));
  return function && PyObject_SetAttrString(module.get(), look_again_method.ml_name, function.get()) == 0;
}

}  // namespace vhpy::py
