#include "pymodule/arguments.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "pymodule/dynamic_values.h"

namespace vhpy::py {
namespace {

// PyErr_Format prints %s from C strings only; names of parameters are views of string literals.
std::string text(std::string_view view) {
  return std::string(view);
}

// Most texts are nicks, for which memchr() takes longer than a look at eight bytes at a time.
inline bool has_nul(std::string_view bytes) noexcept {
  constexpr std::size_t kShort = 64;
  if (bytes.size() > kShort) return bytes.find('\0') != std::string_view::npos;
  std::size_t at = 0;
  for (; at + 8 <= bytes.size(); at += 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes.data() + at, sizeof word);
    // A byte's highest bit where it is 0; above the first such byte also elsewhere, which does not matter.
    if (((word - 0x0101010101010101u) & ~word & 0x8080808080808080u) != 0) return true;
  }
  for (; at < bytes.size(); ++at) {
    if (bytes[at] == '\0') return true;
  }
  return false;
}

bool takes_rest(const Param& param) noexcept { return param.fallback.kind == Default::Kind::kRest; }

// How many parameters take one argument each.
std::size_t fixed_count(std::span<const Param> params) noexcept {
  return params.size() - (!params.empty() && takes_rest(params.back()) ? 1 : 0);
}

bool is_named(Borrowed keyword, std::string_view name) {
  Py_ssize_t size = 0;
  const char* bytes = PyUnicode_AsUTF8AndSize(keyword.get(), &size);
  if (bytes == nullptr) {
    PyErr_Clear();  // a keyword with a lone surrogate is no parameter of ours
    return false;
  }
  return std::string_view(bytes, static_cast<std::size_t>(size)) == name;
}

bool bind_keyword(const char* function, std::span<const Param> params, Borrowed keyword, PyObject* value,
                  std::span<PyObject*> bound) {
  for (std::size_t i = 0; i < params.size(); ++i) {
    const bool named = is_named(keyword, params[i].name) ||
                       (!params[i].alias.empty() && is_named(keyword, params[i].alias));
    if (!named || takes_rest(params[i])) continue;
    if (bound[i] != nullptr) {
      PyErr_Format(PyExc_TypeError, "%s() got multiple values for argument '%U'", function, keyword.get());
      return false;
    }
    bound[i] = value;
    return true;
  }
  PyErr_Format(PyExc_TypeError, "%s() got an unexpected keyword argument '%U'", function, keyword.get());
  return false;
}

bool refuse_count(const char* function, std::span<const Param> params, Py_ssize_t given) {
  if (params.empty()) {
    PyErr_Format(PyExc_TypeError, "%s() takes no arguments (%zd given)", function, given);
  } else {
    PyErr_Format(PyExc_TypeError, "%s() takes at most %zu argument%s (%zd given)", function, params.size(),
                 params.size() == 1 ? "" : "s", given);
  }
  return false;
}

// None means the default to scripts, for whatever has one.
bool is_omitted(const Param& param, PyObject* argument) {
  return argument == nullptr || (argument == Py_None && param.fallback.kind != Default::Kind::kRequired);
}

}  // namespace

bool bind_arguments(const char* function, std::span<const Param> params, const Given& given,
                    std::span<PyObject*> bound) {
  const std::size_t fixed = fixed_count(params);
  const auto positional = std::min(static_cast<std::size_t>(given.positional), fixed);
  const Py_ssize_t named = given.keywords == nullptr ? 0 : PyTuple_GET_SIZE(given.keywords);
  const bool too_many = fixed == params.size() && static_cast<std::size_t>(given.positional) > fixed;
  if (too_many) return refuse_count(function, params, given.positional + named);
  for (std::size_t i = 0; i < positional; ++i) bound[i] = given.values[i];
  for (Py_ssize_t i = 0; i < named; ++i) {
    PyObject* keyword = PyTuple_GET_ITEM(given.keywords, i);
    if (!bind_keyword(function, params, keyword, given.values[given.positional + i], bound)) return false;
  }
  for (std::size_t i = 0; i < params.size(); ++i) {
    if (bound[i] != nullptr || params[i].fallback.kind != Default::Kind::kRequired) continue;
    PyErr_Format(PyExc_TypeError, "%s() missing required argument '%s' (position %zu)", function,
                 text(params[i].name).c_str(), i + 1);
    return false;
  }
  return true;
}

