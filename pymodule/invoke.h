// The Python functions of one row: the synchronous, the awaitable and the posted form, generated from the row and its
// operation.
//
// On the hub thread the operation runs inline, whatever the form. On another thread the synchronous form pushes a
// command and waits without the GIL, the awaitable form pushes and returns a vh.Future, the posted form pushes.
//
// Thread: any, GIL held. Blocks: the synchronous form, up to the time of the call (call_context.h).
#pragma once

#include <cxxabi.h>

#include <atomic>
#include <exception>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "core/live/live.h"
#include "pymodule/arguments.h"
#include "pymodule/batches/batch.h"
#include "pymodule/blocking.h"
#include "pymodule/convert.h"
#include "pymodule/convert_answers.h"
#include "pymodule/errors.h"
#include "pymodule/fork_guard.h"
#include "pymodule/futures/future.h"
#include "pymodule/gil_watch.h"
#include "pymodule/live/live_functions.h"
#include "pymodule/module_state.h"
#include "pymodule/refusal_log.h"
#include "queue/call.h"
#include "queue/lane.h"

namespace vhpy::py {

inline constexpr const char* kNotStandard = "an exception that is not a std::exception";

// Runs `body`; what it throws becomes the Python exception. The C library ends a thread by unwinding it: that goes on.
template <class Body>
PyObject* with_exceptions_mapped(Borrowed module, const char* function, Body body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  } catch (const std::exception& thrown) {
    return raise_thrown(*module_state(module).shared, function, thrown.what());
  } catch (const abi::__forced_unwind&) {
    throw;
  } catch (...) {
    return raise_thrown(*module_state(module).shared, function, kNotStandard);
  }
}

template <const auto& Row>
class Invoke {
  using F = std::remove_cvref_t<decltype(Row)>;
  using Value = typename F::Value;

  // What comes back, with the version of the live copy that contains what the call has changed.
  struct Answer {
    Value value;
    std::uint64_t version;
  };

  // What travels to the hub thread: plain data only.
  struct Work {
    Hub* hub;
    Caller caller;
    typename F::Arguments arguments{};
    Answer operator()() const {
      const ServingCommand serving;
      Value value = F::run(*hub, caller, arguments);
      return {std::move(value), hub->live().version_of_now()};
    }
  };
  using Call = queue::Call<Work>;

  // The same with no result, which nobody would take.
  struct PostedWork : Work {
    void operator()() const {
      try {
        const Value value = Work::operator()().value;
        if constexpr (requires { value.error().code; }) {
          if (!value) log_refused_post(this->caller.script, Row.name, value.error());
        }
      } catch (const std::exception& thrown) {
        log_failed_post(this->caller.script, Row.name, thrown.what());
        throw;  // counted as failed
      } catch (const abi::__forced_unwind&) {
        throw;
      } catch (...) {
        log_failed_post(this->caller.script, Row.name, kNotStandard);
        throw;
      }
    }
  };

  // The same as one of several calls of one command.
  class Item final : public BatchItem {
   public:
    explicit Item(Work work) noexcept : work_(std::move(work)) {}
    void run() noexcept override {
      try {
        done_.emplace(work_());
      } catch (const std::exception& thrown) {
        failure_ = thrown.what();
      } catch (...) {
        failure_ = kNotStandard;
      }
    }
    Owned answer(const ModuleState& state, const CallSite& site) const override {
      if (done_) return Invoke::answer(state, done_->value);
      return Owned::steal(raise_thrown(*state.shared, Row.name, failure_.c_str(), &site));
    }
    std::uint64_t version() const noexcept override { return done_ ? done_->version : 0; }

