// A Python object around a C++ value that holds no Python references: nothing for the garbage collector to see.
// Thread: any, GIL held.
#pragma once

#include <memory>
#include <new>
#include <utility>

#include "pymodule/python.h"

namespace vhpy::py {

template <class Content>
struct LiveObject {
  PyObject head;
  Content content;

  static const Content& of(PyObject* self) noexcept { return reinterpret_cast<LiveObject*>(self)->content; }

  // Null with an exception set when memory is short. Content is moved, which cannot fail.
  static Owned make(const Owned& type, Content content) {
    auto* const made_of = reinterpret_cast<PyTypeObject*>(type.get());
    Owned object = Owned::steal(made_of->tp_alloc(made_of, 0));
    if (object) new (&reinterpret_cast<LiveObject*>(object.get())->content) Content(std::move(content));
    return object;
  }

  static void dealloc(PyObject* self) {
    PyTypeObject* const type = Py_TYPE(self);
    std::destroy_at(&reinterpret_cast<LiveObject*>(self)->content);
    type->tp_free(self);
    Py_DECREF(type);
  }
};

inline constexpr unsigned int kLiveTypeFlags =
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE;

}  // namespace vhpy::py
