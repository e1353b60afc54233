#include "pymodule/futures/event_loop.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <system_error>

#include "pymodule/events/event_stream.h"
#include "pymodule/locked.h"

namespace vhpy::py {
namespace {

// A loop's timer may fire a little before its time; do not set it again in a busy loop.
constexpr double kShortestTimerSeconds = 0.001;
constexpr std::chrono::milliseconds kTimerAccuracy{5};

Bridge& as_bridge(PyObject* object) {
  return reinterpret_cast<BridgeObject*>(object)->bridge;
}

bool is_stream(const Bridge& bridge, const Owned& pending) {
  return Py_IS_TYPE(pending.get(), reinterpret_cast<PyTypeObject*>(bridge.shared->event_stream_type.get()));
}

// Takes the bridge out of service. References are moved out before they are dropped: dropping runs foreign
// code.
void retire(Bridge& bridge) {
  if (bridge.mailbox) bridge.mailbox->close();
  const auto known = bridge.shared->bridges.find(bridge.loop.get());
  if (known != bridge.shared->bridges.end() && known->second == &bridge) bridge.shared->bridges.erase(known);
  const auto pending = std::move(bridge.pending);
  bridge.pending.clear();
  for (const auto& entry : pending) {
    if (is_stream(bridge, entry.second)) forget_loop(as_event_stream(entry.second));
  }
  bridge.due.clear();
  const Owned loop = std::move(bridge.loop);
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Bridge& bridge = as_bridge(self);
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(bridge.loop.get());
  for (const auto& entry : bridge.pending) Py_VISIT(entry.second.get());
  return 0;
}

int clear(PyObject* self) {
  retire(as_bridge(self));
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  const ErrorKept kept;
  Bridge& bridge = as_bridge(self);
  retire(bridge);
  std::destroy_at(&bridge);
  type->tp_free(self);
  Py_DECREF(type);
}

void forget_settled(Bridge& bridge) {
  while (!bridge.due.empty() && !bridge.pending.contains(bridge.due.front().ticket)) bridge.due.pop_front();
}

// Sets a timer to the earliest deadline, unless one goes off by then anyway. The handle is not kept, although
// an earlier deadline could then move the timer: it would hold the callback, and so the bridge, beyond the
// loop's end.
bool arm(Bridge& bridge) {
  forget_settled(bridge);
  if (bridge.due.empty()) return true;
  const queue::TimePoint at = bridge.due.front().at;
  if (bridge.timer_at && *bridge.timer_at <= at) return true;
  const double delay =
      std::max(kShortestTimerSeconds, std::chrono::duration<double>(at - queue::Clock::now()).count());
  const Owned expire = Owned::steal(PyObject_GetAttrString(bridge.self, "_expire"));
  if (!expire) return false;
  const Owned timer =
      Owned::steal(PyObject_CallMethod(bridge.loop.get(), "call_later", "dO", delay, expire.get()));
  if (!timer) return false;
  bridge.timer_at = at;
  return true;
}

// The callback of add_reader(): hands out what was settled.
PyObject* deliver(PyObject* self, PyObject*) {
  Bridge& bridge = as_bridge(self);
  std::vector<queue::Mailbox::Delivery> batch = std::move(bridge.batch);
  try {
    bridge.mailbox->take(batch);
  } catch (const std::bad_alloc&) {
    return PyErr_NoMemory();
  }
  for (queue::Mailbox::Delivery& delivery : batch) {
    const auto found = bridge.pending.find(delivery.ticket);
    if (found == bridge.pending.end()) continue;
    const Owned object = std::move(found->second);
    bridge.pending.erase(found);
    if (is_stream(bridge, object)) {
      on_news(as_event_stream(object));
      continue;
    }
    wake_waiters(as_future(object).waiters);
    schedule_callbacks(as_future(object), bridge.loop);
  }
  batch.clear();
  bridge.batch = std::move(batch);
  forget_settled(bridge);
  Py_RETURN_NONE;
}

// The callback of the timer: ends what is late. A command that has not started ends as kExpired and comes
// back through the mailbox; of one that is running, the awaiting coroutines are told that its outcome is
// unknown.
PyObject* expire(PyObject* self, PyObject*) {
  Bridge& bridge = as_bridge(self);
  const queue::TimePoint now = queue::Clock::now();
  // A timer that went off a little early is set again below; one that an earlier one has replaced finds that
  // set.
  if (bridge.timer_at && *bridge.timer_at > now + kTimerAccuracy) Py_RETURN_NONE;
  bridge.timer_at.reset();
  while (!bridge.due.empty() && bridge.due.front().at <= now) {
    const auto found = bridge.pending.find(bridge.due.front().ticket);
    bridge.due.pop_front();
    if (found == bridge.pending.end()) continue;
    const Owned keep = Owned::borrow(found->second.get());
    Future& future = as_future(keep);
    if (future.done() || !future.command) continue;
    if (!future.command->withdraw(queue::State::kExpired)) wake_waiters(future.waiters);
  }
  if (!arm(bridge)) return nullptr;
  Py_RETURN_NONE;
}

PyMethodDef kMethods[] = {
    {"_deliver", locked<deliver>, METH_NOARGS, "Hands out what was settled."},
    {"_expire", locked<expire>, METH_NOARGS, "Ends what is late."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc, const_cast<char*>("Brings answers of the hub thread to one event loop.")},
    {Py_tp_methods, kMethods},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(locked_dealloc<dealloc>)},
    {0, nullptr},
};

PyType_Spec kSpec = {
    "vh._Bridge", sizeof(BridgeObject), 0,
    Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_DISALLOW_INSTANTIATION | Py_TPFLAGS_IMMUTABLETYPE,
    kSlots};

Owned make_bridge(const std::shared_ptr<Shared>& shared, Borrowed loop) {
  auto* type = reinterpret_cast<PyTypeObject*>(shared->bridge_type.get());
  Owned object = Owned::steal(type->tp_alloc(type, 0));
  if (!object) return {};
  auto* const bridge = new (&as_bridge(object.get()))
      Bridge{.self = object.get(), .shared = shared, .loop = loop.own(), .id = ++shared->last_bridge_id};
  try {
    bridge->mailbox = queue::Mailbox::create();
  } catch (const std::system_error& error) {
    PyErr_Format(PyExc_OSError, "vh: no descriptor for this event loop: %s", error.what());
    return {};
  }
  return object;
}

}  // namespace

