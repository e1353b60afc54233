// See legacy_extensions.h.
#include "pymodule/interpreters/legacy_extensions.h"

#include "pymodule/python.h"

namespace vhpy::py {

#if PY_VERSION_HEX >= 0x030D0000

bool restrict_extension_modules() { return true; }

#elif PY_VERSION_HEX >= 0x030C0000

bool restrict_extension_modules() { return PyDict_SetItemString(PyImport_GetModuleDict(), "_datetime", Py_None) == 0; }

#else

namespace {

constexpr const char* kOwnFolder = "/lib-dynload/";  // where the standard library's are

// _imp.create_dynamic(spec, file=None), which loads an extension module. `real`: the function that was there before.
PyObject* create_dynamic(PyObject* real, PyObject* arguments) {
  PyObject* const spec = PyTuple_GET_SIZE(arguments) > 0 ? PyTuple_GET_ITEM(arguments, 0) : nullptr;
  if (spec == nullptr) return PyObject_CallObject(real, arguments);
  const Owned name = Owned::steal(PyObject_GetAttrString(spec, "name"));
  const Owned origin = Owned::steal(PyObject_GetAttrString(spec, "origin"));
  const Owned folder = Owned::steal(PyUnicode_FromString(kOwnFolder));
  if (!name || !origin || !folder) return nullptr;
  const int own = PyUnicode_Check(origin.get()) ? PyUnicode_Contains(origin.get(), folder.get()) : 0;
  if (own < 0) return nullptr;
  if (own == 1) return PyObject_CallObject(real, arguments);
  const Owned text = Owned::steal(PyUnicode_FromFormat(
      "module %S does not support loading in subinterpreters: before Python 3.12 no extension module can say that it does",
      name.get()));
  if (text) PyErr_SetImportError(text.get(), name.get(), origin.get());
  return nullptr;
}

PyMethodDef create_dynamic_def{"create_dynamic", create_dynamic, METH_VARARGS, nullptr};

}  // namespace

bool restrict_extension_modules() {
  const Owned imp = Owned::steal(PyImport_ImportModule("_imp"));
  const Owned real = imp ? Owned::steal(PyObject_GetAttrString(imp.get(), "create_dynamic")) : Owned();
  const Owned ours = real ? Owned::steal(PyCFunction_New(&create_dynamic_def, real.get())) : Owned();
  return ours && PyObject_SetAttrString(imp.get(), "create_dynamic", ours.get()) == 0 &&
         PyDict_SetItemString(PyImport_GetModuleDict(), "_asyncio", Py_None) == 0;
}

#endif

}  // namespace vhpy::py
