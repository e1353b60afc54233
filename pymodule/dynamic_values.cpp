#include "pymodule/dynamic_values.h"

#include <type_traits>
#include <utility>

namespace vhpy::py {

bool DynamicReader::read(Borrowed value, DynamicValue& into, int depth) {
  PyObject* const object = value.get();
  if (depth > kMaxDynamicDepth || ++elements_ > kMaxDynamicElements) {
    PyErr_Format(PyExc_ValueError, "%s() takes values of at most %d lists in lists and %zu elements", function_,
                 kMaxDynamicDepth, kMaxDynamicElements);
    return false;
  }
  bytes_ += sizeof(DynamicValue);
  if (object == Py_None) return true;
  if (PyUnicode_Check(object)) return read_text(value, into.data.emplace<std::string>());
  if (PyFloat_Check(object)) {
    into.data = PyFloat_AS_DOUBLE(object);
    return true;
  }
  if (PyLong_Check(object)) return read_integer(value, into);
  if (PyDict_Check(object)) return read_dict(value, into, depth);
  if (PyList_Check(object) || PyTuple_Check(object) || PyAnySet_Check(object)) return read_items(value, into, depth);
  if (PyIndex_Check(object) != 0) return read_integer(value, into);
  PyErr_Format(PyExc_TypeError, "%s() takes None, int, float, str, list, tuple, set and dict, not %s", function_,
               type_name(value).c_str());
  return false;
}

bool DynamicReader::read_text(Borrowed text, std::string& into) {
  if (!codec_.encode(text, into)) return false;
  bytes_ += into.size();
  return true;
}

bool DynamicReader::read_integer(Borrowed number, DynamicValue& into) {
  const Owned index = Owned::steal(PyNumber_Index(number.get()));
  if (!index) return false;
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(index.get(), &overflow);
  if (overflow != 0) {
    PyErr_Format(PyExc_OverflowError, "%s() takes integers of at most 64 bits", function_);
    return false;
  }
  if (value == -1 && PyErr_Occurred() != nullptr) return false;
  into.data = static_cast<std::int64_t>(value);
  return true;
}

// By a copy: reading an element may run code of its type (__index__), which may change the list.
bool DynamicReader::read_items(Borrowed iterable, DynamicValue& into, int depth) {
  const Owned items = Owned::steal(PySequence_Tuple(iterable.get()));
  if (!items) return false;
  auto& list = into.data.emplace<DynamicValue::List>();
  for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(items.get()); ++i) {
    if (!read(PyTuple_GET_ITEM(items.get(), i), list.emplace_back(), depth + 1)) return false;
  }
  return true;
}

bool DynamicReader::read_dict(Borrowed dict, DynamicValue& into, int depth) {
  const Owned items = Owned::steal(PyDict_Items(dict.get()));
  if (!items) return false;
  auto& entries = into.data.emplace<DynamicValue::Dict>();
  for (Py_ssize_t i = 0; i < PyList_GET_SIZE(items.get()); ++i) {
    PyObject* const pair = PyList_GET_ITEM(items.get(), i);
    const Borrowed key = PyTuple_GET_ITEM(pair, 0);
    if (!PyUnicode_Check(key.get())) {
      PyErr_Format(PyExc_TypeError, "%s() takes dicts whose keys are str, not %s", function_, type_name(key).c_str());
      return false;
    }
    DynamicEntry& entry = entries.emplace_back();
    if (!read_text(key, entry.key) || !read(PyTuple_GET_ITEM(pair, 1), entry.value, depth + 1)) return false;
  }
  return true;
}

namespace {

Owned list_to_python(const TextCodec& codec, const DynamicValue::List& values, int depth) {
  Owned list = Owned::steal(PyList_New(static_cast<Py_ssize_t>(values.size())));
  for (std::size_t i = 0; list && i < values.size(); ++i) {
    Owned item = dynamic_to_python(codec, values[i], depth + 1);
    if (!item) return {};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), item.release());
  }
  return list;
}

Owned dict_to_python(const TextCodec& codec, const DynamicValue::Dict& entries, int depth) {
  Owned dict = Owned::steal(PyDict_New());
  for (const DynamicEntry& entry : entries) {
    const Owned key = codec.decode(entry.key);
    const Owned value = dynamic_to_python(codec, entry.value, depth + 1);
    if (!dict || !key || !value || PyDict_SetItem(dict.get(), key.get(), value.get()) != 0) return {};
  }
  return dict;
}

}  // namespace

Owned dynamic_to_python(const TextCodec& codec, const DynamicValue& value, int depth) {
  if (depth > kMaxDynamicDepth) {
    PyErr_SetString(PyExc_ValueError, "the function's result has too many lists in lists");
    return {};
  }
  return std::visit(
      [&]<class T>(const T& data) -> Owned {
        if constexpr (std::is_same_v<T, DynamicValue::Nothing>) {
          return Owned::borrow(Py_None);
        } else if constexpr (std::is_same_v<T, double>) {
          return Owned::steal(PyFloat_FromDouble(data));
        } else if constexpr (std::is_same_v<T, DynamicValue::List>) {
          return list_to_python(codec, data, depth);
        } else if constexpr (std::is_same_v<T, DynamicValue::Dict>) {
          return dict_to_python(codec, data, depth);
        } else {
          return to_python(codec, data);
        }
      },
      value.data);
}

}  // namespace vhpy::py
