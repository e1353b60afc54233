#include "pymodule/call_context.h"
#include "pymodule/locked.h"

#include <cmath>
#include <memory>
#include <new>
#include <optional>
#include <string>

namespace vhpy::py {
namespace {

using std::chrono::nanoseconds;

// Longer times are cut to this, so that a time point does not overflow. No command lives that long.
constexpr double kLongestSeconds = 86'400.0;
constexpr std::size_t kMaxLabelBytes = 100;

struct Context {
  std::shared_ptr<Shared> shared;
  std::optional<nanoseconds> timeout{};  // as given; while entered, with what is around it
  std::string label{};                   // UTF-8; the same
  std::optional<queue::Priority> priority{};  // the same
  std::optional<nanoseconds> own_timeout{};
  std::string own_label{};
  std::optional<queue::Priority> own_priority{};
  bool entered = false;  // once: timeout, label and lane do not change after that
  Owned token{};         // of the variable, while entered
};

struct ContextObject {
  PyObject head;
  Context context;
};

Context& as_context(PyObject* object) {
  return reinterpret_cast<ContextObject*>(object)->context;
}

// The context that holds here; null without an exception if there is none.
bool current(const Shared& shared, Owned& into) {
  PyObject* value = nullptr;
  if (PyContextVar_Get(shared.context_variable.get(), nullptr, &value) < 0) return false;
  into = Owned::steal(value);
  return true;
}

bool read_label(PyObject* given, std::string& into) {
  if (given == Py_None) return true;
  if (PyUnicode_Check(given) == 0) {
    PyErr_Format(PyExc_TypeError, "vh.context(): label must be a str or None, not %s", Py_TYPE(given)->tp_name);
    return false;
  }
  Py_ssize_t length = 0;
  const char* text = PyUnicode_AsUTF8AndSize(given, &length);
  if (text == nullptr) return false;
  if (length == 0 || static_cast<std::size_t>(length) > kMaxLabelBytes) {
    PyErr_Format(PyExc_ValueError, "vh.context(): label must have 1 to %zu bytes as UTF-8, not %zd", kMaxLabelBytes, length);
    return false;
  }
  into.assign(text, static_cast<std::size_t>(length));
  return true;
}

bool read_lane(PyObject* given, std::optional<queue::Priority>& into) {
  if (given == Py_None) return true;
  if (PyUnicode_Check(given) == 0) {
    PyErr_Format(PyExc_TypeError, "vh.context(): lane must be \"control\", \"normal\" or None, not %s", Py_TYPE(given)->tp_name);
    return false;
  }
  if (PyUnicode_CompareWithASCIIString(given, "control") == 0) {
    into = queue::Priority::kControl;
  } else if (PyUnicode_CompareWithASCIIString(given, "normal") == 0) {
    into = queue::Priority::kNormal;
  } else {
    PyErr_Format(PyExc_ValueError, "vh.context(): lane must be \"control\", \"normal\" or None, not %R", given);
    return false;
  }
  return true;
}

PyObject* make(PyTypeObject* type, PyObject* args, PyObject* keywords) {
  static const char* const kNames[] = {"timeout", "label", "lane", nullptr};
  PyObject *timeout = Py_None, *label = Py_None, *lane = Py_None;
  if (PyArg_ParseTupleAndKeywords(args, keywords, "|$OOO:context", const_cast<char**>(kNames), &timeout, &label, &lane) == 0) {
    return nullptr;
  }
  Context context{.shared = Shared::of_this_interpreter()};
  if (!context.shared || !read_label(label, context.own_label) || !read_lane(lane, context.own_priority)) return nullptr;
  if (timeout != Py_None) {
    nanoseconds time{};
    if (!read_seconds(timeout, "vh.context(): timeout", time)) return nullptr;
    context.own_timeout = time;
  }
  PyObject* object = type->tp_alloc(type, 0);
  if (object != nullptr) new (&as_context(object)) Context(std::move(context));
  return object;
}

// What is not given is what holds around it.
PyObject* enter(PyObject* self, PyObject*) {
  Context& context = as_context(self);
  if (context.entered) {  // calls under way elsewhere may still look at it
    PyErr_SetString(PyExc_RuntimeError, "a vh.context is entered once; make one for each `with`");
    return nullptr;
  }
  Owned outer;
  if (!current(*context.shared, outer)) return nullptr;
  context.timeout = context.own_timeout;
  context.label = context.own_label;
  context.priority = context.own_priority;
  if (outer) {
    const Context& around = as_context(outer.get());
    if (!context.timeout) context.timeout = around.timeout;
    if (context.label.empty()) context.label = around.label;
    if (!context.priority) context.priority = around.priority;
  }
  context.entered = true;
  context.token = Owned::steal(PyContextVar_Set(context.shared->context_variable.get(), self));
  return context.token ? Py_NewRef(self) : nullptr;
}

PyObject* leave(PyObject* self, PyObject*) {
  Context& context = as_context(self);
  const Owned token = std::move(context.token);
  if (!token) {
    PyErr_SetString(PyExc_RuntimeError, "this vh.context is not entered");
    return nullptr;
  }
  if (PyContextVar_Reset(context.shared->context_variable.get(), token.get()) < 0) return nullptr;
  Py_RETURN_NONE;
}

int traverse(PyObject* self, visitproc visit, void* arg) {
  Py_VISIT(Py_TYPE(self));
  Py_VISIT(as_context(self).token.get());
  return 0;
}

int clear(PyObject* self) {
  as_context(self).token.reset();
  return 0;
}

void dealloc(PyObject* self) {
  PyTypeObject* type = Py_TYPE(self);
  PyObject_GC_UnTrack(self);
  const ErrorKept kept;
  std::destroy_at(&as_context(self));
  type->tp_free(self);
  Py_DECREF(type);
}

PyMethodDef kMethods[] = {
    {"__enter__", locked<enter>, METH_NOARGS, "The terms hold from here on, in this thread or task."},
    {"__exit__", locked<leave>, METH_VARARGS, "What held before holds again."},
    {nullptr, nullptr, 0, nullptr},
};

PyType_Slot kSlots[] = {
    {Py_tp_doc,
     const_cast<char*>("context(*, timeout=None, label=None, lane=None)\n--\n\n"
                       "The terms of the calls of vh inside a `with` block: of this thread, or of this asyncio task\n"
                       "and those that it starts.\n\n"
                       "timeout: seconds that a call may take, for which nobody gives another time. label: how messages\n"
                       "about a call name who made it. lane: \"control\" for calls that go before all others that wait for the\n"
                       "hub thread, to stop or cancel something; \"normal\". Order holds among the calls of one thread and lane.\n"
                       "What is None is as it is around the block.")},
    {Py_tp_new, reinterpret_cast<void*>(locked<make>)},
    {Py_tp_methods, kMethods},
    {Py_tp_traverse, reinterpret_cast<void*>(traverse)},
    {Py_tp_clear, reinterpret_cast<void*>(clear)},
    {Py_tp_dealloc, reinterpret_cast<void*>(locked_dealloc<dealloc>)},
    {0, nullptr},
};

PyType_Spec kSpec = {"vh.context", sizeof(ContextObject), 0,
                     Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_GC | Py_TPFLAGS_IMMUTABLETYPE, kSlots};

}  // namespace

CallFacts CallTerms::facts(const char* function) const noexcept {
  const bool labelled = context_ && !as_context(context_.get()).label.empty();
  return {function, timeout_, labelled ? as_context(context_.get()).label.c_str() : nullptr, nullptr, priority()};
}

queue::Priority CallTerms::priority() const noexcept {
  return context_ ? as_context(context_.get()).priority.value_or(queue::Priority::kNormal) : queue::Priority::kNormal;
}

bool read_terms(const ModuleState& state, const char* function, CallTerms& into) {
  Owned context;
  if (!current(*state.shared, context)) return false;
  const nanoseconds usual = state.runtime->default_timeout;
  const nanoseconds timeout = context ? as_context(context.get()).timeout.value_or(usual) : usual;
  into = CallTerms(queue::Clock::now(), timeout, std::move(context));
  if (function == nullptr) return true;
  queue::Lane& lane = state.runtime->lane;
  const auto busy_since = lane.activity().busy_since();
  if (!busy_since || into.made_at() - *busy_since < state.runtime->stuck_after) return true;
  raise_stuck(*state.shared, lane, into.facts(function));
  return false;
}

bool read_seconds(Borrowed given, const char* what, nanoseconds& into) {
  double seconds = PyFloat_AsDouble(given.get());
  if (seconds == -1.0 && PyErr_Occurred() != nullptr) {
    if (PyErr_ExceptionMatches(PyExc_OverflowError) != 0 && PyLong_Check(given.get()) != 0) {
      PyErr_Clear();
      const Owned zero = Owned::steal(PyLong_FromLong(0));
      const int negative = zero ? PyObject_RichCompareBool(given.get(), zero.get(), Py_LT) : -1;
      if (negative < 0) return false;
      seconds = negative != 0 ? 0.0 : kLongestSeconds;
    }
  }
  if (PyErr_Occurred() != nullptr) {
    if (PyErr_ExceptionMatches(PyExc_TypeError) == 0) return false;  // what its __float__ raised
    PyErr_Format(PyExc_TypeError, "%s must be a number of seconds or None, not %s", what, Py_TYPE(given.get())->tp_name);
    return false;
  }
  if (std::isnan(seconds)) {
    PyErr_Format(PyExc_ValueError, "%s must be a number of seconds, not nan", what);
    return false;
  }
  const double bounded = std::fmin(std::fmax(seconds, 0.0), kLongestSeconds);
  into = std::chrono::duration_cast<nanoseconds>(std::chrono::duration<double>(bounded));
  return true;
}

Owned make_context_type() {
  return Owned::steal(PyType_FromSpec(&kSpec));
}

Owned make_context_variable() {
  return Owned::steal(PyContextVar_New("vh.context", nullptr));
}

}  // namespace vhpy::py
