// The .py files beside a script, its helper modules: each script imports copies of its own, whenever and on whatever thread
// it does so.
//
// A helper `late.py` of script 3 is known to sys.modules as `vh_files_3.late`: under a name that no other script has, found
// by Python's own import system through a package whose __path__ is the script's directory. So nothing is swapped while
// other threads import, a reload runs helpers anew, and a helper's name tells whose it is. A module of the same name that
// Python finds elsewhere goes first: a file beside a script must not hide the standard library's or a package's.
// importlib.import_module() does not come here; it finds helpers through sys.path (script_modules.h).
//
// Owner: ScriptImport. Thread: any, GIL held.
#pragma once

#include <map>
#include <string>

#include "pymodule/host/script.h"
#include "pymodule/python.h"

namespace vhpy::py {

class ScriptHelpers {
 public:
  // What helpers have to know of their script.
  struct Home {
    std::string package;    // "vh_files_3"
    std::string directory;
    Owned vh;
  };

  // From now on the script's import statements find its helpers. False with an exception set when memory is short.
  bool add(const Script& script);
  // Removes them, and what they import later finds no home. Thread: hub.
  void remove(ScriptId id);
  void clear() { homes_.clear(); }

  // Whose the code with these globals is: a script's, or a helper's. `vh`: what the globals have under kVhKey, may be null.
  // Null: nobody's.
  const Home* home_of(Borrowed globals, Borrowed vh) const;

  // What `import name` in code of `home` gives; null without an exception: `name` is no helper of it.
  Owned import(const Home& home, Borrowed name, Borrowed globals, Borrowed fromlist) const;

  // Whether code with these globals belongs to a script that is gone. It must not bring in files beside other scripts.
  static bool is_of_gone_script(Borrowed globals, Borrowed vh, const Home* home);
  // False with ModuleNotFoundError set if `name` could only be such a file.
  bool may_import_without_home(Borrowed name) const;

 private:
  bool lies_beside_a_script(Borrowed path) const;
  bool all_lie_beside_scripts(Borrowed paths) const;
  bool is_imported_from_elsewhere(const std::string& top) const;
  bool is_found_elsewhere(const std::string& top) const;

  std::map<ScriptId, Home> homes_;
};

}  // namespace vhpy::py
