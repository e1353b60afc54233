// From the arguments of a Python call to the plain values of one row of the function table.
//
// Thread: any, GIL held. Every refusal sets an exception that names the function and the parameter.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

#include "core/function.h"
#include "pymodule/convert.h"
#include "pymodule/python.h"

namespace vhpy::py {

// What CPython hands to a METH_FASTCALL | METH_KEYWORDS function.
struct Given {
  PyObject* const* values;
  Py_ssize_t positional;
  PyObject* keywords;  // tuple of str, or null
};

// Puts each argument at the place of its parameter; null = omitted, which only parameters with a default may
// be, and which a rest() always is: what it takes is rest_of(). False with TypeError set for too many, unknown, duplicate and missing ones.
bool bind_arguments(const char* function, std::span<const Param> params, const Given& given,
                    std::span<PyObject*> bound);

// The positional arguments that a rest() takes; none for rows without one.
std::span<PyObject* const> rest_of(std::span<const Param> params, const Given& given);

// Reads one argument; `argument` null = omitted. `bytes` grows by what the value holds outside itself.
// False with TypeError (wrong type), OverflowError (beyond 64 bits) or ValueError (NUL in text) set.
struct ArgumentReader {
  const TextCodec& codec;
  const char* function;
  std::span<PyObject* const> rest{};
  std::size_t bytes = 0;

  bool read(const Param& param, PyObject* argument, std::int64_t& into);
  bool read(const Param& param, PyObject* argument, std::string& into);
  bool read(const Param& param, PyObject* argument, std::optional<std::string>& into);
  bool read(const Param& param, PyObject* argument, DynamicValues& into);  // the rest

 private:
  bool read_text(const Param& param, Borrowed argument, const char* expected, std::string& into);
  bool refuse_type(const Param& param, Borrowed argument, const char* expected) const;
};

// Whether the default that a row gives to a parameter can be a value of the parameter's type.
template <class T>
constexpr bool default_fits(const Param& param) {
  using Kind = Default::Kind;
  switch (param.fallback.kind) {
    case Kind::kRequired:
      return true;
    case Kind::kNone:
      return std::is_same_v<T, std::optional<std::string>>;
    case Kind::kInteger:
      return std::is_same_v<T, std::int64_t>;
    case Kind::kText:
      return !std::is_same_v<T, std::int64_t> && !std::is_same_v<T, DynamicValues>;
    case Kind::kRest:
      return std::is_same_v<T, DynamicValues>;
  }
  return false;
}

// All arguments of `Row`. On success `bytes` is what they hold on the heap.
template <const auto& Row>
bool read_arguments(const TextCodec& codec, const Given& given,
                    typename std::remove_cvref_t<decltype(Row)>::Arguments& into, std::size_t& bytes) {
  using F = std::remove_cvref_t<decltype(Row)>;
  std::array<PyObject*, F::kArity> bound{};
  if (!bind_arguments(Row.name, Row.params, given, bound)) return false;
  ArgumentReader reader{codec, Row.name, rest_of(Row.params, given)};
  const bool read = [&]<std::size_t... I>(std::index_sequence<I...>) {
    static_assert((default_fits<std::tuple_element_t<I, typename F::Arguments>>(Row.params[I]) && ...),
                  "a default must be a value of its parameter's type");
    return (reader.read(Row.params[I], bound[I], std::get<I>(into)) && ...);
  }
  (std::make_index_sequence<F::kArity>());
  bytes = reader.bytes;
  return read;
}

}  // namespace vhpy::py
