// vh.User: one user of a snapshot.
#include "pymodule/live/live_object.h"
#include "pymodule/live/snapshot.h"

namespace vhpy::py {
namespace {

using live::UserText;

struct UserContent {
  live::Ref<const live::User> user;
  TextCodec codec;
};
using UserObject = LiveObject<UserContent>;

struct TextAttribute {
  UserText which;
  bool may_be_none;  // empty means that it is not known
};
TextAttribute kNick{UserText::kNick, false}, kIp{UserText::kIp, false}, kHost{UserText::kHost, true},
    kDescription{UserText::kDescription, false}, kTag{UserText::kTag, false}, kSpeed{UserText::kSpeed, false},
    kMail{UserText::kMail, false}, kHubUrl{UserText::kHubUrl, true}, kExtJson{UserText::kExtJson, true},
    kCountry{UserText::kCountry, true};

PyObject* text(PyObject* self, void* attribute) {
  const auto& [which, may_be_none] = *static_cast<const TextAttribute*>(attribute);
  const UserContent& content = UserObject::of(self);
  const std::string_view bytes = content.user->text(which);
  if (bytes.empty() && may_be_none) Py_RETURN_NONE;
  return content.codec.decode(bytes).release();
}

const live::User& user_of(PyObject* self) { return *UserObject::of(self).user; }

PyObject* client(PyObject* self, void*) {
  if (!user_of(self).has_client) Py_RETURN_NONE;
  return UserObject::of(self).codec.decode(user_of(self).text(UserText::kClient)).release();
}
PyObject* user_class(PyObject* self, void*) { return PyLong_FromLongLong(user_of(self).user_class); }
PyObject* share(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(user_of(self).share); }
PyObject* size(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(user_of(self).shown_share); }
PyObject* is_bot(PyObject* self, void*) { return PyBool_FromLong(user_of(self).bot); }
PyObject* is_op(PyObject* self, void*) { return PyBool_FromLong(user_of(self).op); }
PyObject* login_time(PyObject* self, void*) {
  if (user_of(self).login_time == 0) Py_RETURN_NONE;
  return PyLong_FromLongLong(user_of(self).login_time);
}

PyObject* session(PyObject* self, void*) {
  if (user_of(self).session == 0) Py_RETURN_NONE;
  return PyLong_FromUnsignedLongLong(user_of(self).session);
}

PyObject* repr(PyObject* self) {
  const Owned nick = Owned::steal(text(self, &kNick));
  if (!nick) return nullptr;
  return PyUnicode_FromFormat("<vh.User %R, class %lld>", nick.get(), static_cast<long long>(user_of(self).user_class));
}

PyGetSetDef kAttributes[] = {
    {"nick", text, nullptr, "As the user spells it.", &kNick},
    {"class_", user_class, nullptr, "-1 pinger, 0 guest ... 10 master; as vh.GetUserClass().", nullptr},
    {"ip", text, nullptr, "The address; '127.0.0.1' of a bot.", &kIp},
    {"host", text, nullptr, "The host name, None while it is not known.", &kHost},
    {"description", text, nullptr, "Of MyINFO, as others see it.", &kDescription},
    {"tag", text, nullptr, "Of MyINFO, with its < and >.", &kTag},
    {"speed", text, nullptr, "Of MyINFO; its last character is the status flag.", &kSpeed},
    {"mail", text, nullptr, "Of MyINFO.", &kMail},
    {"size", size, nullptr, "Bytes of share in MyINFO, as others see it.", nullptr},
    {"share", share, nullptr, "Bytes of share as the client says; as vh.GetUserShare().", nullptr},
    {"client", client, nullptr, "Name and version of the client, None without a tag; as vh.GetUserVersion().", nullptr},
    {"hub_url", text, nullptr, "Under which address the client has come, None if it has not said.", &kHubUrl},
    {"ext_json", text, nullptr, "As vh.GetUserExtJSON(): the whole command, or None.", &kExtJson},
    {"country", text, nullptr, "Two letters, None if not known: as it was at login or at the last change of address.", &kCountry},
    {"login_time", login_time, nullptr, "Seconds since 1970, None of a bot.", nullptr},
    {"session", session, nullptr,
     "A number for this stay in the user list: whoever has the nick later has another. For vh.batch(only_if=user). None if the\n"
     "hub does not tell.",
     nullptr},
    {"is_bot", is_bot, nullptr, "Whether it is a bot.", nullptr},
    {"is_op", is_op, nullptr, "Whether it is shown as an operator.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("One user of a vh.Snapshot. It never changes.")},
    {Py_tp_getset, kAttributes},
    {Py_tp_repr, reinterpret_cast<void*>(repr)},
    {Py_tp_dealloc, reinterpret_cast<void*>(UserObject::dealloc)},
    {0, nullptr},
};
PyType_Spec kSpec = {"vh.User", sizeof(UserObject), 0, kLiveTypeFlags, kSlots};

}  // namespace

const live::User* user_in(const Shared& shared, Borrowed object) noexcept {
  if (!Py_IS_TYPE(object.get(), reinterpret_cast<PyTypeObject*>(shared.user_type.get()))) return nullptr;
  return &user_of(object.get());
}

Owned make_user_type() { return Owned::steal(PyType_FromSpec(&kSpec)); }

Owned make_user(const Shared& shared, live::Ref<const live::User> user, const TextCodec& codec) {
  return UserObject::make(shared.user_type, {std::move(user), codec});
}

}  // namespace vhpy::py