   private:
    Work work_;
    std::optional<Answer> done_;
    std::string failure_;
  };

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
      if (runs_here(state)) return answer_here(state, request.work()).release();
      CallTerms terms;
      if (!read_terms(state, Row.name, terms)) return nullptr;
      const queue::Ref<Call> call = make(state, terms, std::move(request));
      switch (ask_and_wait(state, call, terms.facts(Row.name))) {
        case queue::State::kDone:
          return answer_here(state, call->value()).release();
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
      if (runs_here(state)) {
        std::uint64_t version = 0;
        Owned value = Owned::steal(with_exceptions_mapped(module, Row.name, [&] {
          const Answer done = request.work();
          version = done.version;
          return answer(state, done.value).release();
        }));
        return make_finished_future(module, kFutureRow, std::move(value), version).release();
      }
      CallTerms terms;
      if (!read_terms(state, Row.name, terms)) return nullptr;
      const queue::Ref<Call> call = make(state, terms, std::move(request));
      // Before the push: a call whose future could not be made would run without anybody knowing.
      Owned future = make_pending_future(module, kFutureRow, std::move(terms), call);
      if (!future) return nullptr;
      const queue::Admission admission = state.runtime->lane.push(call, queue::WhenFull::kRefuse, as_future(future).terms.priority());
      if (admission == queue::Admission::kAccepted) {
        if (state.identity->has_left()) call->withdraw(queue::State::kAbandoned);
        return future.release();
      }
      return raise_refused(*state.shared, state.runtime->lane, admission, as_future(future).terms.facts(Row.name));
    });
  }

  // self: a batch.
  static PyObject* batched(PyObject* self, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    PyObject* const module = batch_module(self);
    return with_exceptions_mapped(module, Row.name, [&]() -> PyObject* {
      ModuleState& state = module_state(module);
      Request request{{&state.runtime->hub, {state.identity->id}}};
      if (!batch_is_open(self) || !prepare(state, {args, count, keywords}, request)) return nullptr;
      return batch_add(self, Row.name, std::make_unique<Item>(std::move(request.work)), sizeof(Item) + request.bytes);
    });
  }

  // A call that its script leaves behind, with nobody to tell but the log.
  static PyObject* posted(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
    return with_exceptions_mapped(module, Row.name, [&]() -> PyObject* {
      ModuleState& state = module_state(module);
      Request request{{&state.runtime->hub, {state.identity->id}}};
      if (!prepare(state, {args, count, keywords}, request)) return nullptr;
      if (runs_here(state)) {
        run_posted(std::move(request.work));
        Py_RETURN_NONE;
      }
      CallTerms terms;
      if (!read_terms(state, Row.name, terms)) return nullptr;
      // An unload that comes between here and the push needs no second look: the hub thread knows whose calls it drops.
      const queue::Admission admission = state.runtime->lane.post(
          Row.name, state.identity->id, terms.deadline(), request.bytes, PostedWork{std::move(request.work)},
          queue::WhenFull::kRefuse, terms.priority());
      if (admission == queue::Admission::kAccepted) Py_RETURN_NONE;
      return raise_refused(*state.shared, state.runtime->lane, admission, terms.facts(Row.name));
    });
  }

 private:
  static bool prepare(ModuleState& state, const Given& given, Request& request) {
    if (!read_arguments<Row>(state.codec, given, request.work.arguments, request.bytes)) return false;
    if (in_forked_child()) {
      raise_forked(*state.shared, Row.name);
      return false;
    }
    // On the hub thread the script's UnLoad may still use vh; from elsewhere nothing of it reaches the hub
    // any more.
    if (state.identity->gone.load(std::memory_order_acquire) && !state.runtime->lane.on_consumer_thread()) {
      raise_gone(*state.shared, Row.name);
      return false;
    }
    return true;
  }

  // On the hub thread: no command, but a call of the script's all the same.
  static bool runs_here(ModuleState& state) noexcept {
    if (!state.runtime->lane.on_consumer_thread()) return false;
    state.runtime->lane.note_inline(Row.name, state.identity->id, {});
    return true;
  }

  static queue::Ref<Call> make(ModuleState& state, const CallTerms& terms, Request request) {
    return state.runtime->lane.make(Row.name, state.identity->id, terms.deadline(), request.bytes, std::move(request.work));
  }

  // Inline: what it throws goes to the log, as with a queued one.
  static void run_posted(Work work) {
    try {
      PostedWork{std::move(work)}();
    } catch (const abi::__forced_unwind&) {
      throw;
    } catch (...) {
      return;  // it is in the log
    }
  }

  static Owned answer(const ModuleState& state, const Value& value) {
    if constexpr (requires { value.error().code; }) {
      if (!value) log_refusal(state.identity->name, Row.name, value.error());
    }
    return to_python(state.codec, value);
  }

  // Of a synchronous call: vh.last_version() on this thread.
  static Owned answer_here(const ModuleState& state, const Answer& done) {
    last_version_here() = done.version;
    return answer(state, done.value);
  }

  static Owned future_value(const Future& future, queue::Command& done) {
    return answer(module_state(future.module), static_cast<Call&>(done).value().value);
  }
  static std::uint64_t future_version(const Future&, queue::Command& done) {
    return static_cast<Call&>(done).value().version;
  }
  static const std::string& failure_text(queue::Command& failed) {
    return static_cast<Call&>(failed).failure();
  }

  static constexpr FutureRow kFutureRow{Row.name, future_value, failure_text, nullptr, future_version};
};

}  // namespace vhpy::py
