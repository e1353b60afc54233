#include "pymodule/live_attributes.h"

#include <array>
#include <optional>
#include <string>

#include "core/live/live.h"
#include "pymodule/module_state.h"

namespace vhpy::py {
namespace {

struct LiveAttribute {
  const char* name;
  std::string HubIdentity::*of_hub;
  std::string live::Contents::*of_view;
};

constexpr std::array<LiveAttribute, 2> kAttributes{{
    {"botname", &HubIdentity::bot_nick, &live::Contents::bot_nick},
    {"opchatname", &HubIdentity::op_chat_nick, &live::Contents::op_chat_nick},
}};

// The hub thread asks the hub: a script may have renamed the bot this instant.
std::string value_of(const ModuleState& state, const LiveAttribute& attribute) {
  if (state.runtime->lane.on_consumer_thread()) return state.runtime->hub.identity().*attribute.of_hub;
  return state.runtime->hub.live().read(
      [&](const live::View& view) { return view.contents().*attribute.of_view; });
}

PyObject* get_attribute(PyObject* module, PyObject* name) {
  for (const LiveAttribute& attribute : kAttributes) {
    if (PyUnicode_Check(name) == 0 || PyUnicode_CompareWithASCIIString(name, attribute.name) != 0) continue;
    const ModuleState& state = module_state(module);
    return state.codec.decode(value_of(state, attribute)).release();
  }
  PyErr_Format(PyExc_AttributeError, "module 'vh' has no attribute %R", name);
  return nullptr;
}

// The names in the module and those of get_attribute().
Owned all_names(PyObject* module, bool with_private) {
  const Owned keys = Owned::steal(PyDict_Keys(PyModule_GetDict(module)));
  Owned names = Owned::steal(PyList_New(0));
  for (Py_ssize_t i = 0; keys && names && i < PyList_GET_SIZE(keys.get()); ++i) {
    PyObject* const key = PyList_GET_ITEM(keys.get(), i);
    const bool is_private = PyUnicode_Check(key) != 0 && PyUnicode_GET_LENGTH(key) > 0 && PyUnicode_READ_CHAR(key, 0) == '_';
    if ((with_private || !is_private) && PyList_Append(names.get(), key) != 0) return {};
  }
  for (const LiveAttribute& attribute : kAttributes) {
    const Owned name = Owned::steal(PyUnicode_FromString(attribute.name));
    if (!names || !name || PyList_Append(names.get(), name.get()) != 0) return {};
  }
  return keys ? std::move(names) : Owned();
}

PyObject* list_names(PyObject* module, PyObject*) {
  return all_names(module, true).release();
}

PyMethodDef methods[] = {
    {"__getattr__", get_attribute, METH_O, "The attributes that change while a script runs."},
    {"__dir__", list_names, METH_NOARGS, "The names of all attributes."},
    {nullptr, nullptr, 0, nullptr},
};

}  // namespace

bool add_live_attributes(Borrowed module) {
  const Owned names = all_names(module.get(), false);
  return names && PyModule_AddObjectRef(module.get(), "__all__", names.get()) == 0 &&
         PyModule_AddFunctions(module.get(), methods) == 0;
}

}  // namespace vhpy::py
