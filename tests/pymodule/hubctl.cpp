#include "tests/pymodule/hubctl.h"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/hooks.h"
#include "pymodule/module.h"
#include "tests/core/plugin/test_plugin.h"
#include "tests/pymodule/short_memory.h"

namespace vhpy::tests {
namespace {

using py::Borrowed;
using py::GilHeld;
using py::GilReleased;
using py::Owned;
using py::ScriptIdentity;

constexpr std::chrono::seconds kLongestJob{60};

// One hub as Python sees it.
struct Control final : py::HubPython {
  Control() = default;
  Control(HubThread* thread_in, PyThreadState* state_in) : thread(thread_in), state(state_in) {
    thread->runtime().python = this;
  }
  bool with_gil(std::int64_t interpreter, const std::function<void()>& body) override {
    if (interpreter != 0) return false;
    if (state == nullptr) state = PyThreadState_New(PyInterpreterState_Main());
    const GilHeld held(state);
    body();
    return true;
  }

  HubThread* thread = nullptr;
  std::unique_ptr<HubThread> owned{};                             // null for the main hub
  PyThreadState* state = nullptr;                                 // of the hub thread; GIL held to write
  std::map<ScriptId, std::shared_ptr<ScriptIdentity>> scripts{};  // GIL held
};

struct HubObject {
  PyObject head;
  Control* control;
};

HubThread* main_hub = nullptr;
PyThreadState* main_state = nullptr;

Control& control(PyObject* self) {
  return *reinterpret_cast<HubObject*>(self)->control;
}

PyObject* time_is_up(const char* what) {
  PyErr_Format(PyExc_TimeoutError, "the hub thread did not %s in time", what);
  return nullptr;
}

// Waits without the GIL until the hub thread has run `job`.
bool on_hub_thread(Control& hub, HubThread::Job job) {
  const GilReleased released;
  return hub.thread->post_and_wait(std::move(job), kLongestJob);
}

PyObject* after(bool done, const char* what) {
  if (!done) return time_is_up(what);
  Py_RETURN_NONE;
}

PyObject* hub_vh(PyObject* self, PyObject* args) {
  unsigned int id = 0;
  const char* name = "test.py";
  if (PyArg_ParseTuple(args, "|Is:vh", &id, &name) == 0) return nullptr;
  auto script = std::make_shared<ScriptIdentity>();
  script->id = id;
  script->name = name;
  script->path = std::string("/fake/scripts/") + name;
  control(self).scripts[id] = script;
  HubThread& thread = *control(self).thread;
  return py::make_vh_module(std::move(script), thread.runtime(), thread.hub().identity()).release();
}

// What a host does when a script is unloaded; null with an exception set if the number is none.
HubThread::Job unloading(Control& hub, PyObject* number) {
  const auto id = static_cast<ScriptId>(PyLong_AsUnsignedLong(number));
  if (PyErr_Occurred() != nullptr) return nullptr;
  return [thread = hub.thread, script = hub.scripts[id], id] {
    if (script) script->leave();
    thread->lane().abandon(id);
    thread->hub().live().wake();
    thread->runtime().events.end_of_script(id);
    thread->hub().forget_script(id);
  };
}

PyObject* hub_unload(PyObject* self, PyObject* number) {
  HubThread::Job job = unloading(control(self), number);
  return job ? after(on_hub_thread(control(self), std::move(job)), "unload the script") : nullptr;
}

PyObject* hub_post_unload(PyObject* self, PyObject* number) {
  HubThread::Job job = unloading(control(self), number);
  if (!job) return nullptr;
  control(self).thread->post(std::move(job));
  Py_RETURN_NONE;
}

PyObject* hub_run(PyObject* self, PyObject* callable) {
  Control& hub = control(self);
  PyObject* result = nullptr;
  Owned error;
  const bool ran = on_hub_thread(hub, [&] {
    hub.with_gil(0, [&] {
      result = PyObject_CallNoArgs(callable);
      if (result == nullptr) error = py::take_exception();
    });
  });
  if (!ran) Py_FatalError("hubctl: a callable has kept the hub thread for a minute");
  if (error) PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
  return result;
}

// An argument of a hook: bytes, int or float.
bool read_argument(PyObject* given, events::Event::Value& into) {
  if (PyBytes_Check(given) != 0) {
    into = std::string(PyBytes_AS_STRING(given), static_cast<std::size_t>(PyBytes_GET_SIZE(given)));
  } else if (PyFloat_Check(given) != 0) {
    into = PyFloat_AS_DOUBLE(given);
  } else {
    into = static_cast<std::int64_t>(PyLong_AsLongLong(given));
  }
  return PyErr_Occurred() == nullptr;
}

// What a host does when a hook is fired that no script defines; null with an exception set.
HubThread::Job firing(Control& hub, PyObject* args, bool allow) {
  std::vector<events::Event::Value> values(static_cast<std::size_t>(PyTuple_GET_SIZE(args) - 1));
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!read_argument(PyTuple_GET_ITEM(args, static_cast<Py_ssize_t>(i + 1)), values[i])) return nullptr;
  }
  const char* const name = PyUnicode_AsUTF8(PyTuple_GET_ITEM(args, 0));
  for (const Hook& row : kHooks) {
    if (name == nullptr || std::string_view(name) != row.name) continue;
    return [&feed = hub.thread->runtime().events, id = row.id, values = std::move(values), allow] {
      std::vector<HookArg> given;
      for (const auto& value : values) {
        given.push_back(std::visit([](const auto& one) -> HookArg { return one; }, value));
      }
      HookResult result;
      result.allow = allow;
      if (feed.wanted(id)) feed.publish(feed.begin(id, given), result);
    };
  }
  if (PyErr_Occurred() == nullptr) PyErr_SetString(PyExc_ValueError, "hubctl: no such hook");
  return nullptr;
}

