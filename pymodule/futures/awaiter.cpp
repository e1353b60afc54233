#include "pymodule/futures/awaiter.h"

#include <memory>
#include <new>

#include "pymodule/futures/event_loop.h"
#include "pymodule/futures/future_result.h"
#include "pymodule/locked.h"

namespace vhpy::py {
namespace {

struct Awaiter {
  Owned future;  // null once the result was given
  Owned waiter;  // the loop's future that was yielded; null before
};

struct AwaiterObject {
  PyObject head;
  Awaiter awaiter;
};

Awaiter& as_awaiter(PyObject* object) {
  return reinterpret_cast<AwaiterObject*>(object)->awaiter;
}

void raise_cancelled_for_coroutine(Shared& shared) {
  if (!shared.asyncio_cancelled_error) {
    const Owned asyncio = Owned::steal(PyImport_ImportModule("asyncio.exceptions"));
    if (!asyncio) return;
    shared.asyncio_cancelled_error = Owned::steal(PyObject_GetAttrString(asyncio.get(), "CancelledError"));
  }
  if (shared.asyncio_cancelled_error) PyErr_SetNone(shared.asyncio_cancelled_error.get());
}

PySendResult finish(Awaiter& awaiter, PyObject** result) {
  const Owned keep = std::move(awaiter.future);
  Future& future = as_future(keep);
  Owned value = settled_result(future);
  if (!value && PyErr_Occurred() == nullptr)
    raise_cancelled_for_coroutine(*module_state(future.module).shared);
  *result = value.release();
  return *result == nullptr ? PYGEN_ERROR : PYGEN_RETURN;
}

// A future of the running loop that the bridge resolves once `future` is done; null with an exception set.
Owned make_waiter(Future& future, const queue::Ref<queue::Command>& command) {
  const ModuleState& state = module_state(future.module);
  if (future.of_batch) {
    PyErr_SetString(PyExc_RuntimeError, "a call of a vh.batch has its result when the block is left: there is nothing to await");
    return {};
  }
  if (state.runtime->lane.on_consumer_thread()) {
    return Owned::steal(raise_would_deadlock(*state.shared, future.row->function));
  }
  const Owned loop = state.shared->running_loop();
  if (!loop) {
    if (PyErr_Occurred() == nullptr) PyErr_SetString(PyExc_RuntimeError, "no event loop runs on this thread");
    return {};
  }
  Bridge* bridge = bridge_of(state.shared, loop);
  if (bridge == nullptr) return {};
  Owned waiter = Owned::steal(PyObject_CallMethod(loop.get(), "create_future", nullptr));
  if (!waiter || PyObject_SetAttrString(waiter.get(), "_asyncio_future_blocking", Py_True) != 0) return {};
  if (!watch(*bridge, future, command)) return {};
  future.waiters.push_back(Owned::borrow(waiter.get()));
  return waiter;
}

PySendResult step(PyObject* self, PyObject** result) {
  Awaiter& awaiter = as_awaiter(self);
  *result = nullptr;
  if (!awaiter.future) {
    PyErr_SetString(PyExc_RuntimeError, "this await of a vh.Future has already given its result");
    return PYGEN_ERROR;
  }
  Future& future = as_future(awaiter.future);
  if (future.done()) return finish(awaiter, result);
  // A reference of our own: below, Python code runs, and a thread in result() may take the future's.
  const queue::Ref<queue::Command> command = future.command;
  if (command && queue::Clock::now() >= command->deadline()) {
    // Resumed by the bridge's timer, or awaited too late.
    const Owned keep = std::move(awaiter.future);
    give_up(future, *command);
    return PYGEN_ERROR;
  }
  if (awaiter.waiter) {
    PyErr_SetString(PyExc_RuntimeError, "a coroutine that awaits a vh.Future was resumed by other means");
    return PYGEN_ERROR;
  }
  awaiter.waiter = make_waiter(future, command);
  if (!awaiter.waiter) return PYGEN_ERROR;
  *result = Py_NewRef(awaiter.waiter.get());
  return PYGEN_NEXT;
}

PySendResult send_slot(PyObject* self, PyObject*, PyObject** result) {
  return step(self, result);
}

PyObject* next(PyObject* self) {
  PyObject* result = nullptr;
  if (step(self, &result) != PYGEN_RETURN) return result;
  const Owned value = Owned::steal(result);
  stop_iteration(value);
  return nullptr;
}

PyObject* send_method(PyObject* self, PyObject*) {
  return next(self);
}

// The awaiting task was cancelled, or its coroutine is ended: nobody wants the call any more.
void withdraw(Awaiter& awaiter) {
  const Owned keep = std::move(awaiter.future);
  if (!keep) return;
  Future& future = as_future(keep);
  if (future.command) future.command->withdraw(queue::State::kCancelled);
}

PyObject* throw_method(PyObject* self, PyObject* args) {
  withdraw(as_awaiter(self));
  return raise_thrown_in(args);
}

PyObject* close_method(PyObject* self, PyObject*) {
  withdraw(as_awaiter(self));
  Py_RETURN_NONE;
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  const Awaiter& awaiter = as_awaiter(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(awaiter.future.get());
  Py_VISIT(awaiter.waiter.get());
  return 0;
}

int clear(PyObject* self) {
  Awaiter& awaiter = as_awaiter(self);
  awaiter.future.reset();
  awaiter.waiter.reset();
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  const ErrorKept kept;
  std::destroy_at(&as_awaiter(self));
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"send", locked<send_method>, METH_O, "Goes on waiting, or ends with the result."},
    {"throw", locked<throw_method>, METH_VARARGS, "Withdraws the call and raises."},
    {"close", locked<close_method>, METH_NOARGS, "Withdraws the call."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("One await of a vh.Future.")},
    {Py_tp_methods, kMethods},
    {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void*>(locked<next>)},
    {Py_am_send, reinterpret_cast<void*>(locked<send_slot>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(locked_dealloc<dealloc>)},
    {0, nullptr},
};

PyType_Spec kSpec = {
    "vh._Awaiter", sizeof(AwaiterObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    kSlots};

}  // namespace

// With an instance made by hand: PyErr_SetObject(StopIteration, tuple) would take the tuple apart.
void stop_iteration(Borrowed value) {
  const Owned stop = Owned::steal(PyObject_CallOneArg(PyExc_StopIteration, value.get()));
  if (stop) PyErr_SetObject(PyExc_StopIteration, stop.get());
}

PyObject* raise_thrown_in(PyObject* args) {
  PyObject *type = nullptr, *value = nullptr, *trace = nullptr;
  if (PyArg_ParseTuple(args, "O|OO:throw", &type, &value, &trace) == 0) return nullptr;
  if (PyExceptionInstance_Check(type)) {
    PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(type)), type);
  } else if (PyExceptionClass_Check(type)) {
    PyErr_Restore(Py_NewRef(type), value == Py_None ? nullptr : Py_XNewRef(value),
                  trace == Py_None ? nullptr : Py_XNewRef(trace));
  } else {
    PyErr_SetString(PyExc_TypeError, "exceptions must derive from BaseException");
  }
  return nullptr;
}

Owned make_awaiter_type() {
  return Owned::steal(PyType_FromSpec(&kSpec));
}

PyObject* await_future(PyObject* future) {
  auto* type =
      reinterpret_cast<PyTypeObject*>(module_state(as_future(future).module).shared->awaiter_type.get());
  PyObject* object = type->tp_alloc(type, 0);
  if (object != nullptr) new (&as_awaiter(object)) Awaiter{Owned::borrow(future), {}};
  return object;
}

}  // namespace vhpy::py
