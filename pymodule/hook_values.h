// What a hook is given, as Python values. Thread: any, GIL held. Blocks: no.
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>
#include <variant>

#include "core/hook.h"
#include "pymodule/convert.h"
#include "pymodule/python.h"

namespace vhpy::py {

// One argument, of the hub or of an event that has kept it. Null with an exception set when memory is short; text never
// fails: what is none in the hub's encoding becomes lone surrogates.
template <class Text>
Owned hook_value(const TextCodec& codec, HookArgType type, const std::variant<Text, std::int64_t, double>& given) {
  return std::visit(
      [&]<class T>(const T& value) {
        if constexpr (std::is_same_v<T, double>) {
          return Owned::steal(PyFloat_FromDouble(value));
        } else if constexpr (std::is_same_v<T, std::int64_t>) {
          return Owned::steal(PyLong_FromLongLong(value));
        } else {
          const std::string_view bytes = value;
          if (type != HookArgType::kPath) return codec.decode(bytes);
          return Owned::steal(PyUnicode_DecodeFSDefaultAndSize(bytes.data(), static_cast<Py_ssize_t>(bytes.size())));
        }
      },
      given);
}

}  // namespace vhpy::py
