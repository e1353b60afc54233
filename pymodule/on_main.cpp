#include "pymodule/on_main.h"

#include <string>

#include "pymodule/invoke.h"
#include "pymodule/locked.h"
#include "pymodule/main_calls.h"

namespace vhpy::py {
namespace {

using Call = queue::Call<MainCallWork>;

// What the function and its arguments count for against the bound of the queue: what they hold is Python's to know.
constexpr std::size_t kNominalBytes = 256;
constexpr const char* kName = "on_main";

std::uint64_t number_of(queue::Command& done) {
  return static_cast<Call&>(done).value().number;
}

Owned result(const Future& future, queue::Command& done) {
  return module_state(future.module).shared->main_calls->answer(number_of(done));
}

const std::string& failure(queue::Command& failed) {
  return static_cast<Call&>(failed).failure();
}

// Called for commands that never ran, too: the number is found by the command.
void forget(const ModuleState& state, queue::Command& command) {
  state.shared->main_calls->forget(command);
}

std::uint64_t version(const Future&, queue::Command& done) {
  return static_cast<Call&>(done).value().version;
}

constexpr FutureRow kRow{kName, result, failure, forget, version};

// "check_then_kick", "<lambda>", "partial".
std::string name_of(Borrowed callable) {
  Owned name = Owned::steal(PyObject_GetAttrString(callable.get(), "__name__"));
  if (!name) PyErr_Clear();
  const char* text = name && PyUnicode_Check(name.get()) != 0 ? PyUnicode_AsUTF8(name.get()) : nullptr;
  if (text == nullptr) PyErr_Clear();
  return "on_main " + std::string(text != nullptr ? text : Py_TYPE(callable.get())->tp_name);
}

// on_main(function, *args, **keywords). False with an exception set.
bool read(PyObject* const* args, Py_ssize_t count, PyObject* keywords, MainCalls::Function& into) {
  if (count < 1) {
    PyErr_SetString(PyExc_TypeError, "on_main() missing required argument 'function' (position 1)");
    return false;
  }
  if (PyCallable_Check(args[0]) == 0) {
    PyErr_Format(PyExc_TypeError, "on_main() argument 'function' must be callable, not %s", Py_TYPE(args[0])->tp_name);
    return false;
  }
  into.callable = Owned::borrow(args[0]);
  into.arguments = Owned::steal(PyTuple_New(count - 1));
  if (!into.arguments) return false;
  for (Py_ssize_t i = 1; i < count; ++i) PyTuple_SET_ITEM(into.arguments.get(), i - 1, Py_NewRef(args[i]));
  const Py_ssize_t named = keywords == nullptr ? 0 : PyTuple_GET_SIZE(keywords);
  if (named == 0) return true;
  into.keywords = Owned::steal(PyDict_New());
  for (Py_ssize_t i = 0; into.keywords && i < named; ++i) {
    if (PyDict_SetItem(into.keywords.get(), PyTuple_GET_ITEM(keywords, i), args[count + i]) != 0) return false;
  }
  return static_cast<bool>(into.keywords);
}

// On the hub thread: at once.
PyObject* run_here(Borrowed module, const MainCalls::Function& function) {
  Owned value = Owned::steal(
      PyObject_Call(function.callable.get(), function.arguments.get(), function.keywords.get()));
  const std::uint64_t version_now = value ? module_state(module).runtime->hub.live().version_of_now() : 0;
  return make_finished_future(module, kRow, std::move(value), version_now).release();
}

PyObject* push(PyObject* module, MainCalls::Function function) {
  ModuleState& state = module_state(module);
  CallTerms terms;
  if (!read_terms(state, kName, terms)) return nullptr;
  std::string name = name_of(function.callable);
  function.site = CallSite::here();
  const std::uint64_t number = state.shared->main_calls->add(std::move(function));
  const queue::Ref<Call> call = state.runtime->lane.make(
      kName, state.identity->id, terms.deadline(), kNominalBytes,
      MainCallWork{state.runtime, state.shared->main_calls, number, state.identity, std::move(name),
                   PyInterpreterState_GetID(PyInterpreterState_Get())});
  state.shared->main_calls->belongs_to(number, call);
  Owned future = make_pending_future(module, kRow, std::move(terms), call);
  const queue::Admission admission =
      future ? state.runtime->lane.push(call, queue::WhenFull::kRefuse, as_future(future).terms.priority())
             : queue::Admission::kClosed;
  if (admission == queue::Admission::kAccepted) {
    if (state.identity->has_left()) call->withdraw(queue::State::kAbandoned);
    return future.release();
  }
  call->withdraw(queue::State::kAbandoned);  // nobody else ends a command that was not accepted
  state.shared->main_calls->forget(*call);
  if (!future) return nullptr;
  return raise_refused(*state.shared, state.runtime->lane, admission, as_future(future).terms.facts(kName));
}

PyObject* on_main(PyObject* module, PyObject* const* args, Py_ssize_t count, PyObject* keywords) {
  return with_exceptions_mapped(module, kName, [&]() -> PyObject* {
    ModuleState& state = module_state(module);
    MainCalls::Function function;
    if (!read(args, count, keywords, function)) return nullptr;
    if (in_forked_child()) return raise_forked(*state.shared, kName);
    if (state.runtime->lane.on_consumer_thread()) return run_here(module, function);
    if (state.identity->gone.load(std::memory_order_acquire)) return raise_gone(*state.shared, kName);
    return push(module, std::move(function));
  });
}

}  // namespace

PyMethodDef on_main_method{
    kName, reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(locked<on_main>)), METH_FASTCALL | METH_KEYWORDS,
    "on_main($module, function, /, *args, **keywords)\n--\n\n"
    "Has the hub thread call function(*args, **keywords), as it calls hooks: between two things the hub does, with\n"
    "nothing in between. Returns a vh.Future of its result; await it, or ask for its result() on a thread. What the\n"
    "function raises is raised there, with the frames of both threads. On the hub thread it is called at once.\n\n"
    "The hub does nothing else meanwhile: keep it short."};

}  // namespace vhpy::py
