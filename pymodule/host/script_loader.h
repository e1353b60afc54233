// Turns a file into a loaded script, and takes a script apart again.
//
// Owner: PythonHost. Thread: hub, inside the script's interpreter. Blocks: as long as the script's own code does.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"
#include "pymodule/hooks/hook_call.h"
#include "pymodule/host/script.h"
#include "pymodule/host/script_file.h"
#include "pymodule/python.h"
#include "pymodule/runtime.h"

namespace vhpy::py {

// What UnLoad of one script may take while the hub goes on; then it is interrupted.
inline constexpr std::chrono::seconds kUnLoadTime{5};

class ScriptLoader {
 public:
  ScriptLoader(Runtime& runtime, HookCaller& hooks) : runtime_(runtime), hooks_(hooks) {}

  // A script that has not run, with no id yet. Refuses what is not valid Python.
  Result<std::unique_ptr<Script>> compile(const ScriptFile& file, std::shared_ptr<ScriptInterpreter> home) const;

  // Runs it in a module of its own and finds its hooks. If that fails, nothing is left of it but the threads it has started,
  // whose vh calls raise vh.Abandoned. `loaded`: the scripts that are loaded now, in whatever interpreter.
  Result<std::unique_ptr<Script>> run(std::unique_ptr<Script> script, ScriptId id, const Scripts& loaded);

  // Calls UnLoad and takes the script, no longer in `loaded`, out of the interpreter; `deadline` as in HookCaller. Its
  // functions and their namespace refer to each other: memory is free after the next PyGC_Collect(), or when the last
  // thread that runs its code has ended.
  void retire(std::unique_ptr<Script> script, const Scripts& loaded, std::chrono::steady_clock::time_point deadline);

 private:
  std::optional<std::string> execute(Script& script, const Scripts& loaded);

  Runtime& runtime_;
  HookCaller& hooks_;
};

}  // namespace vhpy::py