PyObject* hub_fire(PyObject* self, PyObject* args) {
  HubThread::Job job = firing(control(self), args, true);
  return job ? after(on_hub_thread(control(self), std::move(job)), "fire the hook") : nullptr;
}

PyObject* hub_fire_blocked(PyObject* self, PyObject* args) {
  HubThread::Job job = firing(control(self), args, false);
  return job ? after(on_hub_thread(control(self), std::move(job)), "fire the hook") : nullptr;
}

PyObject* hub_post_fire(PyObject* self, PyObject* args) {
  HubThread::Job job = firing(control(self), args, true);
  if (!job) return nullptr;
  control(self).thread->post(std::move(job));
  Py_RETURN_NONE;
}

PyObject* hub_close_events(PyObject* self, PyObject*) {
  events::Feed& feed = control(self).thread->runtime().events;
  return after(on_hub_thread(control(self), [&feed] { feed.close(); }), "close the events");
}

PyObject* hub_hooks(PyObject*, PyObject*) {
  Owned dict = Owned::steal(PyDict_New());
  for (const Hook& row : kHooks) {
    const Owned count = Owned::steal(PyLong_FromSize_t(row.arity));
    if (!dict || !count || PyDict_SetItemString(dict.get(), row.name, count.get()) != 0) return nullptr;
  }
  return dict.release();
}

Gate* gate_named(Control& hub, PyObject* name) {
  const char* text = PyUnicode_AsUTF8(name);
  if (text == nullptr) return nullptr;
  if (std::string_view(text) == "loop") return &hub.thread->loop_gate();
  if (std::string_view(text) == "operation") return &hub.thread->hub().operation_gate();
  PyErr_Format(PyExc_ValueError, "there is no gate '%s'", text);
  return nullptr;
}

