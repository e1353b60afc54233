// How the entry points of a topic come from its rows. Included by pymodule/functions/<topic>.cpp only.
#pragma once

#include "pymodule/functions/entries.h"
#include "pymodule/invoke.h"
#include "pymodule/invoke_cached.h"
#include "pymodule/invoke_local.h"
#include "pymodule/locked.h"

namespace vhpy::py {

template <class Topic>
void append_entries(std::vector<Entry>& into) {
  const auto as_method = [](_PyCFunctionFastWithKeywords function) {
    return reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(function));
  };
  Topic::Table::for_each([&]<const auto & Row>() {
    PyCFunction cached = nullptr;
    if constexpr (std::remove_cvref_t<decltype(Row)>::kCached) cached = as_method(&InvokeCached<Row>::call);
    const auto append = [&]<class Forms>(std::type_identity<Forms>) {
      into.push_back({Row.name,
                      [](Form form) {
                        return doc_with_signature(Row.name, form == Form::kCached ? cached_params<Row>() : Row.params, Row.doc, form);
                      },
                      as_method(&Forms::sync), as_method(locked<&Forms::awaitable>),
                      as_method(&Forms::posted), as_method(locked<&Forms::batched>), cached,
                      why_not_cached(Row.effect, Row.why_not_cached)});
    };
    if constexpr (std::remove_cvref_t<decltype(Row)>::kLocal) {
      append(std::type_identity<InvokeLocal<Row>>{});
    } else {
      append(std::type_identity<Invoke<Row>>{});
    }
  });
}

}  // namespace vhpy::py
