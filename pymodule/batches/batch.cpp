#include "pymodule/batches/batch.h"

#include <map>
#include <mutex>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/live/live.h"
#include "pymodule/batches/batch_guard.h"
#include "pymodule/blocking.h"
#include "pymodule/errors.h"
#include "pymodule/fork_guard.h"
#include "pymodule/functions.h"
#include "pymodule/invoke.h"
#include "pymodule/live/live_functions.h"
#include "pymodule/locked.h"
#include "queue/call.h"
#include "queue/lane.h"

namespace vhpy::py {
namespace {

constexpr const char* kName = "batch";

enum class Phase { kNew, kOpen, kOver };

struct Batch {
  Owned module;
  Phase phase = Phase::kNew;
  BatchItems items{};
  std::vector<Owned> futures{};  // of the items, in their order
  BatchGuard guard{};            // who must still be there
  std::size_t bytes = 0;
};

struct BatchObject {
  PyObject head;
  Batch batch;
};

Batch& as_batch(PyObject* object) {
  return reinterpret_cast<BatchObject*>(object)->batch;
}

// What travels to the hub thread, and comes back as the command's value.
struct Done {
  BatchItems items;
  std::optional<std::string> gone;  // who of the guard was not there: nothing has run
};
struct Work {
  BatchItems items;
  BatchGuard guard;
  live::Live* live;
  Done operator()() {
    std::optional<std::string> gone = first_gone(*live, guard);
    for (std::size_t i = 0; !gone && i < items.size(); ++i) items[i]->run();
    return {std::move(items), std::move(gone)};
  }
};
using Call = queue::Call<Work>;

Owned answer_of(const Future& future, const Done& done) {
  const ModuleState& state = module_state(future.module);
  if (done.gone) return Owned::steal(raise_session_gone(state, future.row->function, *done.gone));
  return done.items[future.index]->answer(state, future.site);
}

Owned result_of_item(const Future& future, queue::Command& done) {
  return answer_of(future, static_cast<Call&>(done).value());
}

std::uint64_t version_of_item(const Future& future, queue::Command& done) {
  return static_cast<Call&>(done).value().items[future.index]->version();
}

Owned result_of_batch(const Future& future, queue::Command& done) {
  const std::optional<std::string>& gone = static_cast<Call&>(done).value().gone;
  if (gone) return Owned::steal(raise_session_gone(module_state(future.module), kName, *gone));
  return Owned::borrow(Py_False);  // of __aexit__(): exceptions go on
}

const std::string& failure(queue::Command& failed) {
  return static_cast<Call&>(failed).failure();
}

constexpr FutureRow kBatchRow{kName, result_of_batch, failure};

// Static storage for the rows of items: one for each function that was ever put into a batch.
const FutureRow& row_of(const char* function) {
  static std::mutex& mutex = *new std::mutex;
  static auto& rows = *new std::map<const char*, FutureRow>;
  const std::lock_guard lock(mutex);
  return rows.try_emplace(function, FutureRow{function, result_of_item, failure, nullptr, version_of_item}).first->second;
}

// Nothing was, or will be, handed over: whoever asks is told why.
void discard(Batch& batch) {
  batch.phase = Phase::kOver;
  batch.items.clear();
  for (const Owned& object : std::exchange(batch.futures, {})) {
    Future& future = as_future(object);
    PyErr_Format(PyExc_RuntimeError, "vh.%s(): the batch was discarded, because its block raised", future.row->function);
    future.error = take_exception();
    future.unsent = false;
  }
}

// For vh.last_version() of this thread: that of the last one that did not throw.
void note_version(const BatchItems& items) {
  for (const auto& item : items) {
    if (item->version() != 0) last_version_here() = item->version();
  }
}

// They could not be handed over: each tells what the block raises, which is the exception that is set. Returns null.
PyObject* fail(Batch& batch) {
  const Owned error = take_exception();
  batch.items.clear();
  for (const Owned& object : std::exchange(batch.futures, {})) {
    as_future(object).error = Owned::borrow(error.get());
    as_future(object).unsent = false;
  }
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(error.get())), error.get());
  return nullptr;
}

Work take_work(Batch& batch) {
  return {std::move(batch.items), std::move(batch.guard), &module_state(batch.module).runtime->hub.live()};
}

// On the hub thread: at once. False with vh.SessionGone set.
bool run_here(Batch& batch) {
  const ModuleState& state = module_state(batch.module);
  const Done done = take_work(batch)();
  for (const Owned& object : std::exchange(batch.futures, {})) {
    Future& future = as_future(object);
    future.value = answer_of(future, done);
    if (!future.value) future.error = take_exception();
    future.version = done.items[future.index]->version();
    future.unsent = false;
  }
  note_version(done.items);
  if (done.gone) raise_session_gone(state, kName, *done.gone);
  return !done.gone;
}