PyObject* hub_hold(PyObject* self, PyObject* name) {
  Gate* gate = gate_named(control(self), name);
  if (gate == nullptr) return nullptr;
  gate->hold();
  control(self).thread->post([] {});  // the loop goes round once more, to the gate
  Py_RETURN_NONE;
}

PyObject* hub_release(PyObject* self, PyObject* name) {
  Gate* gate = gate_named(control(self), name);
  if (gate == nullptr) return nullptr;
  gate->release();
  Py_RETURN_NONE;
}

PyObject* hub_wait_held(PyObject* self, PyObject* name) {
  Gate* gate = gate_named(control(self), name);
  if (gate == nullptr) return nullptr;
  bool held = false;
  {
    const GilReleased released;
    held = gate->wait_held(std::chrono::seconds(30));
  }
  return after(held, "reach the gate");
}

PyObject* hub_begin_draining(PyObject* self, PyObject*) {
  queue::Lane& lane = control(self).thread->lane();
  return after(on_hub_thread(control(self), [&lane] { lane.begin_draining(); }), "begin to drain");
}

PyObject* hub_abort(PyObject* self, PyObject*) {
  queue::Lane& lane = control(self).thread->lane();
  return after(on_hub_thread(control(self), [&lane] { lane.abort(); }), "abort");
}

// While the hub thread stands at a gate: what a program does whose hub thread is stuck.
PyObject* hub_post_abort(PyObject* self, PyObject*) {
  HubThread& thread = *control(self).thread;
  thread.post([&thread] { thread.lane().abort(); });
  Py_RETURN_NONE;
}

PyObject* hub_add_user(PyObject* self, PyObject* args) {
  const char* nick = nullptr;
  Py_ssize_t size = 0;
  long long user_class = 0;
  const char* ip = "192.0.2.1";
  if (PyArg_ParseTuple(args, "y#|Ls:add_user", &nick, &size, &user_class, &ip) == 0) return nullptr;
  control(self).thread->hub().add_user(std::string(nick, static_cast<std::size_t>(size)), user_class, ip);
  Py_RETURN_NONE;
}

PyObject* hub_remove_user(PyObject* self, PyObject* nick) {
  char* bytes = nullptr;
  Py_ssize_t size = 0;
  if (PyBytes_AsStringAndSize(nick, &bytes, &size) != 0) return nullptr;
  control(self).thread->hub().remove_user(std::string(bytes, static_cast<std::size_t>(size)));
  Py_RETURN_NONE;
}

PyObject* hub_sent(PyObject* self, PyObject*) {
  Owned list = Owned::steal(PyList_New(0));
  for (const std::string& line : control(self).thread->hub().sent()) {
    const Owned bytes =
        Owned::steal(PyBytes_FromStringAndSize(line.data(), static_cast<Py_ssize_t>(line.size())));
    if (!list || !bytes || PyList_Append(list.get(), bytes.get()) != 0) return nullptr;
  }
  return list.release();
}

PyObject* hub_start_plugin(PyObject* self, PyObject*) {
  FakeHub& hub = control(self).thread->hub();
  return after(on_hub_thread(control(self), [&hub] { start_test_plugin(hub.dynamic_functions()); }), "start the plugin");
}

PyObject* hub_stop_plugin(PyObject* self, PyObject*) {
  FakeHub& hub = control(self).thread->hub();
  return after(on_hub_thread(control(self), [&hub] { stop_test_plugin(hub.dynamic_functions()); }), "stop the plugin");
}

PyObject* hub_stats(PyObject* self, PyObject*) {
  const queue::StatsView stats = control(self).thread->lane().stats();
  return Py_BuildValue("{sKsKsKsKsKsKsKsKsn}", "depth", stats.depth, "pushed", stats.pushed, "ran", stats.ran,
                       "expired", stats.expired, "cancelled", stats.cancelled, "abandoned", stats.abandoned,
                       "refused_full", stats.refused_full, "refused_closed", stats.refused_closed,
                       "operations", static_cast<Py_ssize_t>(control(self).thread->hub().operations()));
}

