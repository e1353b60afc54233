// The Python functions of one row: the synchronous form and the awaitable one, generated from the row and its
// operation.
//
// Three ways lead to the hub. On the hub thread the operation runs inline. On another thread the synchronous
// form pushes a command and waits without the GIL. The awaitable form pushes and returns a vh.Future.
//
// Thread: any, GIL held. Blocks: the synchronous form, up to Runtime::default_timeout.
#pragma once

#include <atomic>
#include <exception>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "pymodule/arguments.h"
#include "pymodule/blocking.h"
#include "pymodule/convert.h"
#include "pymodule/convert_answers.h"
#include "pymodule/errors.h"
#include "pymodule/future.h"
#include "pymodule/module_state.h"
#include "pymodule/refusal_log.h"
#include "queue/call.h"
#include "queue/lane.h"

namespace vhpy::py {

// Runs `body`; what it throws becomes the Python exception. Named types only: the C library ends a thread by
// unwinding it, and a catch (...) would stop that.
template <class Body>
PyObject* with_exceptions_mapped(Borrowed module, const char* function, Body body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  } catch (const std::exception& thrown) {
    return raise_thrown(*module_state(module).shared, function, thrown.what());
  }
}

template <const auto& Row>
class Invoke {
  using F = std::remove_cvref_t<decltype(Row)>;
  using Value = typename F::Value;

  // What travels to the hub thread: plain data only.
  struct Work {
    Hub* hub;
    Caller caller;
    typename F::Arguments arguments{};
    Value operator()() const { return F::run(*hub, caller, arguments); }
  };
  using Call = queue::Call<Work>;

  // Arguments read, script alive: may be handed to the hub.
  struct Request {
    Work work;
    std::size_t bytes = 0;
  };

 public:
  static PyObject* sync(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return with_exceptions_mapped(module, Row.name, [&]() -> PyObject* {
      ModuleState& state = module_state(module);
      Request request{{&state.runtime->hub, {state.identity->id}}};
      if (!prepare(state, {args, count, keywords}, request)) return nullptr;
      if (state.runtime->lane.on_consumer_thread()) return answer(state, request.work()).release();
      const CallFacts facts{Row.name, state.runtime->default_timeout};
      const queue::Ref<Call> call = make(state, std::move(request));
      switch (ask_and_wait(state, call, facts)) {
        case queue::State::kDone:
          return answer(state, call->value()).release();
        case queue::State::kFailed:
          return raise_thrown(*state.shared, Row.name, call->failure().c_str());
        default:
          return nullptr;
      }
    });
  }

  static PyObject* awaitable(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return with_exceptions_mapped(module, Row.name, [&]() -> PyObject* {
      ModuleState& state = module_state(module);
      Request request{{&state.runtime->hub, {state.identity->id}}};
      if (!prepare(state, {args, count, keywords}, request)) return nullptr;
      if (state.runtime->lane.on_consumer_thread()) {
        Owned value = Owned::steal(with_exceptions_mapped(
            module, Row.name, [&] { return answer(state, request.work()).release(); }));
        return make_finished_future(module, kFutureRow, std::move(value)).release();
      }
      const queue::Ref<Call> call = make(state, std::move(request));
      // Before the push: a call whose future could not be made would run without anybody knowing.
      Owned future = make_pending_future(module, kFutureRow, call);
      if (!future) return nullptr;
      const queue::Admission admission = state.runtime->lane.push(call, queue::WhenFull::kRefuse);
      if (admission == queue::Admission::kAccepted) {
        if (state.identity->has_left()) call->withdraw(queue::State::kAbandoned);
        return future.release();
      }
      const CallFacts facts{Row.name, state.runtime->default_timeout};
      return raise_refused(*state.shared, state.runtime->lane, admission, facts);
    });
  }

 private:
  static bool prepare(ModuleState& state, const Given& given, Request& request) {
    if (!read_arguments<Row>(state.codec, given, request.work.arguments, request.bytes)) return false;
    // On the hub thread the script's UnLoad may still use vh; from elsewhere nothing of it reaches the hub
    // any more.
    if (state.identity->gone.load(std::memory_order_acquire) && !state.runtime->lane.on_consumer_thread()) {
      raise_gone(*state.shared, Row.name);
      return false;
    }
    return true;
  }

  static queue::Ref<Call> make(ModuleState& state, Request request) {
    const queue::TimePoint deadline = queue::Clock::now() + state.runtime->default_timeout;
    return state.runtime->lane.make(Row.name, state.identity->id, deadline, request.bytes,
                                    std::move(request.work));
  }

  static Owned answer(const ModuleState& state, const Value& value) {
    if constexpr (requires { value.error().code; }) {
      if (!value) log_refusal(state.identity->name, Row.name, value.error());
    }
    return to_python(state.codec, value);
  }

  static Owned future_value(const ModuleState& state, queue::Command& done) {
    return answer(state, static_cast<Call&>(done).value());
  }
  static const std::string& failure_text(queue::Command& failed) {
    return static_cast<Call&>(failed).failure();
  }

  static constexpr FutureRow kFutureRow{Row.name, future_value, failure_text};
};

}  // namespace vhpy::py
