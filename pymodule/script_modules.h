// Which entries of sys.modules came with a script and go with it.
//
// A script's helper modules, the .py files of its own directory that it imports, are its own: a reload runs them anew, so
// that an edited helper takes effect and none keeps the vh of a script that is gone; and a second script in the same
// directory gets copies of its own, so that unloading the first does not break it. Everything else in sys.modules (the
// standard library, installed packages) is shared by all scripts and stays.
//
// Thread: hub, GIL held.
#pragma once

#include "pymodule/python.h"
#include "pymodule/script.h"

namespace vhpy::py {

// The time in which one script is loaded: other scripts' helpers are out of sight meanwhile, so that it imports its own.
class [[nodiscard]] ModulesOfLoad {
 public:
  explicit ModulesOfLoad(const Scripts& others);
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
