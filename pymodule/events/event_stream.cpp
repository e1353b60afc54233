#include "pymodule/events/event_stream.h"

#include <fmt/format.h>
#include <structmember.h>

#include <algorithm>
#include <chrono>
#include <new>
#include <optional>
#include <string>
#include <utility>

#include "core/hooks.h"
#include "pymodule/call_context.h"
#include "pymodule/errors.h"
#include "pymodule/events/event_awaiter.h"
#include "pymodule/events/event_object.h"
#include "pymodule/fork_guard.h"
#include "pymodule/futures/event_loop.h"
#include "pymodule/futures/future.h"
#include "pymodule/locked.h"

namespace vhpy::py {
namespace {

using events::End;

// A stream without news is looked at again after this long; nothing depends on it.
constexpr std::chrono::seconds kLongestSleep{60};

const ModuleState& state_of(const EventStream& stream) { return module_state(stream.module); }

const char* why_no_more(End end) {
  switch (end) {
    case End::kUnloaded: return "this script was unloaded";
    case End::kOverflow: return "it was full, and overflow is 'close'";
    case End::kHubClosed: return "the hub is closing";
    case End::kOpen:
    case End::kClosed: break;
  }
  return "it was closed";
}

// --- the blocking side ------------------------------------------------------------------------------------------------

// Whether this thread may wait. False with an exception set.
bool may_wait(const EventStream& stream) {
  const ModuleState& state = state_of(stream);
  if (state.runtime->lane.on_consumer_thread()) {
    raise(*state.shared, Failure::kWouldDeadlock,
          "there is no event now, and the hub thread, from which they come, cannot wait for one; take them on another thread");
    return false;
  }
  const Owned loop = state.shared->running_loop();
  if (!loop) return PyErr_Occurred() == nullptr;
  return PyErr_WarnEx(PyExc_RuntimeWarning,
                      "a vh.EventStream blocks the event loop that runs on this thread; use 'async for event in stream'",
                      1) == 0;
}

// until: null is as long as it takes. kNothing: time is up.
Next wait_and_take(EventStream& stream, const queue::TimePoint* until, Owned& event) {
  const std::shared_ptr<events::Stream> source = stream.stream;
  for (bool first = true;; first = false) {
    const Next next = next_event(stream, event);
    if (next != Next::kNothing) return next;
    const queue::TimePoint now = queue::Clock::now();
    if (until != nullptr && now >= *until) return next;
    if (first && !may_wait(stream)) return Next::kFailed;
    const queue::TimePoint longest = now + kLongestSleep;
    const GilReleased released;
    source->wait(until != nullptr ? std::min(*until, longest) : longest);
  }
}

// The end is null without an exception, as iterators tell it.
PyObject* next_slot(PyObject* self) {
  Owned event;
  wait_and_take(as_event_stream(self), nullptr, event);
  return event.release();
}

PyObject* get(PyObject* self, PyObject* args, PyObject* keywords) {
  static const char* const kNames[] = {"timeout", nullptr};
  PyObject* given = Py_None;
  std::chrono::nanoseconds timeout{};
  if (PyArg_ParseTupleAndKeywords(args, keywords, "|O:get", const_cast<char**>(kNames), &given) == 0 ||
      (given != Py_None && !read_seconds(given, "timeout", timeout))) {
    return nullptr;
  }
  EventStream& stream = as_event_stream(self);
  const queue::TimePoint until = queue::Clock::now() + std::chrono::duration_cast<queue::Duration>(timeout);
  Owned event;
  switch (wait_and_take(stream, given == Py_None ? nullptr : &until, event)) {
    case Next::kEvent:
      return event.release();
    case Next::kFailed:
      return nullptr;
    case Next::kNothing:
      PyErr_Format(PyExc_TimeoutError, "no event within %S s", given);
      return nullptr;
    case Next::kEnd:
      break;
  }
  return raise(*state_of(stream).shared, Failure::kClosed,
               fmt::format("the vh.EventStream gives no more events: {}", why_no_more(stream.stream->end())));
}

// --- the object -------------------------------------------------------------------------------------------------------

PyObject* close(PyObject* self, PyObject*) {
  as_event_stream(self).stream->finish(End::kClosed);
  Py_RETURN_NONE;
}

PyObject* enter(PyObject* self, PyObject*) { return Py_NewRef(self); }

// Of __aenter__ and __aexit__, which have their results at once.
constexpr FutureRow kEnterRow{"events", nullptr, nullptr};

PyObject* async_enter(PyObject* self, PyObject*) {
  return make_finished_future(as_event_stream(self).module, kEnterRow, Owned::borrow(self)).release();
}

PyObject* leave(PyObject* self, PyObject*) { return close(self, nullptr); }

PyObject* async_leave(PyObject* self, PyObject*) {
  as_event_stream(self).stream->finish(End::kClosed);
  return make_finished_future(as_event_stream(self).module, kEnterRow, Owned::borrow(Py_None)).release();
}

PyObject* hooks(PyObject* self, void*) {
  const Owned list = Owned::steal(PyList_New(0));
  for (const Hook& row : kHooks) {
    if ((as_event_stream(self).stream->options().hooks & events::only(row.id)) == 0) continue;
    const Owned name = Owned::steal(PyUnicode_InternFromString(row.name));
    if (!list || !name || PyList_Append(list.get(), name.get()) != 0) return nullptr;
  }
  return list ? PyList_AsTuple(list.get()) : nullptr;
}

PyObject* skipped(PyObject* self, void*) { return PyLong_FromUnsignedLongLong(as_event_stream(self).stream->skipped()); }
PyObject* waiting(PyObject* self, void*) { return PyLong_FromSize_t(as_event_stream(self).stream->held()); }
PyObject* closed(PyObject* self, void*) { return PyBool_FromLong(as_event_stream(self).stream->end() != End::kOpen); }

PyObject* repr(PyObject* self) {
  const events::Stream& stream = *as_event_stream(self).stream;
  const Owned names = Owned::steal(hooks(self, nullptr));
  if (!names) return nullptr;
  return PyUnicode_FromFormat("<vh.EventStream of %R, %zu waiting, %llu skipped%s>", names.get(), stream.held(),
                              static_cast<unsigned long long>(stream.skipped()), stream.end() == End::kOpen ? "" : ", closed");
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  const EventStream& stream = as_event_stream(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(stream.module.get());
  for (const Owned& waiter : stream.waiters) Py_VISIT(waiter.get());
  return 0;
}

int clear(PyObject* self) {
  const auto waiters = std::exchange(as_event_stream(self).waiters, {});
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  const ErrorKept kept;
  if (reinterpret_cast<EventStreamObject*>(self)->weak_references != nullptr) PyObject_ClearWeakRefs(self);
  EventStream& stream = as_event_stream(self);
  stream.stream->finish(End::kClosed);
  std::destroy_at(&stream);
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"get", reinterpret_cast<PyCFunction>(reinterpret_cast<void*>(locked<get>)), METH_VARARGS | METH_KEYWORDS,
     "get($self, /, timeout=None)\n--\n\nThe next event. Waits, without the GIL, until there is one, for up to timeout seconds "
     "(None: as long as it\ntakes; 0: not at all). Raises TimeoutError when time is up, and vh.Closed when the stream has ended. On "
     "the hub\nthread it never waits: vh.WouldDeadlock."},
    {"close", locked<close>, METH_NOARGS,
     "close($self, /)\n--\n\nEnds the stream; events that it still holds are dropped, whoever waits is woken. Any thread, any number "
     "of times."},
    {"__enter__", locked<enter>, METH_NOARGS, "The stream itself; leaving the block closes it."},
    {"__exit__", locked<leave>, METH_VARARGS, "Closes the stream."},
    {"__aenter__", locked<async_enter>, METH_NOARGS, "The stream itself; leaving the block closes it."},
    {"__aexit__", locked<async_leave>, METH_VARARGS, "Closes the stream."},
    {nullptr, nullptr, 0, nullptr},
};

PyGetSetDef kAttributes[] = {
    {"hooks", hooks, nullptr, "Names of the hooks that it listens to, a tuple.", nullptr},
    {"skipped", skipped, nullptr, "How many events it has left out because it was full.", nullptr},
    {"waiting", waiting, nullptr, "How many events it holds now.", nullptr},
    {"closed", closed, nullptr, "Whether it has ended: no more events come into it.", nullptr},
    {nullptr, nullptr, nullptr, nullptr, nullptr},
};

PyMemberDef kMembers[] = {
    {"__weaklistoffset__", T_PYSSIZET, offsetof(EventStreamObject, weak_references), READONLY, nullptr},
    {nullptr, 0, 0, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("Events of hooks, from vh.events(): iterate over it by `for` on a thread, or by `async for`.")},
    {Py_tp_methods, kMethods},
    {Py_tp_getset, kAttributes},
    {Py_tp_members, kMembers},
    {Py_tp_repr, reinterpret_cast<void*>(locked<repr>)},
    {Py_tp_iter, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_tp_iternext, reinterpret_cast<void*>(locked<next_slot>)},
    {Py_am_aiter, reinterpret_cast<void*>(PyObject_SelfIter)},
    {Py_am_anext, reinterpret_cast<void*>(locked<await_event>)},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(locked_dealloc<dealloc>)},
    {0, nullptr},
};

PyType_Spec kSpec = {
    "vh.EventStream", sizeof(EventStreamObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE, kSlots};

}  // namespace

Owned make_event_stream_type() { return Owned::steal(PyType_FromSpec(&kSpec)); }

Owned make_event_stream(Borrowed module, std::shared_ptr<events::Stream> stream) {
  auto* type = reinterpret_cast<PyTypeObject*>(module_state(module).shared->event_stream_type.get());
  Owned object = Owned::steal(type->tp_alloc(type, 0));
  if (!object) {
    stream->finish(End::kClosed);
    return {};
  }
  new (&as_event_stream(object)) EventStream{.self = object.get(), .module = module.own(), .stream = std::move(stream)};
  return object;
}

Next next_event(EventStream& stream, Owned& event) {
  const ModuleState& state = state_of(stream);
  if (in_forked_child()) {
    raise_forked(*state.shared, "events");
    return Next::kFailed;
  }
  // Asked before: what was pushed before the end is seen after it.
  const bool ended = stream.stream->end() != End::kOpen;
  Owned made = make_event(*state.shared, state.codec);
  if (!made) return Next::kFailed;
  if (!stream.stream->take(taken_of(made))) return ended ? Next::kEnd : Next::kNothing;
  event = std::move(made);
  return Next::kEvent;
}

// --- event loops ------------------------------------------------------------------------------------------------------

namespace {

// Takes the stream out of its bridge, which may drop the last reference but the caller's.
void disarm(EventStream& stream) {
  stream.stream->forget_notice();
  if (Bridge* const bridge = std::exchange(stream.bridge, nullptr)) {
    const auto found = bridge->pending.find(stream.ticket);
    if (found == bridge->pending.end()) return;
    const Owned keep = std::move(found->second);
    bridge->pending.erase(found);
  }
}

enum class Armed { kYes, kNews, kFailed };

// Has the bridge told of the next news, if it is not already.
Armed arm(EventStream& stream, Bridge& bridge) {
  if (stream.bridge == &bridge) return Armed::kYes;
  if (stream.bridge != nullptr && !stream.waiters.empty()) {
    PyErr_SetString(PyExc_RuntimeError, "this vh.EventStream is awaited on another event loop");
    return Armed::kFailed;
  }
  disarm(stream);
  stream.ticket = ++bridge.last_ticket;
  stream.bridge = &bridge;
  try {
    bridge.pending.emplace(stream.ticket, Owned::borrow(stream.self));
    if (stream.stream->notify(bridge.mailbox->prepare(stream.ticket))) return Armed::kYes;
  } catch (const std::bad_alloc&) {
    disarm(stream);
    PyErr_NoMemory();
    return Armed::kFailed;
  }
  disarm(stream);
  return Armed::kNews;
}

}  // namespace

Owned wait_for_news(EventStream& stream) {
  const ModuleState& state = state_of(stream);
  if (state.runtime->lane.on_consumer_thread()) {
    static_cast<void>(may_wait(stream));  // it says why not
    return {};
  }
  const Owned loop = state.shared->running_loop();
  if (!loop) {
    if (PyErr_Occurred() == nullptr) PyErr_SetString(PyExc_RuntimeError, "no event loop runs on this thread");
    return {};
  }
  Bridge* const bridge = bridge_of(state.shared, loop);
  if (bridge == nullptr) return {};
  Owned waiter = Owned::steal(PyObject_CallMethod(loop.get(), "create_future", nullptr));
  if (!waiter || PyObject_SetAttrString(waiter.get(), "_asyncio_future_blocking", Py_True) != 0) return {};
  if (arm(stream, *bridge) != Armed::kYes) return {};
  stream.waiters.push_back(Owned::borrow(waiter.get()));
  return waiter;
}

void stop_waiting(EventStream& stream, Borrowed waiter) {
  const auto found = std::find_if(stream.waiters.begin(), stream.waiters.end(),
                                  [&](const Owned& one) { return one.get() == waiter.get(); });
  if (found == stream.waiters.end()) return;
  const Owned keep = std::move(*found);
  stream.waiters.erase(found);
  if (stream.waiters.empty()) disarm(stream);
}

void on_news(EventStream& stream) {
  stream.bridge = nullptr;  // it has taken the stream out of its pending
  wake_waiters(stream.waiters);
}

void forget_loop(EventStream& stream) {
  stream.bridge = nullptr;
  stream.stream->forget_notice();
  const auto waiters = std::exchange(stream.waiters, {});
}

}  // namespace vhpy::py
