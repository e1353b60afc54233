// See script_loader.h.
#include "pymodule/script_loader.h"

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/live/live.h"
#include "pymodule/hook_lookup.h"
#include "pymodule/main_calls.h"
#include "pymodule/module.h"
#include "pymodule/script_modules.h"
#include "pymodule/shared.h"
#include "pymodule/traceback.h"
#include "queue/activity.h"

namespace vhpy::py {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSource = 16u << 20;  // bytes of one script; a larger file is not a script

Result<std::string> read_file(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) return refuse(Refusal::kNotFound, fmt::format("{}: no such file", file.string()));
  if (fs::is_directory(status)) {
    return refuse(Refusal::kBadArgument, fmt::format("{}: is a directory, not a script", file.string()));
  }
  if (!fs::is_regular_file(status)) {
    return refuse(Refusal::kBadArgument, fmt::format("{}: is not a regular file", file.string()));
  }
  if (fs::file_size(file, error) > kMaxSource || error) {
    return refuse(Refusal::kBadArgument, fmt::format("{}: larger than {} bytes", file.string(), kMaxSource));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return refuse(Refusal::kUnavailable, fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno)));
  }
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

Error refused(const std::string& path, const Raised& raised) {
  spdlog::error("script {} raised while it was loaded\n{}", path, raised.traceback);
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

Result<ScriptSource> ScriptLoader::read(const std::string& path) const {
  ScriptSource source;
  source.path = path;
  std::error_code error;
  const fs::path file = fs::weakly_canonical(path, error);
  source.file = error ? path : file.string();
  source.directory = fs::path(source.file).parent_path().string();
  source.name = fs::path(path).filename().string();

  const Result<std::string> text = read_file(source.file);
  if (!text) return text.error();
  if (text.value().find('\0') != std::string::npos) {
    return refuse(Refusal::kBadArgument, fmt::format("{}: contains a zero byte, so it is not Python", path));
  }
  const Owned name = Owned::steal(PyUnicode_DecodeFSDefault(source.file.c_str()));
  PyCompilerFlags flags{};
  flags.cf_feature_version = PY_MINOR_VERSION;
  if (name) {
    source.code = Owned::steal(Py_CompileStringObject(text.value().c_str(), name.get(), Py_file_input, &flags, -1));
  }
  if (!source.code) return refused(path, take_raised());
  return source;
}

std::optional<std::string> ScriptLoader::execute(Script& script, const ScriptSource& source, const Scripts& loaded) {
  const queue::Activity::Scope busy(runtime_.lane.activity(), script.name(), "loading");
  const ScriptImport::Running running(import_, script);
  add_import_directory(script, loaded);
  forget_directory_listings();
  const ModulesOfLoad modules(loaded);
  bool ran = prepare(script) && import_.helpers().add(script);
  if (ran) {
    PyObject* const names = PyModule_GetDict(script.module.get());
    ran = static_cast<bool>(Owned::steal(PyEval_EvalCode(source.code.get(), names, names)));
  }
  modules.claim_helpers(script);
  if (!ran) {
    std::string detail = refused(source.path, take_raised()).detail;
    static_cast<void>(find_hooks(script));  // its UnLoad, if it got that far, tidies up what it had begun
    return detail;
  }
  if (const auto problem = find_hooks(script)) return fmt::format("{}: {}", source.path, *problem);
  return std::nullopt;
}

Result<std::unique_ptr<Script>> ScriptLoader::run(const ScriptSource& source, ScriptId id, const Scripts& loaded) {
  auto script = std::make_unique<Script>();
  script->identity = std::make_shared<ScriptIdentity>();
  script->identity->id = id;
  script->identity->name = source.name;
  runtime_.lane.name_owner(id, source.name);
  script->identity->path = source.path;
  script->file = source.file;
  script->directory = source.directory;
  script->module_name = module_name_for(id, source.name);

  if (auto problem = execute(*script, source, loaded)) {
    retire(std::move(script), loaded);
    return refuse(Refusal::kBadArgument, std::move(*problem));
  }
  return script;
}

void ScriptLoader::retire(std::unique_ptr<Script> script, const Scripts& loaded,
                          std::optional<std::chrono::steady_clock::time_point> deadline) {
  const ScriptId id = script->identity->id;
  script->identity->leave();
  // Before UnLoad, which may join threads that wait for the hub: they must wake first.
  runtime_.lane.abandon(id);
  runtime_.hub.live().wake();
  hooks_.call_farewell(*script, HookId::kUnLoad, {}, deadline);
  runtime_.hub.forget_script(id);
  remove_import_directory(*script, loaded);
  forget_modules(*script);
  import_.helpers().remove(id);
  // Functions that it wanted called on this thread keep its namespace.
  if (const auto shared = Shared::of_this_interpreter()) shared->main_calls->sweep_all();
  PyErr_Clear();
}

}  // namespace vhpy::py