// The hub thread ends its Python thread state itself, then its loop.
PyObject* hub_stop(PyObject* self, PyObject*) {
  Control& hub = control(self);
  if (hub.owned == nullptr) Py_RETURN_NONE;
  hub.thread->loop_gate().release();
  hub.thread->hub().operation_gate().release();
  const GilReleased released;
  hub.thread->post([&hub] {
    if (hub.state == nullptr) return;
    PyEval_RestoreThread(hub.state);
    PyThreadState_Clear(hub.state);
    hub.state = nullptr;
    PyThreadState_DeleteCurrent();
  });
  hub.owned->stop();
  Py_INCREF(Py_None);
  return Py_None;
}

PyMethodDef kHubMethods[] = {
    {"vh", hub_vh, METH_VARARGS,
     "vh(id=0, name='test.py'): a new instance of the module vh for that script."},
    {"unload", hub_unload, METH_O, "unload(id): what the hub does when a script is unloaded. Waits."},
    {"post_unload", hub_post_unload, METH_O, "The same, as soon as the hub thread goes on. Does not wait."},
    {"run", hub_run, METH_O, "run(callable): its result, from the hub thread. Waits."},
    {"hold", hub_hold, METH_O,
     "hold(gate): stops the hub thread at its 'loop' or inside the next 'operation'."},
    {"release", hub_release, METH_O, "release(gate): lets it go on."},
    {"wait_held", hub_wait_held, METH_O, "wait_held(gate): waits until the hub thread stands there."},
    {"begin_draining", hub_begin_draining, METH_NOARGS, "The lane refuses new calls. Waits."},
    {"abort", hub_abort, METH_NOARGS, "The lane abandons what is queued. Waits."},
    {"post_abort", hub_post_abort, METH_NOARGS,
     "The same, as soon as the hub thread goes on. Does not wait."},
    {"add_user", hub_add_user, METH_VARARGS, "add_user(nick: bytes, user_class=0, ip='192.0.2.1')."},
    {"remove_user", hub_remove_user, METH_O, "remove_user(nick: bytes)."},
    {"sent", hub_sent, METH_NOARGS, "What was sent, in order, as bytes."},
    {"fire", hub_fire, METH_VARARGS, "fire(hook, *args): what the hub does in a turn in which it fires the hook. Waits."},
    {"fire_blocked", hub_fire_blocked, METH_VARARGS, "The same, and a script blocks it."},
    {"post_fire", hub_post_fire, METH_VARARGS, "The same as fire(), as soon as the hub thread goes on. Does not wait."},
    {"close_events", hub_close_events, METH_NOARGS, "What the hub does with vh.events() when it stops. Waits."},
    {"hooks", hub_hooks, METH_NOARGS, "How many parameters each hook has, by name."},
    {"start_plugin", hub_start_plugin, METH_NOARGS, "Registers the functions of tests/core/plugin. Waits."},
    {"stop_plugin", hub_stop_plugin, METH_NOARGS, "Removes them. Waits."},
    {"stats", hub_stats, METH_NOARGS, "Counters of the lane, and how many operations ran."},
    {"stop", hub_stop, METH_NOARGS, "Ends the hub thread, unless it is the program's main thread. Waits."},
    {nullptr, nullptr, 0, nullptr},
};

