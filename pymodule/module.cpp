#include "pymodule/module.h"

#include <memory>
#include <new>
#include <span>
#include <string_view>
#include <utility>

#include "core/api_version.h"
#include "core/constants.h"
#include "pymodule/batches/batch.h"
#include "pymodule/errors.h"
#include "pymodule/events/events.h"
#include "pymodule/fork_guard.h"
#include "pymodule/functions.h"
#include "pymodule/live/live_functions.h"
#include "pymodule/live_attributes.h"
#include "pymodule/locked.h"
#include "pymodule/module_state.h"
#include "pymodule/on_main.h"
#include "pymodule/stats.h"

namespace vhpy::py {
namespace {

constexpr const char* kModuleDoc =
    "The hub, callable from any thread and any coroutine.\n\n"
    "On the hub thread (in hooks) a call runs at once. On any other thread it is handed to the hub thread "
    "and waits for\n"
    "the answer without the GIL. vh.aio has the same functions for coroutines: they return a vh.Future to "
    "await.\n"
    "Failures are vh.Error or one of its subclasses; a hub that merely refuses answers False or None.";

constexpr const char* kAioDoc =
    "The functions of vh for coroutines. Each hands the call over at once and returns a vh.Future, which is "
    "awaited on\n"
    "asyncio or uvloop, or asked for its result() on a thread. Raises vh.QueueFull rather than wait for "
    "room.";

constexpr const char* kPostDoc =
    "The functions of vh for callers that do not wait. Each hands the call over at once and returns None; a "
    "failure goes\n"
    "to the hub's log. Raises vh.QueueFull rather than wait for room. In hooks the call runs at once.";
constexpr const char* kCachedDoc =
    "The functions of vh that only read, answered from the live copy of the hub: no queue, no wait, on any "
    "thread. The\n"
    "copy is made anew at the end of each turn of the hub thread in which something has changed; see "
    "vh.wait_version().";

// What modules imported by code that belongs to no script are made of: set once by install_module(), before
// any interpreter runs, and only read afterwards.
struct Installed {
  Runtime* runtime = nullptr;
  HubIdentity hub{};
};
Installed& installed() {
  static Installed value;
  return value;
}

// The hub's own thread asks the hub; others take what it said when the module was installed.
HubIdentity installed_hub() {
  const Installed& known = installed();
  return known.runtime->lane.on_consumer_thread() ? known.runtime->hub.identity() : known.hub;
}

bool add(Borrowed module, const char* name, const Owned& value) {
  return value && PyModule_AddObjectRef(module.get(), name, value.get()) == 0;
}

// Scripts compare the tuple with the versions of Verlihub's plugin that they know.
bool add_version(Borrowed module) {
  const auto& [major, minor, patch, build] = kApiVersion;
  return add(module, "__version__", Owned::steal(Py_BuildValue("(iiii)", major, minor, patch, build))) &&
         add(module, "__version_string__", Owned::steal(PyUnicode_FromString(VHPY_VERSION)));
}

bool add_constants(Borrowed module) {
  for (const Constant& constant : kConstants) {
    if (!add(module, constant.name.data(), Owned::steal(PyLong_FromLongLong(constant.value)))) return false;
  }
  return true;
}

bool add_shared(Borrowed module, const Shared& shared) {
  for (std::size_t i = 0; i < kFailures; ++i) {
    const char* name = failure_name(static_cast<Failure>(i));
    if (PyModule_AddObjectRef(module.get(), name, shared.exceptions[i].get()) != 0) return false;
  }
  return PyModule_AddObjectRef(module.get(), "Future", shared.future_type.get()) == 0 &&
         PyModule_AddObjectRef(module.get(), "context", shared.context_type.get()) == 0 &&
         PyModule_AddObjectRef(module.get(), "Snapshot", shared.snapshot_type.get()) == 0 &&
         PyModule_AddObjectRef(module.get(), "Users", shared.users_type.get()) == 0 &&
         PyModule_AddObjectRef(module.get(), "User", shared.user_type.get()) == 0 &&
         PyModule_AddObjectRef(module.get(), "Event", shared.event_type.get()) == 0 &&
         PyModule_AddObjectRef(module.get(), "EventStream", shared.event_stream_type.get()) == 0;
}

bool add_hub(Borrowed module, const TextCodec& codec, const HubIdentity& hub) {
  return add(module, "basedir", Owned::steal(PyUnicode_DecodeFSDefault(hub.config_dir.c_str()))) &&
         add(module, "config_name", codec.decode(hub.config_name)) &&
         add(module, "encoding", codec.decode(codec.encoding())) &&
         add(module, "starttime", Owned::steal(PyLong_FromLongLong(hub.start_time)));
}

bool add_identity(Borrowed module, const ScriptIdentity& script) {
  return add(module, "myid", Owned::steal(PyLong_FromUnsignedLong(script.id))) &&
         add(module, "name", Owned::steal(PyUnicode_DecodeFSDefault(script.name.c_str()))) &&
         add(module, "path", Owned::steal(PyUnicode_DecodeFSDefault(script.path.c_str())));
}

bool add_functions(Borrowed module, Borrowed into, std::span<PyMethodDef> functions) {
  const Owned module_name = Owned::steal(PyModule_GetNameObject(into.get()));
  for (PyMethodDef& function : functions) {
    // Bound to vh itself, also those of vh.aio: that is where their state is.
    const Owned bound =
        module_name ? Owned::steal(PyCFunction_NewEx(&function, module.get(), module_name.get())) : Owned();
    if (!add(into, function.ml_name, bound)) return false;
  }
  return static_cast<bool>(module_name);
}

// A namespace of vh with every function that has the form.
bool add_form(Borrowed module, Form form, const char* name, const char* full_name, const char* doc) {
  const Owned names = Owned::steal(PyModule_New(full_name));
  return names && PyModule_SetDocString(names.get(), doc) == 0 && add_functions(module, names, functions_of(form)) &&
         (form != Form::kCached || add_functions(module, names, {cached_getattr(), 1})) && add(module, name, names);
}

bool add_forms(Borrowed module) {
  return add_functions(module, module, functions_of(Form::kSync)) &&
         add_functions(module, module, {&on_main_method, 1}) && add_functions(module, module, {&batch_method, 1}) &&
         add_functions(module, module, {&events_method, 1}) && add_functions(module, module, {&stats_method, 1}) &&
         add_form(module, Form::kAwaitable, "aio", "vh.aio", kAioDoc) &&
         add_form(module, Form::kPosted, "post", "vh.post", kPostDoc) &&
         add_form(module, Form::kCached, "cached", "vh.cached", kCachedDoc);
}

// Whose the module is and which hub it speaks to, and the attributes that follow from that.
bool bind_module(Borrowed module, Runtime& runtime, const HubIdentity& hub, std::shared_ptr<ScriptIdentity> script) {
  ModuleState& state = module_state(module);
  state.runtime = &runtime;
  state.live = &runtime.hub.live();
  state.identity = std::move(script);
  state.codec = TextCodec::named(hub.encoding);
  return add_hub(module, state.codec, hub) && add_identity(module, *state.identity);
}

int fill(PyObject* module, Runtime& runtime) {
  auto shared = Shared::of_this_interpreter();
  if (!shared) return -1;
  auto* slot = static_cast<ModuleStateSlot*>(PyModule_GetState(module));
  slot->state = new ModuleState{&runtime, nullptr, {}, std::move(shared), &runtime.hub.live()};
  const bool filled = bind_module(module, runtime, installed_hub(), std::make_shared<ScriptIdentity>()) &&
                      add_forms(module) && add_functions(module, module, live_functions()) &&
                      add_constants(module) && add_shared(module, *slot->state->shared) &&
                      add_version(module) && add_live_attributes(module);
  return filled ? 0 : -1;
}

int execute(PyObject* module) {
  if (installed().runtime == nullptr) {
    PyErr_SetString(PyExc_ImportError, "vh is only there inside a hub");
    return -1;
  }
  try {
    return fill(module, *installed().runtime);
  } catch (const std::bad_alloc&) {
    PyErr_NoMemory();
    return -1;
  }
}

void free_state(void* module) {
  auto* slot = static_cast<ModuleStateSlot*>(PyModule_GetState(static_cast<PyObject*>(module)));
  if (slot == nullptr) return;  // asked before the initialisation had begun
  delete std::exchange(slot->state, nullptr);
}

PyModuleDef_Slot kSlots[] = {
    {Py_mod_exec, reinterpret_cast<void*>(execute)},
#if PY_VERSION_HEX >= 0x030C0000
    // All state is per module or per interpreter; what the process shares is not written after
    // install_module().
    {Py_mod_multiple_interpreters, Py_MOD_PER_INTERPRETER_GIL_SUPPORTED},
#endif
#if PY_VERSION_HEX >= 0x030D0000
    // What the GIL guards has a lock of its own there (locked.h).
    {Py_mod_gil, VHPY_FREE_THREADED ? Py_MOD_GIL_NOT_USED : Py_MOD_GIL_USED},
#endif
    {0, nullptr},
};

PyModuleDef kDefinition = {
    PyModuleDef_HEAD_INIT,
    "vh",
    kModuleDoc,
    sizeof(ModuleStateSlot),
    nullptr,  // functions are added one by one, because those of vh.aio are bound to vh as well
    kSlots,
    nullptr,  // the state holds no Python references of its own: nothing to traverse or clear
    nullptr,
    free_state,
};

PyObject* initialise() {
  return PyModuleDef_Init(&kDefinition);
}

Owned make_spec() {
  const Owned machinery = Owned::steal(PyImport_ImportModule("importlib.machinery"));
  if (!machinery) return {};
  return Owned::steal(PyObject_CallMethod(machinery.get(), "ModuleSpec", "sO", "vh", Py_None));
}

}  // namespace

void install_module(Runtime& runtime) {
  installed() = {&runtime, runtime.hub.identity()};
  install_fork_guard();
  if (PyImport_AppendInittab("vh", initialise) != 0) throw std::bad_alloc();
}

Owned make_vh_module(std::shared_ptr<ScriptIdentity> script) {
  return make_vh_module(std::move(script), *installed().runtime, installed_hub());
}

Owned make_vh_module(std::shared_ptr<ScriptIdentity> script, Runtime& runtime, const HubIdentity& hub) {
  const Owned spec = make_spec();
  if (!spec || initialise() == nullptr) return {};
  Owned module = Owned::steal(PyModule_FromDefAndSpec(&kDefinition, spec.get()));
  if (!module || PyModule_ExecDef(module.get(), &kDefinition) != 0) return {};
  return bind_module(module, runtime, hub, std::move(script)) ? std::move(module) : Owned();
}

}  // namespace vhpy::py
