// See script_helpers.h.
#include "pymodule/host/script_helpers.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <optional>
#include <string_view>

#include <fmt/format.h>

#include "pymodule/host/script_modules.h"
#include "pymodule/locked.h"

namespace vhpy::py {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "vh_files_";

std::optional<std::string_view> text_of(PyObject* object) {
  if (object == nullptr || PyUnicode_Check(object) == 0) return std::nullopt;
  Py_ssize_t length = 0;
  const char* const text = PyUnicode_AsUTF8AndSize(object, &length);
  if (text == nullptr) {
    PyErr_Clear();
    return std::nullopt;
  }
  return std::string_view(text, static_cast<std::size_t>(length));
}

// The number in "vh_files_3.late"; 0: another kind of name.
ScriptId number_in(std::string_view module_name) {
  ScriptId id = 0;
  if (!module_name.starts_with(kPrefix)) return 0;
  module_name.remove_prefix(kPrefix.size());
  std::from_chars(module_name.data(), module_name.data() + module_name.size(), id);
  return id;
}

// A file or a folder that could be the module `top`.
bool could_be_helper(const std::string& directory, const std::string& top) {
  std::error_code ignored;
  const fs::path place = fs::path(directory) / top;
  return fs::is_regular_file(place.string() + ".py", ignored) || fs::is_directory(place, ignored);
}

bool is_imported(const std::string& name) {
  return PyDict_GetItemString(PyImport_GetModuleDict(), name.c_str()) != nullptr;
}

}  // namespace

bool ScriptHelpers::add(const Script& script) {
  Home home{fmt::format("{}{}", kPrefix, script.identity->id), script.directory, Owned::borrow(script.vh.get())};
  const Owned package = Owned::steal(PyModule_New(home.package.c_str()));
  const Owned directory = Owned::steal(PyUnicode_DecodeFSDefault(home.directory.c_str()));
  const Owned path = directory ? Owned::steal(Py_BuildValue("[O]", directory.get())) : Owned();
  if (!package || !path || PyModule_AddObjectRef(package.get(), "__path__", path.get()) != 0 ||
      PyDict_SetItemString(PyImport_GetModuleDict(), home.package.c_str(), package.get()) != 0) {
    return false;
  }
  const Locked here;
  homes_.insert_or_assign(script.identity->id, std::move(home));
  return true;
}

void ScriptHelpers::remove(ScriptId id) {
  const Locked here;
  const auto at = homes_.find(id);
  if (at == homes_.end()) return;
  const Home home = std::move(at->second);  // dropped at the end: that may run Python code
  homes_.erase(at);
  const ErrorKept kept;
  const Owned modules = Owned::steal(PyDict_Copy(PyImport_GetModuleDict()));  // others may import meanwhile
  PyObject *name = nullptr, *module = nullptr;
  for (Py_ssize_t place = 0; modules && PyDict_Next(modules.get(), &place, &name, &module) != 0;) {
    const auto text = text_of(name);
    if (!text || (*text != home.package && !text->starts_with(home.package + "."))) continue;
    if (PyDict_DelItem(PyImport_GetModuleDict(), name) != 0) PyErr_Clear();  // gone already
  }
  PyErr_Clear();
}

const ScriptHelpers::Home* ScriptHelpers::home_of(Borrowed globals, Borrowed vh) const {
  if (vh) {
    const auto at = std::find_if(homes_.begin(), homes_.end(),
                                 [&](const auto& entry) { return entry.second.vh.get() == vh.get(); });
    if (at != homes_.end()) return &at->second;
  }
  const auto name = text_of(PyDict_GetItemString(globals.get(), "__name__"));
  const ScriptId id = name ? number_in(*name) : 0;
  if (id != 0) {
    const auto at = homes_.find(id);
    return at == homes_.end() ? nullptr : &at->second;
  }
  if (vh) return nullptr;  // of a script that is gone
  // Code from a script's directory that importlib.import_module() brought: whose it is, if the directory tells.
  const auto file = text_of(PyDict_GetItemString(globals.get(), "__file__"));
  const Home* found = nullptr;
  for (const auto& [number, home] : homes_) {
    if (!file || !is_helper_file(*file, home.directory)) continue;
    if (found != nullptr) return nullptr;
    found = &home;
  }
  return found;
}

