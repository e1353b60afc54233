// One loaded script: what it is called, its namespace, its own vh module, and the hooks it defines.
//
// Owner: the script table of PythonHost. Thread: hub, inside the script's interpreter for everything that is a Python object.
#pragma once

#include <array>
#include <bitset>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/hooks.h"
#include "core/script_host.h"
#include "pymodule/python.h"
#include "pymodule/runtime.h"

namespace vhpy::py {

struct ScriptInterpreter;

struct Script {
  std::shared_ptr<ScriptIdentity> identity;
  std::shared_ptr<ScriptInterpreter> home;  // the interpreter that it runs in
  ScriptMode mode = ScriptMode::kShared;    // of `home`
  std::optional<ScriptMode> asked_mode;     // for this run of it, also when it is reloaded
  std::string file;         // canonical path: what makes two paths the same script
  std::string directory;    // of `file`; importable while the script is loaded
  bool directory_added = false;  // to sys.path, by this script or by another one from there
  std::string module_name;  // in sys.modules, unique
  Owned code;               // compiled, until it runs
  Owned vh;                 // the script's own instance of the module vh
  Owned module;

  std::array<Owned, kHooks.size()> hooks;       // null: not defined
  std::bitset<kHooks.size()> without_params;    // OnTimer() instead of OnTimer(now)
  std::bitset<kHooks.size()> odd_result_said;   // a result that means nothing was logged once

  std::set<std::string> helpers;   // modules from its directory that came with it
  std::set<std::string> vh_users;  // top-level packages that got its vh when they imported one

  const std::string& name() const { return identity->name; }
  ScriptInfo info() const { return {identity->id, identity->path, mode}; }
};

using Scripts = std::vector<std::unique_ptr<Script>>;

}  // namespace vhpy::py