Owned make_bridge_type() {
  return Owned::steal(PyType_FromSpec(&kSpec));
}

Bridge* bridge_of(const std::shared_ptr<Shared>& shared, Borrowed loop) {
  const auto known = shared->bridges.find(loop.get());
  if (known != shared->bridges.end()) return known->second;
  const Owned object = make_bridge(shared, loop);
  if (!object) return nullptr;
  Bridge& bridge = as_bridge(object.get());
  const Owned callback = Owned::steal(PyObject_GetAttrString(object.get(), "_deliver"));
  if (!callback) return nullptr;
  const Owned added =
      Owned::steal(PyObject_CallMethod(loop.get(), "add_reader", "iO", bridge.mailbox->fd(), callback.get()));
  if (!added) return nullptr;
  shared->bridges[loop.get()] = &bridge;
  return &bridge;
}

bool watch(Bridge& bridge, Future& future, const queue::Ref<queue::Command>& command) {
  if (future.bridge_id == bridge.id) return true;
  if (future.bridge_id != 0) {
    PyErr_Format(PyExc_RuntimeError, "the vh.Future of %s() is awaited on another event loop",
                 future.row->function);
    return false;
  }
  const std::uint64_t ticket = ++bridge.last_ticket;
  const Bridge::Due due{command->deadline(), ticket};
  bridge.pending.emplace(ticket, Owned::borrow(future.self));
  // Nearly always the latest, because calls are given the same time.
  const auto place = std::upper_bound(bridge.due.begin(), bridge.due.end(), due,
                                      [](const Bridge::Due& a, const Bridge::Due& b) { return a.at < b.at; });
  bridge.due.insert(place, due);
  future.bridge_id = bridge.id;  // before arm(): that runs Python code, and another loop may ask meanwhile
  if (!arm(bridge)) {
    bridge.pending.erase(ticket);
    future.bridge_id = 0;
    return false;
  }
  bridge.mailbox->post_when_settled(ticket, command);
  return true;
}

}  // namespace vhpy::py
