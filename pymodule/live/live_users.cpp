// vh.Users: the users of a snapshot by nick, as a mapping.
#include "pymodule/live/live_object.h"
#include "pymodule/live/snapshot.h"

namespace vhpy::py {
namespace {

struct UsersContent {
  std::shared_ptr<const Shared> shared;
  live::Ref<const live::View> view;
  TextCodec codec;

  const live::Users& users() const { return view->contents().users; }
  Owned wrap(const live::User& user) const {
    return make_user(*shared, live::Ref<const live::User>::share(&user), codec);
  }
};
using UsersObject = LiveObject<UsersContent>;

// False with TypeError set if `key` is no str; `found` is null if there is no such user.
bool find(const UsersContent& content, PyObject* key, const live::User*& found) {
  if (!PyUnicode_Check(key)) {
    PyErr_Format(PyExc_TypeError, "a nick is a str, not %s", type_name(key).c_str());
    return false;
  }
  std::string nick;
  if (!content.codec.encode(key, nick)) return false;
  found = content.users().find(nick);
  return true;
}

Py_ssize_t length(PyObject* self) { return static_cast<Py_ssize_t>(UsersObject::of(self).users().size()); }

PyObject* subscript(PyObject* self, PyObject* key) {
  const UsersContent& content = UsersObject::of(self);
  const live::User* user = nullptr;
  if (!find(content, key, user)) return nullptr;
  if (user != nullptr) return content.wrap(*user).release();
  PyErr_SetObject(PyExc_KeyError, key);
  return nullptr;
}

int contains(PyObject* self, PyObject* key) {
  const live::User* user = nullptr;
  if (!PyUnicode_Check(key)) return 0;
  if (!find(UsersObject::of(self), key, user)) return -1;
  return user != nullptr ? 1 : 0;
}

PyObject* get(PyObject* self, PyObject* args) {
  PyObject *key = nullptr, *fallback = Py_None;
  if (PyArg_ParseTuple(args, "O|O:get", &key, &fallback) == 0) return nullptr;
  const UsersContent& content = UsersObject::of(self);
  const live::User* user = nullptr;
  if (!find(content, key, user)) return nullptr;
  return user != nullptr ? content.wrap(*user).release() : Py_NewRef(fallback);
}

PyObject* keys(PyObject* self, PyObject*) {
  const UsersContent& content = UsersObject::of(self);
  return to_python(content.codec, live::sorted_nicks(content.users())).release();
}

PyObject* iterate(PyObject* self) {
  const Owned nicks = Owned::steal(keys(self, nullptr));
  return nicks ? PyObject_GetIter(nicks.get()) : nullptr;
}

// A list of what `make` makes of each, in the order of the nicks.
template <class Make>
PyObject* list_of(PyObject* self, Make make) {
  const UsersContent& content = UsersObject::of(self);
  const Hub::Nicks nicks = live::sorted_nicks(content.users());
  Owned list = Owned::steal(PyList_New(static_cast<Py_ssize_t>(nicks.size())));
  for (std::size_t i = 0; list && i < nicks.size(); ++i) {
    Owned item = make(content, *content.users().find(nicks[i]));
    if (!item) return nullptr;
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item.release());
  }
  return list.release();
}

PyObject* values(PyObject* self, PyObject*) {
  return list_of(self, [](const UsersContent& content, const live::User& user) { return content.wrap(user); });
}

PyObject* items(PyObject* self, PyObject*) {
  return list_of(self, [](const UsersContent& content, const live::User& user) {
    const Owned nick = content.codec.decode(user.key());
    const Owned wrapped = content.wrap(user);
    return nick && wrapped ? Owned::steal(PyTuple_Pack(2, nick.get(), wrapped.get())) : Owned();
  });
}

PyObject* repr(PyObject* self) {
  return PyUnicode_FromFormat("<vh.Users, %zd of version %llu>", length(self),
                              static_cast<unsigned long long>(UsersObject::of(self).view->version()));
}

PyMethodDef kMethods[] = {
    {"get", get, METH_VARARGS, "get($self, nick, default=None, /)\n--\n\nThe user, or default if there is none."},
    {"keys", keys, METH_NOARGS, "keys($self, /)\n--\n\nA list of the nicks, sorted."},
    {"values", values, METH_NOARGS, "values($self, /)\n--\n\nA list of vh.User, in the order of the nicks."},
    {"items", items, METH_NOARGS, "items($self, /)\n--\n\nA list of (nick, vh.User), in the order of the nicks."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("The users of a vh.Snapshot by nick, any case. A mapping that never changes.")},
    {Py_tp_methods, kMethods},
    {Py_mp_length, reinterpret_cast<void*>(length)},
    {Py_mp_subscript, reinterpret_cast<void*>(subscript)},
    {Py_sq_contains, reinterpret_cast<void*>(contains)},
    {Py_tp_iter, reinterpret_cast<void*>(iterate)},
    {Py_tp_repr, reinterpret_cast<void*>(repr)},
    {Py_tp_dealloc, reinterpret_cast<void*>(UsersObject::dealloc)},
    {0, nullptr},
};
PyType_Spec kSpec = {"vh.Users", sizeof(UsersObject), 0, kLiveTypeFlags | Py_TPFLAGS_MAPPING, kSlots};

}  // namespace

Owned make_users_type() { return Owned::steal(PyType_FromSpec(&kSpec)); }

Owned make_users(std::shared_ptr<const Shared> shared, live::Ref<const live::View> view, const TextCodec& codec) {
  const Owned& type = shared->users_type;
  return UsersObject::make(type, {std::move(shared), std::move(view), codec});
}

}  // namespace vhpy::py