// A file or a folder; anything else does not.
bool ScriptHelpers::lies_beside_a_script(Borrowed path) const {
  const auto text = text_of(path.get());
  return text && std::any_of(homes_.begin(), homes_.end(), [&](const auto& entry) {
    return is_helper_path(*text, entry.second.directory);
  });
}

// Folders of a package without an __init__.py: all of them beside scripts?
bool ScriptHelpers::all_lie_beside_scripts(Borrowed paths) const {
  const Owned list = paths ? Owned::steal(PySequence_List(paths.get())) : Owned();
  if (!list) {
    PyErr_Clear();
    return false;
  }
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(list.get()); ++i) {
    if (!lies_beside_a_script(PyList_GET_ITEM(list.get(), i))) return false;
  }
  return PyList_GET_SIZE(list.get()) > 0;
}

// In sys.modules under its plain name, and not because importlib.import_module() found it beside some script.
bool ScriptHelpers::is_imported_from_elsewhere(const std::string& top) const {
  const Owned module = Owned::borrow(PyDict_GetItemString(PyImport_GetModuleDict(), top.c_str()));
  if (!module) return false;
  const Owned file = Owned::steal(PyObject_GetAttrString(module.get(), "__file__"));
  PyErr_Clear();
  if (file && file.get() != Py_None) return !lies_beside_a_script(file);
  const Owned path = Owned::steal(PyObject_GetAttrString(module.get(), "__path__"));
  PyErr_Clear();
  return !all_lie_beside_scripts(path);
}

// Whether Python finds the module without the scripts' directories.
bool ScriptHelpers::is_found_elsewhere(const std::string& top) const {
  const Owned util = Owned::steal(PyImport_ImportModule("importlib.util"));
  const Owned spec = util ? Owned::steal(PyObject_CallMethod(util.get(), "find_spec", "s", top.c_str())) : Owned();
  if (!spec) PyErr_Clear();  // a module in sys.modules without a spec, or a finder that fails
  if (!spec || spec.get() == Py_None) return false;
  const Owned origin = Owned::steal(PyObject_GetAttrString(spec.get(), "origin"));
  const Owned folders = Owned::steal(PyObject_GetAttrString(spec.get(), "submodule_search_locations"));
  PyErr_Clear();
  if (origin && origin.get() != Py_None) return !lies_beside_a_script(origin);
  return !all_lie_beside_scripts(folders);
}

bool ScriptHelpers::is_of_gone_script(Borrowed globals, Borrowed vh, const Home* home) {
  if (home != nullptr) return false;
  const auto name = text_of(PyDict_GetItemString(globals.get(), "__name__"));
  return vh || (name && number_in(*name) != 0);
}

bool ScriptHelpers::may_import_without_home(Borrowed name) const {
  const auto text = text_of(name.get());
  if (!text || text->empty()) return true;
  const std::string top(text->substr(0, text->find('.')));
  if (is_imported_from_elsewhere(top) || is_found_elsewhere(top)) return true;
  PyErr_Format(PyExc_ModuleNotFoundError, "No module named %R (this script was unloaded)", name.get());
  return false;
}

Owned ScriptHelpers::import(const Home& home, Borrowed name, Borrowed globals, Borrowed fromlist) const {
  const auto text = text_of(name.get());
  if (!text || text->empty()) return {};
  const std::string top(text->substr(0, text->find('.')));
  const std::string package = home.package;  // what follows runs Python code, and the script may go meanwhile
  const std::string own_top = package + "." + top;
  if (!is_imported(own_top)) {
    if (!could_be_helper(home.directory, top) || is_imported_from_elsewhere(top) || is_found_elsewhere(top)) return {};
  }
  const Owned full = Owned::steal(PyUnicode_FromFormat("%s.%U", package.c_str(), name.get()));
  const int wants_part = fromlist && fromlist.get() != Py_None ? PyObject_IsTrue(fromlist.get()) : 0;
  if (!full || wants_part < 0) return {};
  Owned module = Owned::steal(
      PyImport_ImportModuleLevelObject(full.get(), globals.get(), nullptr, wants_part != 0 ? fromlist.get() : nullptr, 0));
  if (!module || wants_part != 0) return module;
  // `import late.part` binds `late`.
  return Owned::borrow(PyDict_GetItemString(PyImport_GetModuleDict(), own_top.c_str()));
}

}  // namespace vhpy::py