// The command of all calls; the futures are its views from now on.
queue::Ref<Call> make_command(Batch& batch, const CallTerms& terms) {
  ModuleState& state = module_state(batch.module);
  const std::size_t bytes = batch.bytes + batch.items.size() * sizeof(BatchItem*);
  queue::Ref<Call> call =
      state.runtime->lane.make(kName, state.identity->id, terms.deadline(), bytes, take_work(batch));
  for (const Owned& object : std::exchange(batch.futures, {})) {
    Future& future = as_future(object);
    future.command = call;
    future.terms = CallTerms(terms.made_at(), terms.timeout(), terms.context().own());
    future.unsent = false;
  }
  return call;
}

// Whether the calls can be handed over at all; nothing is left to do if not, or if there are none.
enum class Next { kPush, kNothing, kFailed };
Next prepare(Batch& batch, Borrowed raised) {
  ModuleState& state = module_state(batch.module);
  if (batch.phase != Phase::kOpen) {
    PyErr_SetString(PyExc_RuntimeError, "this vh.batch is not entered");
    return Next::kFailed;
  }
  if (raised.get() != Py_None) {
    discard(batch);
    return Next::kNothing;
  }
  batch.phase = Phase::kOver;
  if (batch.items.empty()) return Next::kNothing;
  if (in_forked_child()) {
    raise_forked(*state.shared, kName);
    return Next::kFailed;
  }
  if (!state.runtime->lane.on_consumer_thread()) {
    if (!state.identity->gone.load(std::memory_order_acquire)) return Next::kPush;
    raise_gone(*state.shared, kName);
    return Next::kFailed;
  }
  return run_here(batch) ? Next::kNothing : Next::kFailed;
}

PyObject* enter(PyObject* self, PyObject*) {
  Batch& batch = as_batch(self);
  if (batch.phase != Phase::kNew) {
    PyErr_SetString(PyExc_RuntimeError, "a vh.batch is entered once; make a new one");
    return nullptr;
  }
  batch.phase = Phase::kOpen;
  return Py_NewRef(self);
}

PyObject* leave(PyObject* self, PyObject* args) {
  return with_exceptions_mapped(as_batch(self).module, kName, [&]() -> PyObject* {
    Batch& batch = as_batch(self);
    ModuleState& state = module_state(batch.module);
    switch (prepare(batch, PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : Py_None)) {
      case Next::kFailed: return fail(batch);
      case Next::kNothing: Py_RETURN_FALSE;
      case Next::kPush: break;
    }
    CallTerms terms;
    if (!read_terms(state, kName, terms)) return fail(batch);
    const queue::Ref<Call> call = make_command(batch, terms);
    const queue::State end = ask_and_wait(state, call, terms.facts(kName));
    if (end == queue::State::kDone) {
      note_version(call->value().items);
      if (const auto& gone = call->value().gone) return raise_session_gone(state, kName, *gone);
      Py_RETURN_FALSE;
    }
    static_cast<void>(call->withdraw(queue::State::kAbandoned));  // it may never have been accepted
    return nullptr;
  });
}

PyObject* async_enter(PyObject* self, PyObject*) {
  if (!Owned::steal(enter(self, nullptr))) return nullptr;
  return make_finished_future(as_batch(self).module, kBatchRow, Owned::borrow(self)).release();
}

PyObject* async_leave(PyObject* self, PyObject* args) {
  return with_exceptions_mapped(as_batch(self).module, kName, [&]() -> PyObject* {
    Batch& batch = as_batch(self);
    ModuleState& state = module_state(batch.module);
    switch (prepare(batch, PyTuple_GET_SIZE(args) > 0 ? PyTuple_GET_ITEM(args, 0) : Py_None)) {
      case Next::kFailed: return fail(batch);
      case Next::kNothing: return make_finished_future(batch.module, kBatchRow, Owned::borrow(Py_False)).release();
      case Next::kPush: break;
    }
    CallTerms terms;
    if (!read_terms(state, kName, terms)) return fail(batch);
    const queue::Ref<Call> call = make_command(batch, terms);
    Owned future = make_pending_future(batch.module, kBatchRow, std::move(terms), call);
    const queue::Admission admission =
        future ? state.runtime->lane.push(call, queue::WhenFull::kRefuse, as_future(future).terms.priority())
             : queue::Admission::kClosed;
    if (admission == queue::Admission::kAccepted) {
      if (state.identity->has_left()) call->withdraw(queue::State::kAbandoned);
      return future.release();
    }
    static_cast<void>(call->withdraw(queue::State::kAbandoned));
    return future ? raise_refused(*state.shared, state.runtime->lane, admission, as_future(future).terms.facts(kName)) : nullptr;
  });
}

