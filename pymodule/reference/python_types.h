// What the plain values of hub operations are to Python: names for annotations. One specialisation per type that an
// operation takes or returns; a new one is added here and, for results, as to_python() in convert.h.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/answers.h"
#include "core/dynamic_functions.h"
#include "core/hub.h"
#include "core/local.h"
#include "core/result.h"

namespace vhpy::py {

template <class T>
struct PythonType;  // not defined: the type has no name for Python yet

template <>
struct PythonType<std::string> {
  static std::string name() { return "str"; }
};
template <>
struct PythonType<std::int64_t> {
  static std::string name() { return "int"; }
};
template <>
struct PythonType<double> {
  static std::string name() { return "float"; }
};
template <>
struct PythonType<bool> {
  static std::string name() { return "bool"; }
};
template <>
struct PythonType<Outcome> {
  static std::string name() { return "bool"; }
};
template <>
struct PythonType<MyInfo> {
  static std::string name() { return "tuple[str, str, str, str, str, str]"; }
};
template <>
struct PythonType<NameAndVersion> {
  static std::string name() { return "tuple[str, str]"; }
};
template <>
struct PythonType<Restrictions> {
  static std::string name() { return "dict[str, bool]"; }
};
template <>
struct PythonType<Utf8Text> {
  static std::string name() { return "str"; }
};
template <>
struct PythonType<GeoRecord> {
  static std::string name() { return "dict[str, str | float | int]"; }
};
template <>
struct PythonType<DynamicValues> {
  static std::string name() { return "object"; }  // each of them, after the star
};
template <>
struct PythonType<DynamicAnswer> {
  static std::string name() { return "Any"; }
};
// Refused: None, but for these two, which have an answer of their own for that.
template <>
struct PythonType<Result<Restrictions>> : PythonType<Restrictions> {};
template <>
struct PythonType<Result<SqlRows>> {
  static std::string name() { return "tuple[int, list[list[str]]]"; }
};
template <class T>
struct PythonType<Result<T>> {
  static std::string name() { return PythonType<T>::name() + " | None"; }
};
template <class T>
struct PythonType<std::vector<T>> {
  static std::string name() { return "list[" + PythonType<T>::name() + "]"; }
};
template <class T>
struct PythonType<std::optional<T>> {
  static std::string name() { return PythonType<T>::name() + " | None"; }
};

}  // namespace vhpy::py
