#include "pymodule/events/events.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <string>
#include <string_view>
#include <utility>

#include "core/hooks.h"
#include "pymodule/errors.h"
#include "pymodule/events/event_stream.h"
#include "pymodule/fork_guard.h"
#include "pymodule/locked.h"
#include "pymodule/module_state.h"

namespace vhpy::py {
namespace {

constexpr const char* kName = "events";
constexpr std::size_t kMaxEvents = 1'000'000;
constexpr std::size_t kMinBytes = 4096, kMaxBytes = std::size_t{1} << 30;

bool refuse_name(const std::string& name) {
  std::string known;
  for (const Hook& row : kHooks) {
    if (events::is_event(row.id)) known += (known.empty() ? "" : ", ") + std::string(row.name);
    if (name != row.name) continue;
    PyErr_Format(PyExc_ValueError, "events(): %s is no event: it ends the stream", row.name);
    return false;
  }
  PyErr_SetString(PyExc_ValueError, fmt::format("events(): there is no hook '{}'; there are {}", name, known).c_str());
  return false;
}

// False with an exception set.
bool read_hook(PyObject* given, events::HookSet& into) {
  if (PyUnicode_Check(given) == 0) {
    PyErr_Format(PyExc_TypeError, "events() takes names of hooks as str, not %s", Py_TYPE(given)->tp_name);
    return false;
  }
  const char* const bytes = PyUnicode_AsUTF8(given);
  if (bytes == nullptr) return false;
  const std::string name(bytes);
  const auto row = std::find_if(kHooks.begin(), kHooks.end(),
                                [&](const Hook& one) { return name == one.name && events::is_event(one.id); });
  if (row == kHooks.end()) return refuse_name(name);
  into |= events::only(row->id);
  return true;
}

bool read_hooks(PyObject* names, events::HookSet& into) {
  const Py_ssize_t count = PyTuple_GET_SIZE(names);
  if (count == 0) {
    PyErr_SetString(PyExc_TypeError, "events() needs the name of at least one hook");
    return false;
  }
  for (Py_ssize_t i = 0; i < count; ++i) {
    if (!read_hook(PyTuple_GET_ITEM(names, i), into)) return false;
  }
  return true;
}

bool read_size(PyObject* given, const char* name, std::size_t least, std::size_t most, std::size_t& into) {
  if (given == nullptr) return true;
  if (PyLong_Check(given) == 0) {
    PyErr_Format(PyExc_TypeError, "events() argument '%s' must be int, not %s", name, Py_TYPE(given)->tp_name);
    return false;
  }
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(given, &overflow);
  if (overflow != 0 || number < static_cast<long long>(least) || number > static_cast<long long>(most)) {
    PyErr_Format(PyExc_ValueError, "events() argument '%s' must be %zu to %zu, not %S", name, least, most, given);
    return false;
  }
  into = static_cast<std::size_t>(number);
  return true;
}

bool read_overflow(PyObject* given, events::Overflow& into) {
  constexpr std::pair<const char*, events::Overflow> kWords[] = {{"drop_oldest", events::Overflow::kDropOldest},
                                                                 {"drop_newest", events::Overflow::kDropNewest},
                                                                 {"close", events::Overflow::kClose}};
  if (given == nullptr) return true;
  if (PyUnicode_Check(given) != 0) {
    for (const auto& [word, value] : kWords) {
      if (PyUnicode_CompareWithASCIIString(given, word) != 0) continue;
      into = value;
      return true;
    }
  }
  PyErr_Format(PyExc_ValueError, "events() argument 'overflow' must be 'drop_oldest', 'drop_newest' or 'close', not %R", given);
  return false;
}

bool read(PyObject* args, PyObject* keywords, events::StreamOptions& into) {
  static const char* const kNames[] = {"maxsize", "overflow", "max_bytes", nullptr};
  PyObject *maxsize = nullptr, *overflow = nullptr, *max_bytes = nullptr;
  const Owned none = Owned::steal(PyTuple_New(0));
  return none &&
         PyArg_ParseTupleAndKeywords(none.get(), keywords, "|$OOO:events", const_cast<char**>(kNames), &maxsize, &overflow,
                                     &max_bytes) != 0 &&
         read_hooks(args, into.hooks) && read_size(maxsize, "maxsize", 1, kMaxEvents, into.max_events) &&
         read_size(max_bytes, "max_bytes", kMinBytes, kMaxBytes, into.max_bytes) && read_overflow(overflow, into.overflow);
}

PyObject* open(PyObject* module, const events::StreamOptions& options) {
  ModuleState& state = module_state(module);
  const std::shared_ptr<events::Stream> stream = state.runtime->events.open(options);
  if (stream == nullptr) {
    return raise(*state.shared, Failure::kQueueFull,
                 fmt::format("vh.events(): there are {} streams already; close some", events::Feed::kMaxStreams));
  }
  Owned object = make_event_stream(module, stream);
  if (!object) return nullptr;
  // From here on the stream closes with the object, whatever is raised.
  if (state.identity->has_left()) return raise_gone(*state.shared, kName);
  if (stream->end() == events::End::kHubClosed) {
    return raise(*state.shared, Failure::kClosed, "vh.events(): the hub is closing");
  }
  return object.release();
}

PyObject* make_events(PyObject* module, PyObject* args, PyObject* keywords) {
  const ModuleState& state = module_state(module);
  events::StreamOptions options;
  options.owner = state.identity->id;
  if (!read(args, keywords, options)) return nullptr;
  if (in_forked_child()) return raise_forked(*state.shared, kName);
  try {
    return open(module, options);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
}

}  // namespace

PyMethodDef events_method{
    kName, reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(locked<make_events>)), METH_VARARGS | METH_KEYWORDS,
    "events($module, /, *hooks, maxsize=1024, overflow='drop_oldest', max_bytes=4194304)\n--\n\n"
    "A stream of what happens from now on, a vh.EventStream of vh.Event, for code that only wants to know:\n\n"
    "    for e in vh.events('OnUserLogin', 'OnUserLogout'): print(e.hook, e.nick)        # on a thread\n"
    "    async for e in vh.events('OnParsedMsgChat'): ...                                 # in a coroutine\n\n"
    "An event comes when all scripts have answered the hook: e.allowed is False if one has blocked it, and text that one\n"
    "has substituted is in its place. The hub thread fills the stream without the GIL and never waits for it. It holds up to\n"
    "maxsize events and max_bytes bytes; when it is full, overflow says what is left out: 'drop_oldest', 'drop_newest', or\n"
    "'close', which ends it. e.skipped and stream.skipped count what was left out. The stream ends when it is closed, the\n"
    "script is unloaded or the hub stops. Any thread; blocks not. Raises ValueError for a name that is no hook."};

}  // namespace vhpy::py
