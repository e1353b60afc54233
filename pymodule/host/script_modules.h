// Which entries of sys.modules came with a script by other ways than an import statement, and go with it.
//
// Import statements find a script's helpers through script_helpers.h. importlib.import_module() looks in sys.path, where
// the script's directory stands last; what it brings from there while a script is loaded is the script's own, as far as the
// one name in sys.modules allows. Everything else in sys.modules (the standard library, installed packages) is shared by
// all scripts and stays.
//
// Thread: hub, GIL held.
#pragma once

#include <string>
#include <string_view>

#include "pymodule/host/script.h"
#include "pymodule/python.h"

namespace vhpy::py {

// A Python file in `directory` or beneath it, unless a virtual environment that happens to be there holds it.
bool is_helper_file(std::string_view file, const std::string& directory);
// The same for a file of any kind, or a folder.
bool is_helper_path(std::string_view path, const std::string& directory);

// The time in which one script is loaded: other scripts' helpers are out of sight meanwhile, so that it imports its own.
class [[nodiscard]] ModulesOfLoad {
 public:
  ModulesOfLoad(const Script& script, const Scripts& others);
  // Puts back what was out of sight, where the script has not imported its own.
  ~ModulesOfLoad();
  ModulesOfLoad(const ModulesOfLoad&) = delete;
  ModulesOfLoad& operator=(const ModulesOfLoad&) = delete;

  // Notes in `script` the helpers that are new. After its code has run, well or not.
  void claim_helpers(Script& script) const;

 private:
  Owned before_;     // set of names; null when memory is short: nothing is claimed
  Owned set_aside_;  // dict of name to module
};

// Removes the script itself and what came with it from sys.modules. Modules live on as long as somebody uses them.
void forget_modules(const Script& script);

// Makes the script's directory importable, after everything that is already there: a file beside a script must not hide
// the standard library's or a package's module of the same name. And the way back, unless `others` need it.
void add_import_directory(Script& script, const Scripts& others);
void remove_import_directory(const Script& script, const Scripts& others);

}  // namespace vhpy::py
