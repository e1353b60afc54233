// See hook_lookup.h.
#include "pymodule/hooks/hook_lookup.h"

#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pymodule/host/script_dispatcher.h"
#include "pymodule/host/traceback.h"

namespace vhpy::py {
namespace {

// "OnParsedMsgChat(nick, msg)"
std::string as_called(const Hook& hook) {
  std::string text = fmt::format("{}(", hook.name);
  for (std::size_t i = 0; i < hook.arity; ++i) {
    if (i > 0) text += ", ";
    text += hook.params[i].name;
  }
  return text + ")";
}

// inspect.<function>(callable); null, without an error, where inspect has no answer.
Owned inspect(const char* function, Borrowed callable) {
  const Owned module = Owned::steal(PyImport_ImportModule("inspect"));
  Owned answer =
      module ? Owned::steal(PyObject_CallMethod(module.get(), function, "O", callable.get())) : Owned();
  PyErr_Clear();
  return answer;
}

// Whether a call with `count` positional arguments fits; what `bind` of inspect.Signature says.
bool takes(Borrowed signature, std::size_t count) {
  const Owned bind = Owned::steal(PyObject_GetAttrString(signature.get(), "bind"));
  const Owned arguments = Owned::steal(PyTuple_New(static_cast<Py_ssize_t>(count)));
  if (!bind || !arguments) {
    PyErr_Clear();
    return true;
  }
  for (std::size_t i = 0; i < count; ++i) {
    PyTuple_SET_ITEM(arguments.get(), static_cast<Py_ssize_t>(i), Py_NewRef(Py_None));
  }
  const bool fits = static_cast<bool>(Owned::steal(PyObject_Call(bind.get(), arguments.get(), nullptr)));
  PyErr_Clear();
  return fits;
}

bool is_coroutine_function(Borrowed callable) {
  const Owned answer = inspect("iscoroutinefunction", callable);
  return answer && answer.get() == Py_True;
}

// What is wrong with it; nothing if it can be called. Notes a hook that wants no parameters although there are some.
std::optional<std::string> check(Script& script, const Hook& hook, Borrowed callable) {
  if (is_coroutine_function(callable)) {
    return fmt::format("hook {} is an 'async def': hooks are called on the hub thread, which awaits nothing; start a task "
                       "on an event loop of your own instead", hook.name);
  }
  const Owned signature = inspect("signature", callable);
  if (!signature || takes(signature, hook.arity)) return std::nullopt;  // without a signature: it is called and may raise
  if (hook.id == HookId::kOnTimer && takes(signature, 0)) {
    script.without_params.set(static_cast<std::size_t>(hook.id));
    return std::nullopt;
  }
  return fmt::format("hook {} is defined as {}{}, but is called as {}", hook.name, hook.name, to_log_text(signature),
                     as_called(hook));
}

// What the script has registered with the dispatcher becomes part of its namespace, where hooks are looked for.
void settle_registered(const Script& script, PyObject* names) {
  const Owned settle = Owned::borrow(PyDict_GetItemString(names, kDispatchedKey));
  if (!settle) return;
  if (Owned::steal(PyObject_CallNoArgs(settle.get()))) return;
  spdlog::error("script {}: what it registered with the dispatcher is lost: {}", script.name(), take_raised().line);
}

// Whether it is the dispatcher's own, which takes whatever it is given and checks what is registered.
bool is_joined(Borrowed callable) {
  const Owned own = Owned::steal(PyObject_GetAttrString(callable.get(), "is_joined_by_the_dispatcher"));
  PyErr_Clear();
  return own.get() == Py_True;
}

// What is wrong with a hook of the top level, before the dispatcher's stands in its place.
std::optional<std::string> check_own(Script& script, PyObject* names) {
  for (const Hook& hook : kHooks) {
    const Owned found = Owned::borrow(PyDict_GetItemString(names, hook.name));
    if (!found || PyCallable_Check(found.get()) == 0 || is_joined(found)) continue;
    if (auto problem = check(script, hook, found)) return problem;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> find_hooks(Script& script) {
  PyObject* const names = PyModule_GetDict(script.module.get());
  std::optional<std::string> wrong = check_own(script, names);
  settle_registered(script, names);
  script.hooks = {};
  script.without_params.reset();
  for (const Hook& hook : kHooks) {
    Owned found = Owned::borrow(PyDict_GetItemString(names, hook.name));
    if (!found) continue;
    if (PyCallable_Check(found.get()) == 0) {
      spdlog::warn("script {}: {} is named like a hook but cannot be called; ignored", script.name(), hook.name);
      continue;
    }
    if (auto problem = check(script, hook, found)) {
      if (!wrong) wrong = std::move(problem);
    } else {
      script.hooks[static_cast<std::size_t>(hook.id)] = std::move(found);
    }
  }
  return wrong;
}

bool has_registered(const Script& script) {
  return PyDict_GetItemString(PyModule_GetDict(script.module.get()), kDispatchedKey) != nullptr;
}

}  // namespace vhpy::py
