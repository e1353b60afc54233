#include "pymodule/batches/batch_guard.h"

#include <fmt/format.h>

#include "pymodule/live/snapshot.h"

namespace vhpy::py {
namespace {

// False with an exception set.
bool add(const ModuleState& state, Borrowed given, BatchGuard& into) {
  const live::User* const user = user_in(*state.shared, given);
  if (user == nullptr) {
    PyErr_Format(PyExc_TypeError, "batch() argument 'only_if' must be a vh.User, several of them, or None, not %s",
                 type_name(given).c_str());
    return false;
  }
  if (user->session == 0) {
    PyErr_SetString(PyExc_ValueError, "batch() argument 'only_if': this hub does not tell sessions apart");
    return false;
  }
  into.push_back({std::string(user->key()), user->session});
  return true;
}

}  // namespace

bool read_guard(const ModuleState& state, Borrowed given, BatchGuard& into) {
  if (given.get() == nullptr || given.get() == Py_None) return true;
  const bool several = user_in(*state.shared, given) == nullptr && PyUnicode_Check(given.get()) == 0;
  const Owned iterator = several ? Owned::steal(PyObject_GetIter(given.get())) : Owned();
  if (!iterator) {
    if (several && PyErr_ExceptionMatches(PyExc_TypeError) == 0) return false;
    PyErr_Clear();
    return add(state, given, into);
  }
  while (const Owned one = Owned::steal(PyIter_Next(iterator.get()))) {
    if (!add(state, one, into)) return false;
  }
  return PyErr_Occurred() == nullptr;
}

std::optional<std::string> first_gone(live::Live& live, const BatchGuard& guard) {
  for (const SameSession& one : guard) {
    if (!live.is_here(one.nick, one.session)) return one.nick;
  }
  return std::nullopt;
}

PyObject* raise_session_gone(const ModuleState& state, const char* function, const std::string& nick) {
  const Owned name = state.codec.decode(nick);
  const char* const text = name ? PyUnicode_AsUTF8(name.get()) : nullptr;
  PyErr_Clear();  // a nick that is no text: its bytes are shown
  return raise(*state.shared, Failure::kSessionGone,
               fmt::format("vh.{}() did not run: {} has left since, or another connection has the nick", function,
                           text != nullptr ? std::string(text) : nick));
}

}  // namespace vhpy::py
