// The Python functions of a row that needs no hub (core/local.h): all forms run it on the calling thread, without the
// lane. They work in a script that is unloaded and while the hub closes.
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include <utility>

#include "pymodule/invoke.h"

namespace vhpy::py {

template <const auto& Row>
class InvokeLocal {
  using F = std::remove_cvref_t<decltype(Row)>;

 public:
  static PyObject* sync(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return with_exceptions_mapped(
        module, Row.name, [&] { return run(module_state(module), {args, count, keywords}).release(); });
  }

  // A future that is done. Bad arguments are told by the call itself, as everywhere.
  static PyObject* awaitable(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return with_exceptions_mapped(module, Row.name, [&]() -> PyObject* {
      Owned value = run(module_state(module), {args, count, keywords});
      return value ? make_finished_future(module, kFutureRow, std::move(value)).release() : nullptr;
    });
  }

  static PyObject* batched(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return batch_is_open(self) ? awaitable(batch_module(self), args, count, keywords) : nullptr;
  }

  static PyObject* posted(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return with_exceptions_mapped(module, Row.name, [&]() -> PyObject* {
      if (!run(module_state(module), {args, count, keywords})) return nullptr;
      Py_RETURN_NONE;
    });
  }

 private:
  static Owned run(ModuleState& state, const Given& given) {
    typename F::Arguments arguments{};
    std::size_t bytes = 0;
    if (!read_arguments<Row>(state.codec, given, arguments, bytes)) return {};
    return to_python(state.codec, F::run_here({state.identity->name, state.identity->label}, arguments));
  }

  static constexpr FutureRow kFutureRow{Row.name, nullptr, nullptr, nullptr};  // there is never a command to ask
};

}  // namespace vhpy::py