PyObject* make_batch(PyObject* module, PyObject* args, PyObject* keywords) {
  static const char* const kNames[] = {"only_if", nullptr};
  PyObject* only_if = nullptr;
  BatchGuard guard;
  if (PyArg_ParseTupleAndKeywords(args, keywords, "|$O:batch", const_cast<char**>(kNames), &only_if) == 0 ||
      !read_guard(module_state(module), only_if, guard)) {
    return nullptr;
  }
  auto* type = reinterpret_cast<PyTypeObject*>(module_state(module).shared->batch_type.get());
  PyObject* object = type->tp_alloc(type, 0);
  if (object != nullptr) new (&as_batch(object)) Batch{.module = Owned::borrow(module), .guard = std::move(guard)};
  return object;
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  const Batch& batch = as_batch(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(batch.module.get());
  for (const Owned& future : batch.futures) Py_VISIT(future.get());
  return 0;
}

int clear(PyObject* self) {
  const auto futures = std::exchange(as_batch(self).futures, {});
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  const ErrorKept kept;
  std::destroy_at(&as_batch(self));
  type->tp_free(self);
  Py_DECREF(type);
}

// One method per function, and those of the block. CPython keeps the pointer.
PyMethodDef* methods() {
  static std::vector<PyMethodDef>& all = *[] {
    auto* made = new std::vector<PyMethodDef>(functions_of(Form::kBatched).begin(), functions_of(Form::kBatched).end());
    made->push_back({"__enter__", locked<enter>, METH_NOARGS, "Calls are collected from here on."});
    made->push_back({"__exit__", locked<leave>, METH_VARARGS, "Hands the calls over and waits for them."});
    made->push_back({"__aenter__", locked<async_enter>, METH_NOARGS, "Calls are collected from here on."});
    made->push_back({"__aexit__", locked<async_leave>, METH_VARARGS, "Hands the calls over and awaits them."});
    made->push_back({nullptr, nullptr, 0, nullptr});
    return made;
  }();
  return all.data();
}

}  // namespace

PyObject* batch_module(PyObject* batch) noexcept {
  return as_batch(batch).module.get();
}

bool batch_is_open(PyObject* batch) {
  if (as_batch(batch).phase == Phase::kOpen) return true;
  PyErr_SetString(PyExc_RuntimeError, "calls are added to a vh.batch inside its `with` block");
  return false;
}

PyObject* batch_add(PyObject* self, const char* function, std::unique_ptr<BatchItem> item, std::size_t bytes) {
  Batch& batch = as_batch(self);
  const ModuleState& state = module_state(batch.module);
  if (batch.items.size() >= kMaxBatchCalls) {
    return raise(*state.shared, Failure::kQueueFull,
                 "vh.batch(): a batch holds at most " + std::to_string(kMaxBatchCalls) + " calls");
  }
  Owned future = make_pending_future(batch.module, row_of(function), {}, nullptr);
  if (!future) return nullptr;
  as_future(future).unsent = true;
  as_future(future).of_batch = true;
  as_future(future).index = static_cast<std::uint32_t>(batch.items.size());
  batch.items.reserve(batch.items.size() + 1);
  batch.futures.push_back(Owned::borrow(future.get()));
  batch.items.push_back(std::move(item));
  batch.bytes += bytes;
  return future.release();
}

Owned make_batch_type() {
  PyType_Slot slots[] = {
      {Py_tp_doc, const_cast<char*>("Collects calls of vh; leaving its `with` or `async with` block runs them as one.")},
      {Py_tp_methods, methods()},
      {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
      {Py_tp_clear, reinterpret_cast<void*>(clear)},
      {Py_tp_dealloc, reinterpret_cast<void*>(locked_dealloc<dealloc>)},
      {0, nullptr},
  };
  PyType_Spec spec = {"vh.Batch", sizeof(BatchObject), 0,
                      Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
                      slots};
  return Owned::steal(PyType_FromSpec(&spec));
}

PyMethodDef batch_method{
    kName, reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(locked<make_batch>)), METH_VARARGS | METH_KEYWORDS,
    "batch($module, /, *, only_if=None)\n--\n\n"
    "Several calls that the hub thread runs one after the other, with nothing in between:\n\n"
    "    with vh.batch() as b:\n"
    "        found = b.GetUserClass(nick)\n"
    "        b.mc('hello')\n"
    "    found.result()\n\n"
    "Inside the block each call returns a vh.Future at once; leaving the block hands all over as one command and waits,\n"
    "`async with` without blocking the event loop. Each has its own result, or its own exception; vh.Expired and the like\n"
    "are raised by the block, for all. An exception in the block discards them. At most 1000 calls.\n\n"
    "only_if: a vh.User of a snapshot, or several. The calls run only if each of them is still there, in the same session;\n"
    "else none runs, and vh.SessionGone is raised: another connection that has the nick now is left alone."};

}  // namespace vhpy::py
