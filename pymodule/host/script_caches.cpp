// See script_caches.h.
#include "pymodule/host/script_caches.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

namespace vhpy::py {
namespace {

constexpr int kDeepest = 3;         // of a cache: its key, a tuple or list; an object in it, such as a bound method; the function
constexpr int kMostLooked = 50'000;  // at objects of one cache

// A walk over what an object refers to.
struct Search {
  const std::string& script;  // names of modules: that of the script,
  const std::string& files;   // and the beginning of those of its files
  int depth = 0;
  int looked = 0;
};

bool belongs_to(const Search& search, PyObject* globals) {
  PyObject* const name = PyDict_Check(globals) ? PyDict_GetItemString(globals, "__name__") : nullptr;
  const char* const text = name != nullptr && PyUnicode_Check(name) ? PyUnicode_AsUTF8(name) : nullptr;
  if (text == nullptr) return false;
  const std::string_view module(text);
  return module == search.script || module.starts_with(search.files);
}

// As Python's collector calls it: not zero ends the walk, since one was found.
int visit(PyObject* object, void* argument) {
  auto& search = *static_cast<Search*>(argument);
  if (PyFunction_Check(object)) return belongs_to(search, PyFunction_GetGlobals(object)) ? 1 : 0;
  const traverseproc traverse = Py_TYPE(object)->tp_traverse;
  if (traverse == nullptr || PyObject_IS_GC(object) == 0 || PyModule_Check(object) || PyType_Check(object)) return 0;
  if (search.depth >= kDeepest || ++search.looked > kMostLooked) return 0;
  ++search.depth;
  const int found = traverse(object, visit, argument);
  --search.depth;
  return found;
}

Owned every_object() {
  const Owned gc = Owned::steal(PyImport_ImportModule("gc"));
  return gc ? Owned::steal(PyObject_CallMethod(gc.get(), "get_objects", nullptr)) : Owned();
}

Owned type_of_caches() {
  const Owned functools = Owned::steal(PyImport_ImportModule("functools"));
  return functools ? Owned::steal(PyObject_GetAttrString(functools.get(), "_lru_cache_wrapper")) : Owned();
}

}  // namespace

void empty_caches_of(const Script& script) {
  const ErrorKept kept;
  const std::string files = fmt::format("vh_files_{}.", script.identity->id);
  const Owned type = type_of_caches();
  const Owned objects = type ? every_object() : Owned();
  for (Py_ssize_t at = 0; objects && at < PyList_GET_SIZE(objects.get()); ++at) {
    PyObject* const object = PyList_GET_ITEM(objects.get(), at);
    if (reinterpret_cast<PyObject*>(Py_TYPE(object)) != type.get()) continue;
    Search search{script.module_name, files};
    if (visit(object, &search) == 0) continue;
    if (!Owned::steal(PyObject_CallMethod(object, "cache_clear", nullptr))) PyErr_Clear();
  }
  PyErr_Clear();
}

}  // namespace vhpy::py
