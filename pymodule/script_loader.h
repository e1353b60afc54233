// Turns a file into a loaded script, and takes a script apart again.
//
// Owner: PythonHost. Thread: hub, GIL held. Blocks: as long as the script's own code does.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "pymodule/hook_call.h"
#include "pymodule/python.h"
#include "pymodule/runtime.h"
#include "pymodule/script.h"
#include "pymodule/script_import.h"

namespace vhpy::py {

// A file that was found, read and compiled, but has not run.
struct ScriptSource {
  std::string path;       // as asked for: vh.path
  std::string file;       // canonical
  std::string directory;  // of `file`
  std::string name;       // file name: vh.name
  Owned code;
};

class ScriptLoader {
 public:
  ScriptLoader(Runtime& runtime, ScriptImport& import, HookCaller& hooks)
      : runtime_(runtime), import_(import), hooks_(hooks) {}

  // Always from the file, never from a cache of compiled code: those go by the time of change in whole seconds, and an
  // operator who edits and reloads is faster. Refuses what is not a readable file of valid Python.
  Result<ScriptSource> read(const std::string& path) const;

  // Runs the source in a module of its own and finds its hooks. If that fails, nothing is left of it but the threads it
  // has started, whose vh calls raise vh.Abandoned. `loaded`: the scripts that are loaded now.
  Result<std::unique_ptr<Script>> run(const ScriptSource& source, ScriptId id, const Scripts& loaded);

  // Calls UnLoad and takes the script, no longer in `loaded`, out of the interpreter; `deadline` as in HookCaller. Its
  // functions and their namespace refer to each other: memory is free after the next PyGC_Collect(), or when the last
  // thread that runs its code has ended.
  void retire(std::unique_ptr<Script> script, const Scripts& loaded,
              std::optional<std::chrono::steady_clock::time_point> deadline = std::nullopt);

 private:
  std::optional<std::string> execute(Script& script, const ScriptSource& source, const Scripts& loaded);

  Runtime& runtime_;
  ScriptImport& import_;
  HookCaller& hooks_;
};

}  // namespace vhpy::py