int hub_init(PyObject* self, PyObject* args, PyObject* keywords) {
  static const char* const kNames[] = {"encoding", "timeout", "max_commands", "max_bytes", "stuck_after", nullptr};
  const char* encoding = "utf-8";
  double timeout = 10.0;
  Py_ssize_t max_commands = 0;
  Py_ssize_t max_bytes = 0;
  double stuck_after = 60.0;
  if (PyArg_ParseTupleAndKeywords(args, keywords, "|sdnnd:Hub", const_cast<char**>(kNames), &encoding,
                                  &timeout, &max_commands, &max_bytes, &stuck_after) == 0) {
    return -1;
  }
  HubOptions options;
  options.encoding = encoding;
  options.default_timeout = std::chrono::milliseconds(static_cast<std::int64_t>(timeout * 1000.0));
  if (max_commands > 0) options.limits.max_commands = static_cast<std::size_t>(max_commands);
  if (max_bytes > 0) options.limits.max_bytes = static_cast<std::size_t>(max_bytes);
  auto made = std::make_unique<Control>();
  made->owned = std::make_unique<HubThread>(options);
  made->thread = made->owned.get();
  made->thread->runtime().stuck_after = std::chrono::milliseconds(static_cast<std::int64_t>(stuck_after * 1000.0));
  made->thread->runtime().python = made.get();
  made->thread->start();
  reinterpret_cast<HubObject*>(self)->control = made.release();
  return 0;
}

// Instances of vh refer to the hub's runtime, so a hub outlives its Python object: tests make a few dozen.
void hub_dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  if (Control* const hub = reinterpret_cast<HubObject*>(self)->control; hub != nullptr) {
    static std::vector<Control*>& kept = *new std::vector<Control*>;
    Py_XDECREF(hub_stop(self, nullptr));
    kept.push_back(hub);
  }
  type->tp_free(self);
  Py_DECREF(type);
}

PyType_Slot kHubSlots[] = {
    {Py_tp_doc, const_cast<char*>("Hub(encoding='utf-8', timeout=10.0, max_commands=0, max_bytes=0, stuck_after=60.0)")},
    {Py_tp_init, reinterpret_cast<void*>(hub_init)},
    {Py_tp_new, reinterpret_cast<void*>(PyType_GenericNew)},
    {Py_tp_dealloc, reinterpret_cast<void*>(hub_dealloc)},
    {Py_tp_methods, kHubMethods},
    {0, nullptr},
};
PyType_Spec kHubSpec = {"hubctl.Hub", sizeof(HubObject), 0, Py_TPFLAGS_DEFAULT, kHubSlots};

int execute(PyObject* module) {
  const Owned type = Owned::steal(PyType_FromSpec(&kHubSpec));
  if (!type || PyModule_AddObjectRef(module, "Hub", type.get()) != 0) return -1;
  auto* hub_type = reinterpret_cast<PyTypeObject*>(type.get());
  const Owned main = Owned::steal(hub_type->tp_alloc(hub_type, 0));
  if (!main) return -1;
  reinterpret_cast<HubObject*>(main.get())->control = new Control(main_hub, main_state);
  return PyModule_AddObjectRef(module, "main", main.get());
}

// What a call from Python costs at least, with the convention of vh's functions: for comparison.
PyObject* no_op(PyObject*, PyObject* const*, Py_ssize_t, PyObject*) { Py_RETURN_NONE; }
PyMethodDef kFunctions[] = {
    {"call_with_memory_for", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(call_with_memory_for)), METH_FASTCALL,
     "call_with_memory_for(count, callable, *args): its result, when memory runs out after `count` allocations."},
    {"no_op", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(no_op)), METH_FASTCALL | METH_KEYWORDS, "Does nothing."},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef_Slot kSlots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
#if PY_VERSION_HEX >= 0x030D0000
    {Py_mod_gil, Py_MOD_GIL_NOT_USED},  // each hub is used by one thread of a test at a time
#endif
    {0, nullptr}};
PyModuleDef kDefinition = {
    PyModuleDef_HEAD_INIT, "hubctl", "Hubs for tests.", 0, kFunctions, kSlots, nullptr, nullptr, nullptr};

}  // namespace

void install_hubctl(HubThread& main) {
  main_hub = &main;
  PyImport_AppendInittab("hubctl", [] { return PyModuleDef_Init(&kDefinition); });
}

void set_main_thread_state(PyThreadState* state) {
  main_state = state;
}

}  // namespace vhpy::tests