std::span<PyObject* const> rest_of(std::span<const Param> params, const Given& given) {
  const std::size_t fixed = fixed_count(params);
  const auto positional = static_cast<std::size_t>(given.positional);
  if (fixed == params.size() || positional <= fixed) return {};
  return {given.values + fixed, positional - fixed};
}

bool ArgumentReader::refuse_type(const Param& param, Borrowed argument, const char* expected) const {
  const std::string type = argument.get() == Py_None ? "None" : type_name(argument);
  PyErr_Format(PyExc_TypeError, "%s() argument '%s' must be %s, not %s", function, text(param.name).c_str(),
               expected, type.c_str());
  return false;
}

bool ArgumentReader::read(const Param& param, PyObject* argument, std::int64_t& into) {
  if (is_omitted(param, argument)) {
    into = param.fallback.integer;
    return true;
  }
  // bool is an int; what can stand for an index (an integer of numpy) is taken too, float and str are not.
  if (PyIndex_Check(argument) == 0) return refuse_type(param, argument, "int");
  const Owned number = Owned::steal(PyNumber_Index(argument));
  if (!number) return false;
  int overflow = 0;
  const long long value = PyLong_AsLongLongAndOverflow(number.get(), &overflow);
  if (overflow != 0) {
    PyErr_Format(PyExc_OverflowError, "%s() argument '%s' must fit into 64 bits", function,
                 text(param.name).c_str());
    return false;
  }
  if (value == -1 && PyErr_Occurred() != nullptr) return false;
  into = value;
  return true;
}

bool ArgumentReader::read(const Param& param, PyObject* argument, std::string& into) {
  if (is_omitted(param, argument)) {
    into.assign(param.fallback.text);
    return true;
  }
  return read_text(param, argument, "str", into);
}

bool ArgumentReader::read(const Param& param, PyObject* argument, std::optional<std::string>& into) {
  if (is_omitted(param, argument)) {
    if (param.fallback.kind == Default::Kind::kText) into.emplace(param.fallback.text);
    return true;
  }
  if (argument == Py_None) return true;
  return read_text(param, argument, "str or None", into.emplace());
}

bool ArgumentReader::read(const Param&, PyObject*, DynamicValues& into) {
  DynamicReader reader(codec, function);
  into.reserve(rest.size());
  for (PyObject* const value : rest) {
    if (!reader.read(value, into.emplace_back())) return false;
  }
  bytes += reader.bytes();
  return true;
}

bool ArgumentReader::read_text(const Param& param, Borrowed argument, const char* expected,
                               std::string& into) {
  if (!PyUnicode_Check(argument.get())) return refuse_type(param, argument, expected);
  if (!codec.encode(argument, into)) return false;
  if (!check_nul(param, into)) return false;
  bytes += into.size();
  return true;
}

bool ArgumentReader::read(const Param& param, PyObject* argument, std::string_view& into) {
  if (argument != nullptr) return read_view(param, argument, "str", into);
  into = param.fallback.text;
  return true;
}

bool ArgumentReader::read(const Param& param, PyObject* argument, std::optional<std::string_view>& into) {
  if (argument == nullptr) {
    if (param.fallback.kind == Default::Kind::kText) into = param.fallback.text;
    return true;
  }
  if (argument == Py_None) return true;
  return read_view(param, argument, "str or None", into.emplace());
}

bool ArgumentReader::read_view(const Param& param, Borrowed argument, const char* expected, std::string_view& into) {
  if (!PyUnicode_Check(argument.get())) return refuse_type(param, argument, expected);
  if (PyUnicode_IS_COMPACT_ASCII(argument.get())) {
    into = {static_cast<const char*>(PyUnicode_DATA(argument.get())),
            static_cast<std::size_t>(PyUnicode_GET_LENGTH(argument.get()))};
    return !has_nul(into) || check_nul(param, into);
  }
  std::string& text = kept->emplace_front();
  if (!read_text(param, argument, expected, text)) return false;
  into = text;
  return true;
}

bool ArgumentReader::check_nul(const Param& param, std::string_view given) const {
  if (!has_nul(given)) return true;
  // The protocol cannot carry it, and hubs written in C would cut the text there.
  PyErr_Format(PyExc_ValueError, "%s() argument '%s' must not contain NUL", function, text(param.name).c_str());
  return false;
}

}  // namespace vhpy::py
