#include "pymodule/events/event_object.h"

#include <algorithm>
#include <array>

#include "core/hooks.h"
#include "pymodule/hook_values.h"
#include "pymodule/live/live_object.h"

namespace vhpy::py {
namespace {

struct EventContent {
  events::Stream::Taken taken;
  TextCodec codec;

  const events::Event& event() const noexcept { return *taken.event; }
  const Hook& row() const noexcept { return hook(event().hook()); }
  Owned value(std::size_t at) const { return hook_value(codec, row().params[at].type, event().values()[at]); }
};
using EventObject = LiveObject<EventContent>;

constexpr std::array<std::string_view, 7> kOwnNames{"hook", "args", "fields", "allowed", "sequence", "skipped", "time"};

static_assert(
    [] {
      for (const Hook& row : kHooks) {
        for (const HookParam& param : row.params) {
          if (std::find(kOwnNames.begin(), kOwnNames.end(), param.name) != kOwnNames.end()) return false;
        }
      }
      return true;
    }(),
    "a hook's parameter is named like an attribute that every event has");

PyObject* hook_name(PyObject* self, void*) { return PyUnicode_InternFromString(EventObject::of(self).row().name); }

PyObject* args(PyObject* self, void*) {
  const EventContent& content = EventObject::of(self);
  const std::size_t count = content.event().values().size();
  Owned tuple = Owned::steal(PyTuple_New(static_cast<Py_ssize_t>(count)));
  for (std::size_t i = 0; tuple && i < count; ++i) {
    Owned value = content.value(i);
    if (!value) return nullptr;
    PyTuple_SET_ITEM(tuple.get(), static_cast<Py_ssize_t>(i), value.release());
  }
  return tuple.release();
}

PyObject* fields(PyObject* self, void*) {
  const EventContent& content = EventObject::of(self);
  Owned dict = Owned::steal(PyDict_New());
  for (std::size_t i = 0; dict && i < content.event().values().size(); ++i) {
    const std::string_view name = content.row().params[i].name;
    const Owned key = Owned::steal(PyUnicode_FromStringAndSize(name.data(), static_cast<Py_ssize_t>(name.size())));
    const Owned value = content.value(i);
    if (!key || !value || PyDict_SetItem(dict.get(), key.get(), value.get()) != 0) return nullptr;
  }
  return dict.release();
}

PyObject* allowed(PyObject* self, void*) { return PyBool_FromLong(EventObject::of(self).event().allowed()); }
PyObject* sequence(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(EventObject::of(self).taken.sequence); }
PyObject* skipped(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(EventObject::of(self).taken.skipped); }
PyObject* time(PyObject* self, void*) { return PyFloat_FromDouble(EventObject::of(self).event().time()); }

// A parameter of the hook by its name, or what every event has.
PyObject* get_attribute(PyObject* self, PyObject* name) {
  const EventContent& content = EventObject::of(self);
  for (std::size_t i = 0; i < content.event().values().size(); ++i) {
    if (PyUnicode_CompareWithASCIIString(name, std::string(content.row().params[i].name).c_str()) == 0) {
      return content.value(i).release();
    }
  }
  return PyObject_GenericGetAttr(self, name);
}

PyObject* repr(PyObject* self) {
  const EventContent& content = EventObject::of(self);
  const Owned given = Owned::steal(args(self, nullptr));
  if (!given) return nullptr;
  return PyUnicode_FromFormat("<vh.Event %llu: %s%R%s>", static_cast<unsigned long long>(content.taken.sequence),
                              content.row().name, given.get(), content.event().allowed() ? "" : ", blocked");
}

PyGetSetDef kAttributes[] = {
    {"hook", hook_name, nullptr, "The hook's name.", nullptr},
    {"args", args, nullptr, "What the hook is given, a tuple in its order; text that scripts have substituted is in its place.",
     nullptr},
    {"fields", fields, nullptr, "The same as a dict, by the names of the hook's parameters. Each is an attribute as well.",
     nullptr},
    {"allowed", allowed, nullptr, "False if a script has blocked it.", nullptr},
    {"sequence", sequence, nullptr, "Which event of its stream it is, from 1; those that were left out count.", nullptr},
    {"skipped", skipped, nullptr, "How many events of the stream were left out directly before it.", nullptr},
    {"time", time, nullptr, "When the hook was fired, in seconds since 1970, a float.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};
static_assert(std::size(kAttributes) == kOwnNames.size() + 1);

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("One call of a hook, from a stream of vh.events(). It never changes.")},
    {Py_tp_getset, kAttributes},
    {Py_tp_getattro, reinterpret_cast<void*>(get_attribute)},
    {Py_tp_repr, reinterpret_cast<void*>(repr)},
    {Py_tp_dealloc, reinterpret_cast<void*>(EventObject::dealloc)},
    {0, nullptr},
};
PyType_Spec kSpec = {"vh.Event", sizeof(EventObject), 0, kLiveTypeFlags, kSlots};

}  // namespace

Owned make_event_type() { return Owned::steal(PyType_FromSpec(&kSpec)); }

Owned make_event(const Shared& shared, const TextCodec& codec) {
  return EventObject::make(shared.event_type, {events::Stream::Taken{}, codec});
}

events::Stream::Taken& taken_of(const Owned& event) noexcept {
  return reinterpret_cast<EventObject*>(event.get())->content.taken;
}

}  // namespace vhpy::py
