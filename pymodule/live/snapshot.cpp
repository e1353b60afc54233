// vh.Snapshot: one version of the hub.
#include "pymodule/live/snapshot.h"

#include <chrono>

#include "pymodule/live/live_object.h"

namespace vhpy::py {
namespace {

struct SnapshotContent {
  std::shared_ptr<const Shared> shared;
  live::Ref<const live::View> view;
  TextCodec codec;
};
using SnapshotObject = LiveObject<SnapshotContent>;

const live::View& view_of(PyObject* self) { return *SnapshotObject::of(self).view; }

template <auto Reading>
PyObject* reading(PyObject* self, void*) {
  return to_python(SnapshotObject::of(self).codec, (view_of(self).*Reading)()).release();
}

PyObject* version(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(view_of(self).version()); }

PyObject* age(PyObject* self, void*) {
  const auto since = std::chrono::steady_clock::now() - view_of(self).published();
  return PyFloat_FromDouble(std::chrono::duration<double>(since).count());
}

PyObject* users(PyObject* self, void*) {
  const SnapshotContent& content = SnapshotObject::of(self);
  return make_users(content.shared, content.view, content.codec).release();
}

// More than 64 bits can hold, so the decimal text is what it comes from.
PyObject* total_share(PyObject* self, void*) {
  return PyLong_FromString(view_of(self).contents().total_share.c_str(), nullptr, 10);
}

PyObject* settings(PyObject* self, void*) {
  const TextCodec& codec = SnapshotObject::of(self).codec;
  const Owned dict = Owned::steal(PyDict_New());
  bool complete = static_cast<bool>(dict);
  view_of(self).contents().own.for_each([&](const live::Setting& setting) {
    if (!complete) return;
    const Owned name = codec.decode(setting.key()), value = codec.decode(setting.value());
    complete = name && value && PyDict_SetItem(dict.get(), name.get(), value.get()) == 0;
  });
  return complete ? PyDictProxy_New(dict.get()) : nullptr;
}

PyObject* repr(PyObject* self) {
  return PyUnicode_FromFormat("<vh.Snapshot of version %llu, %zd users and bots>",
                              static_cast<unsigned long long>(view_of(self).version()),
                              static_cast<Py_ssize_t>(view_of(self).contents().users.size()));
}

PyGetSetDef kAttributes[] = {
    {"version", version, nullptr, "Which version of the hub it is: 1, 2, 3, ...", nullptr},
    {"age", age, nullptr, "Seconds since it was the latest news. A hub in which nothing changes makes no newer one.", nullptr},
    {"users", users, nullptr, "Everybody in the user list, bots included: vh.Users, a mapping of vh.User by nick.", nullptr},
    {"nicks", reading<&live::View::nick_list>, nullptr, "As vh.GetNickList().", nullptr},
    {"ops", reading<&live::View::op_list>, nullptr, "As vh.GetOpList().", nullptr},
    {"bots", reading<&live::View::bot_list>, nullptr, "As vh.GetBotList().", nullptr},
    {"users_count", reading<&live::View::users_count>, nullptr, "As vh.GetUsersCount().", nullptr},
    {"total_share", total_share, nullptr, "Bytes that all users share together, an int.", nullptr},
    {"topic", reading<&live::View::topic>, nullptr, "The topic, None if there is none.", nullptr},
    {"settings", settings, nullptr, "The hub's own settings, a read-only dict of str by name.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("The hub at one moment, from vh.snapshot(). It never changes; all that is read from one "
                                  "snapshot fits together.")},
    {Py_tp_getset, kAttributes},
    {Py_tp_repr, reinterpret_cast<void*>(repr)},
    {Py_tp_dealloc, reinterpret_cast<void*>(SnapshotObject::dealloc)},
    {0, nullptr},
};
PyType_Spec kSpec = {"vh.Snapshot", sizeof(SnapshotObject), 0, kLiveTypeFlags, kSlots};

}  // namespace

Owned make_snapshot_type() { return Owned::steal(PyType_FromSpec(&kSpec)); }

Owned make_snapshot(std::shared_ptr<const Shared> shared, live::Ref<const live::View> view, const TextCodec& codec) {
  const Owned& type = shared->snapshot_type;
  return SnapshotObject::make(type, {std::move(shared), std::move(view), codec});
}

}  // namespace vhpy::py
