// Which vh an `import vh` gets: each script its own, in whatever thread its code runs.
//
// One replacement of builtins.__import__ serves the whole interpreter. A copy of the builtins per script would be simpler
// to look up, but whatever code adds to builtins at run time (gettext.install() does) would then be seen by one script
// only, and Python's own fast paths compare the builtins of caller and callee.
//
// The rule, for the name "vh" or "vh.<anything>" imported absolutely:
//   1. the importing code's globals have a vh (key kVhKey), or are those of a script's helper (script_helpers.h): that
//      script's. Scripts have the key from the start;
//   2. else, on the hub thread while it loads a script or runs its hook: that script's, which the importing module then
//      keeps. So helper modules belong to the script that brought them;
//   3. else the instance in sys.modules, which belongs to no script (vh.myid is 0).
// Other names may be those of the script's helper modules. The rest goes on to the import function that was there before.
//
// Owner: PythonHost; must outlive the interpreter. Thread: any, GIL held, unless said otherwise.
#pragma once

#include <thread>

#include "pymodule/host/script.h"
#include "pymodule/host/script_helpers.h"
#include "pymodule/python.h"

namespace vhpy::py {

// Where a namespace keeps its vh. A plain entry of the globals, so that it lives exactly as long as code that can ask.
inline constexpr const char* kVhKey = "__vh__";

class ScriptImport {
 public:
  ScriptImport() = default;
  ScriptImport(const ScriptImport&) = delete;
  ScriptImport& operator=(const ScriptImport&) = delete;

  // Replaces builtins.__import__. Thread: hub. False with a Python exception set when memory is short.
  bool install();
  // Gives our references back; the replacement stays and must not be called again. Thread: hub, before Python ends.
  void clear();

  // Code that the hub thread runs in the scope belongs to `script`. Thread: hub.
  class [[nodiscard]] Running {
   public:
    Running(ScriptImport& owner, Script& script) noexcept : owner_(owner), before_(owner.running_) {
      owner.running_ = &script;
    }
    ~Running() { owner_.running_ = before_; }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;

   private:
    ScriptImport& owner_;
    Script* before_;
  };

  ScriptHelpers& helpers() noexcept { return helpers_; }

  // The body of our __import__: the arguments as Python gives them.
  PyObject* import(PyObject* const* arguments, Py_ssize_t count, Borrowed keywords);

 private:
  // A script's own vh, or helper module; null without an error: it is neither; null with one: it failed.
  Owned import_ours(PyObject* const* arguments, Py_ssize_t count, Borrowed keywords);
  // New reference; null without an error: rule 3 applies; null with one: it failed.
  Owned vh_of(Borrowed globals);
  Owned adopt(Borrowed globals);
  Owned helper_of(Borrowed name, Borrowed globals, Borrowed fromlist);
  Owned pass_on(PyObject* const* arguments, Py_ssize_t count, Borrowed keywords);

  std::thread::id hub_thread_;
  Script* running_ = nullptr;  // hub thread only
  ScriptHelpers helpers_;
  Owned key_;                  // kVhKey
  Owned previous_;             // the import function that was there before; null = Python's own, which is called directly
};

}  // namespace vhpy::py
