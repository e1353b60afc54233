// See script_import.h.
#include "pymodule/host/script_import.h"

#include <array>
#include <string_view>

#include "pymodule/host/traceback.h"
#include "pymodule/locked.h"

namespace vhpy::py {
namespace {

constexpr std::size_t kParameters = 5;
constexpr std::array<const char*, kParameters> kParameterNames{"name", "globals", "locals", "fromlist", "level"};
constexpr const char* kCapsule = "vhpy.ScriptImport";

// The arguments by position; null where not given.
using Parameters = std::array<PyObject*, kParameters>;

// False, without an error, if the call is not one that the real function would take: that one then says why.
bool bind(PyObject* const* arguments, Py_ssize_t count, Borrowed keywords, Parameters& into) {
  if (count > static_cast<Py_ssize_t>(kParameters)) return false;
  for (Py_ssize_t i = 0; i < count; ++i) into[static_cast<std::size_t>(i)] = arguments[i];
  const Py_ssize_t named = keywords ? PyTuple_GET_SIZE(keywords.get()) : 0;
  for (Py_ssize_t i = 0; i < named; ++i) {
    std::size_t at = 0;
    while (at < kParameters && PyUnicode_CompareWithASCIIString(PyTuple_GET_ITEM(keywords.get(), i),
                                                                kParameterNames[at]) != 0) {
      ++at;
    }
    if (at == kParameters || into[at] != nullptr) return false;
    into[at] = arguments[count + i];
  }
  return into[0] != nullptr && PyUnicode_Check(into[0]);
}

// "vh" or "vh.something": decided by three characters, since every import statement of the process asks.
bool names_vh(Borrowed name) {
  PyObject* const text = name.get();
  const Py_ssize_t length = PyUnicode_GET_LENGTH(text);
  return length >= 2 && PyUnicode_READ_CHAR(text, 0) == 'v' && PyUnicode_READ_CHAR(text, 1) == 'h' &&
         (length == 2 || PyUnicode_READ_CHAR(text, 2) == '.');
}

bool is_absolute(Borrowed level) {
  if (!level) return true;
  const long value = PyLong_AsLong(level.get());
  if (value == -1 && PyErr_Occurred()) PyErr_Clear();
  return value == 0;
}

// vh.aio and the like are attributes of each instance, not modules that could be found by name.
Owned part_of(Borrowed vh, Borrowed name, Borrowed fromlist) {
  const bool whole = PyUnicode_GET_LENGTH(name.get()) == 2;
  Owned part = vh.own();
  if (!whole) {
    const Owned tail = Owned::steal(PyUnicode_Substring(name.get(), 3, PyUnicode_GET_LENGTH(name.get())));
    if (!tail) return {};
    part = Owned::steal(PyObject_GetAttr(vh.get(), tail.get()));
    if (!part && PyErr_ExceptionMatches(PyExc_AttributeError)) {
      PyErr_Clear();
      PyErr_Format(PyExc_ModuleNotFoundError, "No module named %R", name.get());
    }
    if (!part) return {};
  }
  const int wants_part = fromlist ? PyObject_IsTrue(fromlist.get()) : 0;
  if (wants_part < 0) return {};
  return wants_part ? std::move(part) : vh.own();
}

PyObject* import_entry(PyObject* self, PyObject* const* arguments, Py_ssize_t count, PyObject* keywords) {
  auto* const owner = static_cast<ScriptImport*>(PyCapsule_GetPointer(self, kCapsule));
  return owner == nullptr ? nullptr : owner->import(arguments, count, keywords);
}

PyMethodDef import_def{"__import__", reinterpret_cast<PyCFunction>(reinterpret_cast<void (*)()>(import_entry)),
                       METH_FASTCALL | METH_KEYWORDS,
                       "Imports a module. Inside a hub's script, vh is the script's own instance of that module."};

}  // namespace

bool ScriptImport::install() {
  hub_thread_ = std::this_thread::get_id();
  key_ = Owned::steal(PyUnicode_InternFromString(kVhKey));
  const Owned builtins = Owned::steal(PyImport_ImportModule("builtins"));
  const Owned capsule = Owned::steal(PyCapsule_New(this, kCapsule, nullptr));
  if (!key_ || !builtins || !capsule) return false;
  Owned previous = Owned::steal(PyObject_GetAttrString(builtins.get(), "__import__"));
  const Owned ours = Owned::steal(PyCFunction_New(&import_def, capsule.get()));
  if (!previous || !ours) return false;
  const bool is_pythons_own =
      PyCFunction_Check(previous.get()) && PyCFunction_GET_SELF(previous.get()) == builtins.get();
  if (!is_pythons_own) previous_ = std::move(previous);
  return PyObject_SetAttrString(builtins.get(), "__import__", ours.get()) == 0;
}

void ScriptImport::clear() {
  const Locked here;
  helpers_.clear();
  key_.reset();
  previous_.reset();
}

PyObject* ScriptImport::import(PyObject* const* arguments, Py_ssize_t count, Borrowed keywords) {
  if (Owned ours = import_ours(arguments, count, keywords)) return ours.release();
  return PyErr_Occurred() ? nullptr : pass_on(arguments, count, keywords).release();
}

Owned ScriptImport::import_ours(PyObject* const* arguments, Py_ssize_t count, Borrowed keywords) {
  const Locked here;
  Parameters given{};
  if (key_ && bind(arguments, count, keywords, given) && is_absolute(given[4])) {
    // Called as a function, __import__("vh") need not say whose globals it is called from.
    const Borrowed globals = given[1] != nullptr && given[1] != Py_None ? given[1] : PyEval_GetGlobals();
    if (names_vh(given[0])) {
      if (const Owned vh = vh_of(globals)) return part_of(vh, given[0], given[3]);
    } else {
      return helper_of(given[0], globals, given[3]);
    }
  }
  return {};
}

Owned ScriptImport::vh_of(Borrowed globals) {
  if (!globals || !PyDict_Check(globals.get())) return {};
  if (PyObject* const found = PyDict_GetItemWithError(globals.get(), key_.get())) return Owned::borrow(found);
  if (PyErr_Occurred()) return {};
  if (const ScriptHelpers::Home* const home = helpers_.home_of(globals, nullptr)) {
    // Kept, so that code which outlives its script has no other's vh.
    Owned vh = Owned::borrow(home->vh.get());
    return PyDict_SetItem(globals.get(), key_.get(), vh.get()) == 0 ? std::move(vh) : Owned();
  }
  return adopt(globals);
}

Owned ScriptImport::helper_of(Borrowed name, Borrowed globals, Borrowed fromlist) {
  if (!globals || !PyDict_Check(globals.get())) return {};
  PyObject* const vh = PyDict_GetItemWithError(globals.get(), key_.get());
  if (vh == nullptr && PyErr_Occurred() != nullptr) return {};
  const ScriptHelpers::Home* const home = helpers_.home_of(globals, vh);
  if (home != nullptr) return helpers_.import(*home, name, globals, fromlist);
  if (ScriptHelpers::is_of_gone_script(globals, vh, home)) static_cast<void>(helpers_.may_import_without_home(name));
  return {};
}

Owned ScriptImport::adopt(Borrowed globals) {
  if (std::this_thread::get_id() != hub_thread_ || running_ == nullptr || !running_->vh) return {};
  Script& script = *running_;
  if (PyDict_SetItem(globals.get(), key_.get(), script.vh.get()) != 0) return {};
  if (PyObject* const name = PyDict_GetItemString(globals.get(), "__name__"); name != nullptr && PyUnicode_Check(name)) {
    const std::string text = to_log_text(name);
    script.vh_users.insert(text.substr(0, text.find('.')));
  }
  return Owned::borrow(script.vh.get());
}

Owned ScriptImport::pass_on(PyObject* const* arguments, Py_ssize_t count, Borrowed keywords) {
  if (previous_) {
    return Owned::steal(
        PyObject_Vectorcall(previous_.get(), arguments, static_cast<std::size_t>(count), keywords.get()));
  }
  Parameters given{};
  const bool bound = bind(arguments, count, keywords, given);
  const int level = bound && given[4] != nullptr ? static_cast<int>(PyLong_AsLong(given[4])) : 0;
  if (bound && !(level == -1 && PyErr_Occurred())) {
    return Owned::steal(PyImport_ImportModuleLevelObject(given[0], given[1], given[2], given[3], level));
  }
  if (!PyErr_Occurred()) PyErr_SetString(PyExc_TypeError, "__import__(name, globals, locals, fromlist, level)");
  return {};
}

}  // namespace vhpy::py
