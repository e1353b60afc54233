#include "pymodule/shared.h"

#include <new>

#include "pymodule/batches/batch.h"
#include "pymodule/call_context.h"
#include "pymodule/errors.h"
#include "pymodule/events/event_awaiter.h"
#include "pymodule/events/event_object.h"
#include "pymodule/events/event_stream.h"
#include "pymodule/futures/event_loop.h"
#include "pymodule/futures/future.h"
#include "pymodule/live/snapshot.h"
#include "pymodule/main_calls.h"

namespace vhpy::py {
namespace {

constexpr const char* kDictionaryKey = "vhpy.shared";

using Keeper = std::shared_ptr<Shared>;

void drop_keeper(PyObject* capsule) {
  delete static_cast<Keeper*>(PyCapsule_GetPointer(capsule, kDictionaryKey));
}

Keeper make_shared_state() {
  auto shared = std::make_shared<Shared>();
  // Where asyncio's own functions are, in C or in Python: legacy_extensions.h.
  shared->asyncio_name = Owned::steal(PyUnicode_InternFromString("asyncio.events"));
  shared->future_type = make_future_type();
  shared->awaiter_type = make_awaiter_type();
  shared->bridge_type = make_bridge_type();
  shared->context_type = make_context_type();
  shared->batch_type = make_batch_type();
  shared->context_variable = make_context_variable();
  shared->snapshot_type = make_snapshot_type();
  shared->users_type = make_users_type();
  shared->user_type = make_user_type();
  shared->event_type = make_event_type();
  shared->event_stream_type = make_event_stream_type();
  shared->event_awaiter_type = make_event_awaiter_type();
  const bool complete = shared->asyncio_name && shared->future_type && shared->awaiter_type &&
                        shared->bridge_type && shared->context_type && shared->batch_type && shared->context_variable &&
                        shared->snapshot_type && shared->users_type && shared->user_type &&
                        shared->event_type && shared->event_stream_type && shared->event_awaiter_type && make_exceptions(*shared);
  return complete ? shared : nullptr;
}

}  // namespace

Shared::Shared() : main_calls(std::make_shared<MainCalls>()) {}

// A command under way may still hold the object, on a thread without the GIL: it must have no Python objects by then.
Shared::~Shared() {
  main_calls->clear();
  Py_XDECREF(get_running_loop_.exchange(nullptr, std::memory_order_acq_rel));
}

std::shared_ptr<Shared> Shared::of_this_interpreter() {
  PyObject* dictionary = PyInterpreterState_GetDict(PyInterpreterState_Get());
  if (dictionary == nullptr) {
    PyErr_SetString(PyExc_ImportError, "vh: this interpreter keeps no state for extension modules");
    return nullptr;
  }
  const Owned key = Owned::steal(PyUnicode_InternFromString(kDictionaryKey));
  if (!key) return nullptr;
  if (PyObject* capsule = PyDict_GetItemWithError(dictionary, key.get()); capsule != nullptr) {
    return *static_cast<Keeper*>(PyCapsule_GetPointer(capsule, kDictionaryKey));
  }
  if (PyErr_Occurred() != nullptr) return nullptr;
  Keeper shared = make_shared_state();
  if (!shared) return nullptr;
  auto keeper = std::make_unique<Keeper>(shared);
  const Owned capsule = Owned::steal(PyCapsule_New(keeper.get(), kDictionaryKey, drop_keeper));
  if (!capsule) return nullptr;
  static_cast<void>(keeper.release());  // drop_keeper() has it now
  return PyDict_SetItem(dictionary, key.get(), capsule.get()) == 0 ? shared : nullptr;
}

// Borrowed. Null with or without an exception: running_loop() says when.
PyObject* Shared::running_loop_function() noexcept {
  if (PyObject* const known = get_running_loop_.load(std::memory_order_acquire)) return known;
  // Imported by nobody means that no loop can run; a plain look-up, so that threads without asyncio pay
  // little.
  const Owned asyncio = Owned::steal(PyImport_GetModule(asyncio_name.get()));
  if (!asyncio) return nullptr;
  Owned found = Owned::steal(PyObject_GetAttrString(asyncio.get(), "_get_running_loop"));
  if (!found) {
    if (PyErr_ExceptionMatches(PyExc_AttributeError) != 0) PyErr_Clear();  // another thread is importing it
    return nullptr;
  }
  PyObject* known = nullptr;
  const bool first = get_running_loop_.compare_exchange_strong(known, found.get(), std::memory_order_acq_rel, std::memory_order_acquire);
  return first ? found.release() : known;
}

Owned Shared::running_loop() {
  PyObject* const function = running_loop_function();
  if (function == nullptr) return {};
  Owned loop = Owned::steal(PyObject_CallNoArgs(function));
  return loop.get() == Py_None ? Owned() : std::move(loop);
}

}  // namespace vhpy::py
