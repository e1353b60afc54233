// The cached form of one row: answered from the hub's live copy (core/live), by the reading that the row names.
//
// Thread: any, the hub thread too; GIL held. Blocks: no. No command, no queue; it works while the hub thread is busy, in a
// script that is unloaded and after the hub has stopped.
#pragma once

#include <span>
#include <tuple>
#include <type_traits>

#include "core/live/live.h"
#include "pymodule/invoke.h"

namespace vhpy::py {

// Those of the row's parameters that the reading takes: the first ones.
template <const auto& Row>
constexpr std::span<const Param> cached_params() {
  using F = std::remove_cvref_t<decltype(Row)>;
  if constexpr (F::kCached) {
    using Reading = ReadingTraits<std::remove_cv_t<decltype(F::kReading)>>;
    return std::span<const Param>(Row.params).first(std::tuple_size_v<typename Reading::Arguments>);
  } else {
    return Row.params;
  }
}

// A row that has no cached form says why, or its effect does.
constexpr const char* why_not_cached(Effect effect, const char* said) {
  if (said != nullptr) return said;
  switch (effect) {
    case Effect::kWrites: return "it may change the hub";
    case Effect::kSends: return "it sends";
    case Effect::kNone: return "it does not ask the hub in the first place";
    case Effect::kReads: break;
  }
  return "";
}

template <const auto& Row>
class InvokeCached {
  using F = std::remove_cvref_t<decltype(Row)>;
  using Reading = ReadingTraits<std::remove_cv_t<decltype(F::kReading)>>;
  using Arguments = typename Reading::Arguments;

 public:
  static PyObject* call(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return with_exceptions_mapped(module, Row.name, [&]() -> PyObject* {
      const ModuleState& state = module_state(module);
      Arguments arguments{};
      std::size_t bytes = 0;
      KeptTexts kept;
      if (!read_given(state.codec, Row.name, cached_params<Row>(), {args, count, keywords}, arguments, bytes, &kept)) {
        return nullptr;
      }
      // A copy of the answer: making Python objects may run the garbage collector, and with it anything.
      const auto value = state.live->read([&](const live::View& view) {
        return std::apply([&](const auto&... a) { return (view.*F::kReading)(a...); }, arguments);
      });
      return to_python(state.codec, value).release();
    });
  }
};

}  // namespace vhpy::py
