// From the arguments of a Python call to the plain values of one row of the function table.
//
// Thread: any, GIL held. Every refusal sets an exception that names the function and the parameter.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
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

// Texts that views of arguments refer to, where Python's own bytes are not those of the hub's encoding.
using KeptTexts = std::forward_list<std::string>;

// Reads one argument; `argument` null = omitted. `bytes` grows by what the value holds outside itself.
// False with TypeError (wrong type), OverflowError (beyond 64 bits) or ValueError (NUL in text) set.
struct ArgumentReader {
  const TextCodec& codec;
  const char* function;
  std::span<PyObject* const> rest{};
  std::size_t bytes = 0;
  KeptTexts* kept = nullptr;  // for reading views

  bool read(const Param& param, PyObject* argument, std::int64_t& into);
  bool read(const Param& param, PyObject* argument, std::string& into);
  bool read(const Param& param, PyObject* argument, std::optional<std::string>& into);
  bool read(const Param& param, PyObject* argument, DynamicValues& into);  // the rest
  // The same without a copy of most texts: valid as long as the argument and `kept`.
  bool read(const Param& param, PyObject* argument, std::string_view& into);
  bool read(const Param& param, PyObject* argument, std::optional<std::string_view>& into);

 private:
  bool read_text(const Param& param, Borrowed argument, const char* expected, std::string& into);
  bool read_view(const Param& param, Borrowed argument, const char* expected, std::string_view& into);
  bool check_nul(const Param& param, std::string_view text) const;
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

// The arguments for `params`, as many as `Arguments` has. On success `bytes` is what they hold on the heap. `kept`: for
// arguments that are views.
template <class Arguments>
bool read_given(const TextCodec& codec, const char* function, std::span<const Param> params, const Given& given,
                Arguments& into, std::size_t& bytes, KeptTexts* kept = nullptr) {
  constexpr std::size_t kCount = std::tuple_size_v<Arguments>;
  std::array<PyObject*, kCount> bound{};
  // Each at its place, as most calls are: nothing to find out.
  const bool in_order = given.keywords == nullptr && given.positional == static_cast<Py_ssize_t>(kCount) &&
                        (kCount == 0 || params.back().fallback.kind != Default::Kind::kRest);
  if (in_order) {
    std::copy_n(given.values, kCount, bound.begin());
  } else if (!bind_arguments(function, params, given, bound)) {
    return false;
  }
  ArgumentReader reader{codec, function, in_order ? std::span<PyObject* const>() : rest_of(params, given), 0, kept};
  const bool read = [&]<std::size_t... I>(std::index_sequence<I...>) {
    return (reader.read(params[I], bound[I], std::get<I>(into)) && ...);
  }(std::make_index_sequence<kCount>());
  bytes = reader.bytes;
  return read;
}

// All arguments of `Row`.
template <const auto& Row>
bool read_arguments(const TextCodec& codec, const Given& given,
                    typename std::remove_cvref_t<decltype(Row)>::Arguments& into, std::size_t& bytes) {
  using F = std::remove_cvref_t<decltype(Row)>;
  []<std::size_t... I>(std::index_sequence<I...>) {
    static_assert((default_fits<std::tuple_element_t<I, typename F::Arguments>>(Row.params[I]) && ...),
                  "a default must be a value of its parameter's type");
  }(std::make_index_sequence<F::kArity>());
  return read_given(codec, Row.name, Row.params, given, into, bytes);
}

}  // namespace vhpy::py
