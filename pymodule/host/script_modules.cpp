// See script_modules.h.
#include "pymodule/host/script_modules.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include <spdlog/spdlog.h>

#include "pymodule/host/traceback.h"

namespace vhpy::py {
namespace {

std::string_view top_level(std::string_view name) { return name.substr(0, name.find('.')); }

// module.__file__, empty if it has none (built-in modules, namespace packages, odd objects in sys.modules).
std::string file_of(Borrowed module) {
  if (!PyModule_Check(module.get())) return {};
  PyObject* const file = PyDict_GetItemString(PyModule_GetDict(module.get()), "__file__");
  return file != nullptr && PyUnicode_Check(file) ? to_log_text(file) : std::string();
}

// A copy of sys.modules, since walking the original while others import is not possible.
Owned copy_of_modules() { return Owned::steal(PyDict_Copy(PyImport_GetModuleDict())); }

void forget(const std::string& name) {
  if (PyDict_DelItemString(PyImport_GetModuleDict(), name.c_str()) != 0) PyErr_Clear();  // gone already
}

Owned sys_path() {
  PyObject* const path = PySys_GetObject("path");
  return path != nullptr && PyList_Check(path) ? Owned::borrow(path) : Owned();
}

}  // namespace

bool is_helper_path(std::string_view path, const std::string& directory) {
  return path.starts_with(directory + "/") && path.find("/site-packages/") == std::string_view::npos &&
         path.find("/dist-packages/") == std::string_view::npos;
}

bool is_helper_file(std::string_view file, const std::string& directory) {
  return file.ends_with(".py") && is_helper_path(file, directory);
}

ModulesOfLoad::ModulesOfLoad(const Script& loading, const Scripts& others) : set_aside_(Owned::steal(PyDict_New())) {
  PyObject* const modules = PyImport_GetModuleDict();
  for (const auto& script : others) {
    if (script->home != loading.home) continue;
    for (const std::string& name : script->helpers) {
      PyObject* const module = PyDict_GetItemString(modules, name.c_str());
      if (module == nullptr || !set_aside_) continue;
      if (PyDict_SetItemString(set_aside_.get(), name.c_str(), module) == 0) forget(name);
    }
  }
  before_ = Owned::steal(PySet_New(modules));
  PyErr_Clear();
}

ModulesOfLoad::~ModulesOfLoad() {
  const ErrorKept kept;
  if (set_aside_ && PyDict_Merge(PyImport_GetModuleDict(), set_aside_.get(), /*override=*/0) != 0) PyErr_Clear();
}

void ModulesOfLoad::claim_helpers(Script& script) const {
  const ErrorKept kept;
  const Owned modules = copy_of_modules();
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; modules && before_ && PyDict_Next(modules.get(), &at, &name, &module);) {
    if (PySet_Contains(before_.get(), name) != 0) continue;
    const std::string text = to_log_text(name);
    if (text != script.module_name && is_helper_file(file_of(module), script.directory)) script.helpers.insert(text);
  }
  PyErr_Clear();
}

void forget_modules(const Script& script) {
  std::vector<std::string> names(script.helpers.begin(), script.helpers.end());
  names.push_back(script.module_name);
  const Owned modules = copy_of_modules();
  PyObject* name = nullptr;
  PyObject* module = nullptr;
  for (Py_ssize_t at = 0; modules && PyDict_Next(modules.get(), &at, &name, &module);) {
    std::string text = to_log_text(name);
    if (script.vh_users.contains(std::string(top_level(text)))) names.push_back(std::move(text));
  }
  for (const std::string& each : names) forget(each);
  PyErr_Clear();
}

void add_import_directory(Script& script, const Scripts& others) {
  const Owned path = sys_path();
  const Owned directory = Owned::steal(PyUnicode_DecodeFSDefault(script.directory.c_str()));
  const int present = path && directory ? PySequence_Contains(path.get(), directory.get()) : -1;
  if (present == 1) {
    script.directory_added = std::any_of(others.begin(), others.end(), [&](const auto& other) {
      return other->home == script.home && other->directory_added && other->directory == script.directory;
    });
  } else if (present == 0) {
    script.directory_added = PyList_Append(path.get(), directory.get()) == 0;
  }
  PyErr_Clear();
}

void remove_import_directory(const Script& script, const Scripts& others) {
  const bool needed = std::any_of(others.begin(), others.end(), [&](const auto& other) {
    return other->home == script.home && other->directory == script.directory;
  });
  if (needed || !script.directory_added) return;
  const Owned path = sys_path();
  const Owned directory = Owned::steal(PyUnicode_DecodeFSDefault(script.directory.c_str()));
  const Py_ssize_t at = path && directory ? PySequence_Index(path.get(), directory.get()) : -1;
  if (at >= 0) PySequence_DelItem(path.get(), at);
  PyErr_Clear();
}

}  // namespace vhpy::py
