#include "pymodule/convert_answers.h"

#include <utility>

#include "pymodule/dynamic_values.h"

namespace vhpy::py {
namespace {

// Adds a value to a dictionary; false with an exception set when either is missing.
bool put(const Owned& dict, const char* key, const Owned& value) {
  return dict && value && PyDict_SetItemString(dict.get(), key, value.get()) == 0;
}

// Names in a database are UTF-8, whatever the hub's encoding; what is none is replaced.
Owned utf8(const std::string& text) {
  return Owned::steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace"));
}

Owned row_to_python(const TextCodec& codec, const std::vector<std::string>& row) {
  Owned list = Owned::steal(PyList_New(static_cast<Py_ssize_t>(row.size())));
  for (std::size_t i = 0; list && i < row.size(); ++i) {
    Owned cell = codec.decode(row[i]);
    if (!cell) return {};
    PyList_SET_ITEM(list.get(), static_cast<Py_ssize_t>(i), cell.release());
  }
  return list;
}

PyObject* exception_for(DynamicAnswer::Kind kind) {
  switch (kind) {
    case DynamicAnswer::Kind::kUnknownName:
      return PyExc_NameError;
    case DynamicAnswer::Kind::kBadArgument:
      return PyExc_TypeError;
    default:
      return PyExc_RuntimeError;
  }
}

}  // namespace

Owned to_python(const TextCodec&, const Result<Restrictions>& state) {
  Owned dict = Owned::steal(PyDict_New());
  if (!dict || !state) return dict;
  const Restrictions& now = state.value();
  for (const auto& [key, set] : {std::pair{"chat", now.chat}, {"pm", now.pm}, {"search", now.search}, {"ctm", now.ctm}}) {
    if (!put(dict, key, Owned::borrow(set ? Py_True : Py_False))) return {};
  }
  return dict;
}

Owned to_python(const TextCodec& codec, const Result<SqlRows>& answer) {
  const std::size_t count = answer ? answer.value().rows.size() : 0;
  Owned rows = Owned::steal(PyList_New(static_cast<Py_ssize_t>(count)));
  for (std::size_t i = 0; rows && i < count; ++i) {
    Owned row = row_to_python(codec, answer.value().rows[i]);
    if (!row) return {};
    PyList_SET_ITEM(rows.get(), static_cast<Py_ssize_t>(i), row.release());
  }
  return rows ? Owned::steal(Py_BuildValue("(iO)", answer ? 1 : 0, rows.get())) : Owned();
}

Owned to_python(const TextCodec&, const Utf8Text& text) {
  return utf8(text.bytes);
}

Owned to_python(const TextCodec&, const GeoRecord& record) {
  Owned dict = Owned::steal(PyDict_New());
  const auto number = [](std::int64_t value) { return Owned::steal(PyLong_FromLongLong(value)); };
  const bool done = put(dict, "latitude", Owned::steal(PyFloat_FromDouble(record.latitude))) &&
                    put(dict, "longitude", Owned::steal(PyFloat_FromDouble(record.longitude))) &&
                    put(dict, "metro_code", number(record.metro_code)) &&
                    put(dict, "area_code", number(record.area_code));
  if (!done) return {};
  const std::pair<const char*, const std::string&> texts[] = {
      {"host", record.host}, {"range_low", record.range_low}, {"range_high", record.range_high},
      {"country_code", record.country_code}, {"country_code_xxx", record.country_code_xxx},
      {"country", record.country}, {"region_code", record.region_code}, {"region", record.region},
      {"time_zone", record.time_zone}, {"continent_code", record.continent_code}, {"continent", record.continent},
      {"city", record.city}, {"postal_code", record.postal_code}};
  for (const auto& [key, text] : texts) {
    if (!put(dict, key, utf8(text))) return {};
  }
  return dict;
}

Owned to_python(const TextCodec& codec, const DynamicAnswer& answer) {
  if (answer.kind == DynamicAnswer::Kind::kValue) return dynamic_to_python(codec, answer.value);
  const Owned text = codec.decode(answer.detail);
  if (text) PyErr_SetObject(exception_for(answer.kind), text.get());
  return {};
}

}  // namespace vhpy::py
