// See script_loader.h.
#include "pymodule/host/script_loader.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/live/live.h"
#include "pymodule/hooks/hook_lookup.h"
#include "pymodule/host/script_caches.h"
#include "pymodule/host/script_modules.h"
#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/script_interpreter.h"
#include "pymodule/main_calls.h"
#include "pymodule/module.h"
#include "pymodule/shared.h"
#include "queue/activity.h"

namespace vhpy::py {
namespace {

namespace fs = std::filesystem;

Error refused(const std::string& path, const Raised& raised) {
  spdlog::error("script {} raised while it was loaded{}", path, raised.traceback);
  return refuse(Refusal::kBadArgument, fmt::format("{}: {}", path, raised.line));
}

// "vh_script_3_hub_api". Unique by its id: pickle, dataclasses, pydantic and typing look a class's module up in sys.modules
// by this name, and must find the one that is loaded, not a namesake.
std::string module_name_for(ScriptId id, const std::string& file_name) {
  std::string stem = fs::path(file_name).stem().string();
  std::replace_if(stem.begin(), stem.end(), [](unsigned char c) { return c > 127 || !(std::isalnum(c) || c == '_'); },
                  '_');
  return fmt::format("vh_script_{}_{}", id, stem);
}

// An empty module whose __spec__, __loader__ and __file__ are those of the file, so that inspect and importlib.resources
// find its source.
Owned new_module(const std::string& name, const std::string& file) {
  const Owned util = Owned::steal(PyImport_ImportModule("importlib.util"));
  const Owned path = Owned::steal(PyUnicode_DecodeFSDefault(file.c_str()));
  if (!util || !path) return {};
  const Owned machinery = Owned::steal(PyImport_ImportModule("importlib.machinery"));
  if (!machinery) return {};
  // Named outright: a script need not be called *.py.
  const Owned loader = Owned::steal(
      PyObject_CallMethod(machinery.get(), "SourceFileLoader", "sO", name.c_str(), path.get()));
  if (!loader) return {};
  const Owned make_spec = Owned::steal(PyObject_GetAttrString(util.get(), "spec_from_file_location"));
  const Owned arguments = Owned::steal(Py_BuildValue("(sO)", name.c_str(), path.get()));
  const Owned keywords = Owned::steal(Py_BuildValue("{s:O}", "loader", loader.get()));
  if (!make_spec || !arguments || !keywords) return {};
  const Owned spec = Owned::steal(PyObject_Call(make_spec.get(), arguments.get(), keywords.get()));
  if (!spec) return {};
  return Owned::steal(PyObject_CallMethod(util.get(), "module_from_spec", "O", spec.get()));
}

// Gives the script its vh and its module, known to sys.modules. False with an exception set.
bool prepare(Script& script) {
  script.vh = make_vh_module(script.identity);
  if (!script.vh) return false;
  script.module = new_module(script.module_name, script.file);
  if (!script.module) return false;
  // __builtins__, as exec() would set it: C code that imports something looks for it in the globals of its caller.
  return PyObject_SetAttrString(script.module.get(), kVhKey, script.vh.get()) == 0 &&
         PyDict_SetItemString(PyModule_GetDict(script.module.get()), "__builtins__", PyEval_GetBuiltins()) == 0 &&
         PyDict_SetItemString(PyImport_GetModuleDict(), script.module_name.c_str(), script.module.get()) == 0;
}

// A file that was written since the last look may not be seen by the import system otherwise.
void forget_directory_listings() {
  const Owned importlib = Owned::steal(PyImport_ImportModule("importlib"));
  if (!importlib || !Owned::steal(PyObject_CallMethod(importlib.get(), "invalidate_caches", nullptr))) PyErr_Clear();
}

}  // namespace

Result<std::unique_ptr<Script>> ScriptLoader::compile(const ScriptFile& file,
                                                      std::shared_ptr<ScriptInterpreter> home) const {
  auto script = std::make_unique<Script>();
  const Owned name = Owned::steal(PyUnicode_DecodeFSDefault(file.file.c_str()));
  PyCompilerFlags flags{};
  flags.cf_feature_version = PY_MINOR_VERSION;
  if (name) {
    script->code = Owned::steal(Py_CompileStringObject(file.text.c_str(), name.get(), Py_file_input, &flags, -1));
  }
  if (!script->code) return refused(file.path, take_raised());
  script->identity = std::make_shared<ScriptIdentity>();
  script->identity->name = file.name;
  script->identity->path = file.path;
  script->file = file.file;
  script->directory = file.directory;
  script->mode = home->mode;
  script->home = std::move(home);
  return script;
}

std::optional<std::string> ScriptLoader::execute(Script& script, const Scripts& loaded) {
  const queue::Activity::Scope busy(runtime_.lane.activity(), script.name(), "loading");
  ScriptImport& import = script.home->import;
  const ScriptImport::Running running(import, script);
  add_import_directory(script, loaded);
  forget_directory_listings();
  const ModulesOfLoad modules(script, loaded);
  bool ran = prepare(script) && import.helpers().add(script);
  const Owned code = std::move(script.code);
  if (ran) {
    PyObject* const names = PyModule_GetDict(script.module.get());
    ran = static_cast<bool>(Owned::steal(PyEval_EvalCode(code.get(), names, names)));
  }
  modules.claim_helpers(script);
  if (!ran) {
    std::string detail = refused(script.identity->path, take_raised()).detail;
    static_cast<void>(find_hooks(script));  // its UnLoad, if it got that far, tidies up what it had begun
    return detail;
  }
  if (const auto problem = find_hooks(script)) {
    return fmt::format("{}: {}", script.identity->path, *problem);
  }
  return std::nullopt;
}

Result<std::unique_ptr<Script>> ScriptLoader::run(std::unique_ptr<Script> script, ScriptId id, const Scripts& loaded) {
  script->identity->id = id;
  runtime_.lane.name_owner(id, script->identity->name);
  script->module_name = module_name_for(id, script->identity->name);
  if (auto problem = execute(*script, loaded)) {
    retire(std::move(script), loaded, std::chrono::steady_clock::now() + kUnLoadTime);
    return refuse(Refusal::kBadArgument, std::move(*problem));
  }
  return script;
}

void ScriptLoader::retire(std::unique_ptr<Script> script, const Scripts& loaded,
                          std::chrono::steady_clock::time_point deadline) {
  const ScriptId id = script->identity->id;
  script->identity->leave();
  // Before UnLoad, which may join threads that wait for the hub: they must wake first.
  runtime_.lane.abandon(id);
  runtime_.hub.live().wake();
  runtime_.events.end_of_script(id);
  hooks_.call_farewell(*script, HookId::kUnLoad, {}, deadline);
  runtime_.hub.forget_script(id);
  remove_import_directory(*script, loaded);
  forget_modules(*script);
  script->home->import.helpers().remove(id);
  if (!script->home->isolated() || !sub_interpreters_can_end()) empty_caches_of(*script);
  // Functions that it wanted called on this thread keep its namespace.
  if (const auto shared = Shared::of_this_interpreter()) shared->main_calls->sweep_all();
  PyErr_Clear();
}

}  // namespace vhpy::py
