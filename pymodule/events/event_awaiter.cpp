#include "pymodule/events/event_awaiter.h"

#include <chrono>
#include <memory>
#include <new>
#include <utility>

#include "pymodule/events/event_stream.h"
#include "pymodule/futures/awaiter.h"
#include "pymodule/locked.h"

namespace vhpy::py {
namespace {

// So long one stream's events may keep an event loop busy without its turning. A turn costs the loop some 20 us.
constexpr std::chrono::milliseconds kLongestTurn{1};

struct EventAwaiter {
  Owned stream;    // null once it was resumed for the last time
  Owned waiter{};  // the loop's future that was yielded; null before
  bool gave_way = false;
};

struct EventAwaiterObject {
  PyObject head;
  EventAwaiter awaiter;
};

EventAwaiter& as_event_awaiter(PyObject* object) {
  return reinterpret_cast<EventAwaiterObject*>(object)->awaiter;
}

// Nobody waits any more: the task was cancelled, or its coroutine is ended. An event that has come meanwhile stays.
void withdraw(EventAwaiter& awaiter) {
  const Owned stream = std::move(awaiter.stream);
  const Owned waiter = std::move(awaiter.waiter);
  if (stream && waiter) stop_waiting(as_event_stream(stream), waiter);
}

// False with an exception set: what resumed the coroutine was not news.
bool waiter_is_done(const EventAwaiter& awaiter) {
  if (!awaiter.waiter) return true;
  const Owned done = Owned::steal(PyObject_CallMethod(awaiter.waiter.get(), "done", nullptr));
  if (done.get() == Py_True) return true;
  if (done) PyErr_SetString(PyExc_RuntimeError, "a coroutine that awaits an event was resumed by other means");
  return false;
}

PySendResult wait(EventAwaiter& awaiter, PyObject** result) {
  Owned waiter = wait_for_news(as_event_stream(awaiter.stream));
  if (!waiter) return PYGEN_ERROR;
  awaiter.waiter = std::move(waiter);
  *result = Py_NewRef(awaiter.waiter.get());
  return PYGEN_NEXT;
}

// Whether the loop is to turn before the next event is taken. Without this a coroutine that takes longer for an event than the
// next one takes to come would never wait, and nothing else would run on its loop while the flood lasts.
bool gives_way(EventAwaiter& awaiter) {
  EventStream& stream = as_event_stream(awaiter.stream);
  const queue::TimePoint now = queue::Clock::now();
  const bool resumed = awaiter.waiter || std::exchange(awaiter.gave_way, false);
  if (resumed || stream.turn_began == queue::TimePoint{}) {
    stream.turn_began = now;
  } else if (now - stream.turn_began >= kLongestTurn && stream.stream->held() > 0) {
    awaiter.gave_way = true;
  }
  return awaiter.gave_way;
}

PySendResult step(PyObject* self, PyObject*, PyObject** result) {
  EventAwaiter& awaiter = as_event_awaiter(self);
  *result = nullptr;
  if (!awaiter.stream) {
    PyErr_SetString(PyExc_RuntimeError, "this await of an event has already ended");
    return PYGEN_ERROR;
  }
  if (!waiter_is_done(awaiter)) return PYGEN_ERROR;
  if (gives_way(awaiter)) {
    *result = Py_NewRef(Py_None);  // as asyncio.sleep(0) does
    return PYGEN_NEXT;
  }
  for (;;) {
    Owned event;
    switch (next_event(as_event_stream(awaiter.stream), event)) {
      case Next::kNothing: {
        const PySendResult waiting = wait(awaiter, result);
        if (waiting == PYGEN_ERROR && PyErr_Occurred() == nullptr) continue;  // news came just now
        if (waiting == PYGEN_ERROR) withdraw(awaiter);
        return waiting;
      }
      case Next::kEvent:
        withdraw(awaiter);
        *result = event.release();
        return PYGEN_RETURN;
      case Next::kEnd:
        PyErr_SetNone(PyExc_StopAsyncIteration);
        break;
      case Next::kFailed:
        break;
    }
    withdraw(awaiter);
    return PYGEN_ERROR;
  }
}

PyObject* next(PyObject* self) {
  PyObject* result = nullptr;
  if (step(self, Py_None, &result) != PYGEN_RETURN) return result;
  const Owned value = Owned::steal(result);
  stop_iteration(value);
  return nullptr;
}

PyObject* send_method(PyObject* self, PyObject*) { return next(self); }

PyObject* throw_method(PyObject* self, PyObject* args) {
  withdraw(as_event_awaiter(self));
  return raise_thrown_in(args);
}

PyObject* close_method(PyObject* self, PyObject*) {
  withdraw(as_event_awaiter(self));
  Py_RETURN_NONE;
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  const EventAwaiter& awaiter = as_event_awaiter(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(awaiter.stream.get());
  Py_VISIT(awaiter.waiter.get());
  return 0;
}

int clear(PyObject* self) {
  withdraw(as_event_awaiter(self));
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  const ErrorKept kept;
  withdraw(as_event_awaiter(self));
  std::destroy_at(&as_event_awaiter(self));
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"send", locked<send_method>, METH_O, "Goes on waiting, or ends with the event."},
    {"throw", locked<throw_method>, METH_VARARGS, "Waits no more and raises."},
    {"close", locked<close_method>, METH_NOARGS, "Waits no more."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("One await of the next event of a vh.EventStream.")},
    {Py_tp_methods, kMethods},
    {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void*>(locked<next>)},
    {Py_am_await, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_am_send, reinterpret_cast<void*>(locked<step>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(locked_dealloc<dealloc>)},
    {0, nullptr},
};

PyType_Spec kSpec = {
    "vh._EventAwaiter", sizeof(EventAwaiterObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, kSlots};

}  // namespace

Owned make_event_awaiter_type() { return Owned::steal(PyType_FromSpec(&kSpec)); }

PyObject* await_event(PyObject* stream) {
  const EventStream& source = as_event_stream(stream);
  auto* type = reinterpret_cast<PyTypeObject*>(module_state(source.module).shared->event_awaiter_type.get());
  PyObject* object = type->tp_alloc(type, 0);
  if (object != nullptr) new (&as_event_awaiter(object)) EventAwaiter{Owned::borrow(stream)};
  return object;
}

}  // namespace vhpy::py
