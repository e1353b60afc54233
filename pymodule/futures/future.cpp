#include "pymodule/futures/future.h"

#include <algorithm>
#include <memory>
#include <new>

#include "pymodule/futures/awaiter.h"
#include "pymodule/futures/event_loop.h"
#include "pymodule/futures/future_result.h"
#include "pymodule/locked.h"
#include "pymodule/loop_warning.h"

namespace vhpy::py {
namespace {

Owned make_future(Borrowed module, const FutureRow& row) {
  auto* type = reinterpret_cast<PyTypeObject*>(module_state(module).shared->future_type.get());
  Owned object = Owned::steal(type->tp_alloc(type, 0));
  if (object) new (&as_future(object)) Future{.self = object.get(), .row = &row, .module = module.own()};
  return object;
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  const Future& future = as_future(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(future.module.get());
  Py_VISIT(future.value.get());
  Py_VISIT(future.error.get());
  Py_VISIT(future.terms.context().get());
  for (const Owned& waiter : future.waiters) Py_VISIT(waiter.get());
  for (const Owned& callback : future.callbacks) Py_VISIT(callback.get());
  return 0;
}

// Breaks cycles through callbacks and waiters. The module stays: methods may still be called by other
// garbage.
int clear(PyObject* self) {
  Future& future = as_future(self);
  const auto waiters = std::move(future.waiters);
  const auto callbacks = std::move(future.callbacks);
  const Owned value = std::move(future.value);
  const Owned error = std::move(future.error);
  future.waiters.clear();
  future.callbacks.clear();
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  if (reinterpret_cast<FutureObject*>(self)->weak_references != nullptr) PyObject_ClearWeakRefs(self);
  const ErrorKept kept;
  Future& future = as_future(self);
  if (future.command && future.row->forget != nullptr) future.row->forget(module_state(future.module), *future.command);
  std::destroy_at(&future);
  type->tp_free(self);
  Py_DECREF(type);
}

const char* state_name(const Future& future) noexcept {
  switch (future.state()) {
    case queue::State::kQueued:
      return "queued";
    case queue::State::kRunning:
      return "running";
    case queue::State::kDone:
      return "done";
    case queue::State::kFailed:
      return "failed";
    case queue::State::kExpired:
      return "expired";
    case queue::State::kCancelled:
      return "cancelled";
    case queue::State::kAbandoned:
      return "abandoned";
  }
  return "unknown";
}

PyObject* repr(PyObject* self) {
  const Future& future = as_future(self);
  const std::string site = future.site ? " at " + future.site.text() : "";
  return PyUnicode_FromFormat("<vh.Future of %s()%s: %s>", future.row->function, site.c_str(), state_name(future));
}

PyObject* done(PyObject* self, PyObject*) {
  return PyBool_FromLong(as_future(self).done());
}

PyObject* cancelled(PyObject* self, PyObject*) {
  return PyBool_FromLong(as_future(self).state() == queue::State::kCancelled);
}

PyObject* cancel(PyObject* self, PyObject*) {
  Future& future = as_future(self);
  if (future.of_batch) Py_RETURN_FALSE;  // the others of the batch are not ours to withdraw
  return PyBool_FromLong(future.command && future.command->withdraw(queue::State::kCancelled));
}

// Calls back at once when there is nothing left to wait for and no loop to do it on.
bool call_back_now(Future& future, Borrowed callback, Borrowed loop) {
  if (loop) {
    return static_cast<bool>(
        Owned::steal(PyObject_CallMethod(loop.get(), "call_soon", "OO", callback.get(), future.self)));
  }
  if (!Owned::steal(PyObject_CallOneArg(callback.get(), future.self))) PyErr_WriteUnraisable(callback.get());
  return true;
}

PyObject* add_done_callback(PyObject* self, PyObject* callback) {
  Future& future = as_future(self);
  const auto& shared = module_state(future.module).shared;
  const Owned loop = shared->running_loop();
  if (!loop && PyErr_Occurred() != nullptr) return nullptr;
  if (future.done()) {
    if (!call_back_now(future, callback, loop)) return nullptr;
    Py_RETURN_NONE;
  }
  if (future.of_batch) {
    PyErr_SetString(PyExc_RuntimeError, "a call of a vh.batch has its result when the block is left, and calls nobody back");
    return nullptr;
  }
  if (!loop) {
    PyErr_SetString(PyExc_RuntimeError, "add_done_callback() needs an event loop that runs on this thread");
    return nullptr;
  }
  const queue::Ref<queue::Command> command = future.command;  // of our own: bridge_of() runs Python code
  Bridge* bridge = bridge_of(shared, loop);
  if (bridge == nullptr || !watch(*bridge, future, command)) return nullptr;
  future.callbacks.push_back(Owned::borrow(callback));
  Py_RETURN_NONE;
}

PyObject* version(PyObject* self, void*) {
  const Future& future = as_future(self);
  const queue::Ref<queue::Command> command = future.command;
  const bool done = command && command->state() == queue::State::kDone && future.row->version != nullptr;
  const std::uint64_t number = done ? future.row->version(future, *command) : future.version;
  if (number == 0) Py_RETURN_NONE;
  return PyLong_FromUnsignedLongLong(number);
}

PyGetSetDef kAttributes[] = {
    {"version", locked<version>, nullptr,
     "The version of the hub's live copy that contains what the call has changed, for vh.wait_version(); None\n"
     "while it has not run, and if it failed.",
     nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMethodDef kMethods[] = {
    {"result", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(locked<future_result>)),
     METH_VARARGS | METH_KEYWORDS,
     "result($self, /, timeout=None)\n--\n\n"
     "The result of the call. Waits for it, without the GIL, up to timeout seconds (None: the time the call "
     "was\n"
     "given); then withdraws the call and raises vh.Expired, or vh.OutcomeUnknown if it is already running. "
     "Raises\n"
     "concurrent.futures.CancelledError if it was cancelled, vh.WouldDeadlock if it would wait on the hub "
     "thread."},
    {"exception", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(locked<future_exception>)),
     METH_VARARGS | METH_KEYWORDS,
     "exception($self, /, timeout=None)\n--\n\nThe exception that ended the call, None if it succeeded. "
     "Waits as\n"
     "result() does."},
    {"done", locked<done>, METH_NOARGS, "done($self, /)\n--\n\nWhether the call has ended, in whatever way."},
    {"cancelled", locked<cancelled>, METH_NOARGS,
     "cancelled($self, /)\n--\n\nWhether cancel() kept the call from running."},
    {"cancel", locked<cancel>, METH_NOARGS,
     "cancel($self, /)\n--\n\nWithdraws the call. Returns True if it will not run, False if it is running or "
     "has\n"
     "ended, or is one of a vh.batch."},
    {"add_done_callback", locked<add_done_callback>, METH_O,
     "add_done_callback($self, callback, /)\n--\n\nHas the event loop of the calling thread call "
     "callback(future)\n"
     "once the call has ended."},
    {"__class_getitem__", Py_GenericAlias, METH_O | METH_CLASS, "For annotations: vh.Future[int]."},
    {nullptr, nullptr, 0, nullptr},
};

PyMemberDef kMembers[] = {
    {"__weaklistoffset__", T_PYSSIZET, sizeof(PyObject), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc,
     const_cast<char*>(
         "The answer, some day, of a call that was handed to the hub thread. Await it on an event loop, "
         "or ask for its result() on any thread but the hub's.")},
    {Py_tp_methods, kMethods},
    {Py_tp_members, kMembers},
    {Py_tp_getset, kAttributes},
    {Py_tp_repr, reinterpret_cast<void*>(locked<repr>)},
    {Py_am_await, reinterpret_cast<void*>(locked<await_future>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(locked_dealloc<dealloc>)},
    {0, nullptr},
};

PyType_Spec kSpec = {
    "vh.Future", sizeof(FutureObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    kSlots};

}  // namespace

queue::State Future::state() const noexcept {
  if (unsent) return queue::State::kQueued;
  if (command) return command->state();
  return error ? queue::State::kFailed : queue::State::kDone;
}

Owned make_future_type() {
  return Owned::steal(PyType_FromSpec(&kSpec));
}

Owned make_pending_future(Borrowed module, const FutureRow& row, CallTerms terms, queue::Ref<queue::Command> command) {
  Owned object = make_future(module, row);
  if (object) {
    as_future(object).terms = std::move(terms);
    as_future(object).site = CallSite::here();
    as_future(object).command = std::move(command);
  }
  return object;
}

Owned make_finished_future(Borrowed module, const FutureRow& row, Owned value_or_null, std::uint64_t version) {
  Owned error = value_or_null ? Owned() : take_exception();
  Owned object = make_future(module, row);
  if (object) {
    as_future(object).value = std::move(value_or_null);
    as_future(object).error = std::move(error);
    as_future(object).version = version;
  }
  return object;
}

void wake_waiters(std::vector<Owned>& waiters) {
  for (const Owned& waiter : std::exchange(waiters, {})) {
    // Cancelled in the meantime, or resumed by somebody else: its coroutine is not waiting any more.
    const Owned over = Owned::steal(PyObject_CallMethod(waiter.get(), "done", nullptr));
    if (over.get() == Py_True) continue;
    if (!over || !Owned::steal(PyObject_CallMethod(waiter.get(), "set_result", "O", Py_None))) {
      PyErr_WriteUnraisable(waiter.get());
    }
  }
}

void schedule_callbacks(Future& future, Borrowed loop) {
  const auto callbacks = std::move(future.callbacks);
  future.callbacks.clear();
  for (const Owned& callback : callbacks) {
    if (!call_back_now(future, callback, loop)) PyErr_WriteUnraisable(callback.get());
  }
}

}  // namespace vhpy::py
