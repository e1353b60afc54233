#include "pymodule/errors.h"

#include <fmt/format.h>

#include <iterator>

namespace vhpy::py {
namespace {

struct FailureRow {
  const char* name;  // with the module, as Python wants it
  const char* doc;
  bool is_timeout;
};

// In the order of Failure.
constexpr FailureRow kFailureRows[] = {
    {"vh.Error", "What every exception of vh is.", false},
    {"vh.QueueFull", "The queue to the hub thread is full; the call was not accepted. Try later.", false},
    {"vh.Closed", "The hub is closing; the call was not accepted.", false},
    {"vh.Abandoned", "The call was dropped before it ran: the hub stopped, or the script was unloaded.",
     false},
    {"vh.WouldDeadlock", "The hub thread was asked to wait for itself.", false},
    {"vh.Expired", "Time was up before the call started. It has not run and will not.", true},
    {"vh.OutcomeUnknown", "Time was up while the call was running. It may have taken effect.", true},
    {"vh.SessionGone", "A user that a batch was for has left, or another connection has the nick. Nothing was done.", false},
};
static_assert(std::size(kFailureRows) == kFailures);

double seconds(std::chrono::nanoseconds duration) {
  return std::chrono::duration<double>(duration).count();
}

// "vh.Ban()", "vh.Ban() [billing]".
std::string called(const CallFacts& call) {
  return call.label == nullptr ? fmt::format("vh.{}()", call.function) : fmt::format("vh.{}() [{}]", call.function, call.label);
}

std::string site_of(const CallFacts& call) {
  return call.site != nullptr && *call.site ? call.site->text() : CallSite::here().text();
}

std::string hub_thread_does(queue::Lane& lane) {
  return lane.activity().describe(queue::Clock::now());
}

}  // namespace

const char* failure_name(Failure failure) noexcept {
  return kFailureRows[static_cast<std::size_t>(failure)].name + sizeof("vh.") - 1;
}

bool make_exceptions(Shared& shared) {
  for (std::size_t i = 0; i < kFailures; ++i) {
    const FailureRow& row = kFailureRows[i];
    Owned base = Owned::borrow(i == 0 ? PyExc_Exception : shared.exceptions[0].get());
    if (row.is_timeout) base = Owned::steal(PyTuple_Pack(2, base.get(), PyExc_TimeoutError));
    if (!base) return false;
    shared.exceptions[i] = Owned::steal(PyErr_NewExceptionWithDoc(row.name, row.doc, base.get(), nullptr));
    if (!shared.exceptions[i]) return false;
  }
  return true;
}

PyObject* raise(const Shared& shared, Failure failure, const std::string& message) {
  // "replace": file names and what C++ code throws need not be UTF-8.
  const Owned text = Owned::steal(
      PyUnicode_DecodeUTF8(message.data(), static_cast<Py_ssize_t>(message.size()), "backslashreplace"));
  if (text) PyErr_SetObject(shared.exceptions[static_cast<std::size_t>(failure)].get(), text.get());
  return nullptr;
}

PyObject* raise_refused(const Shared& shared, queue::Lane& lane, queue::Admission admission,
                        const CallFacts& call) {
  switch (admission) {
    case queue::Admission::kClosed:
      return raise(shared, Failure::kClosed,
                   fmt::format("{}: the hub is closing and takes no more calls", called(call)));
    case queue::Admission::kNoProducer:
      return raise(shared, Failure::kQueueFull,
                   fmt::format("{}: too many threads use the queue to the hub thread", called(call)));
    case queue::Admission::kFull:
    case queue::Admission::kAccepted:
      break;
  }
  return raise(shared, Failure::kQueueFull,
               fmt::format("{} at {}: the queue to the hub thread is full; the hub thread: {}",
                           called(call), site_of(call), hub_thread_does(lane)));
}

PyObject* raise_unfinished(const Shared& shared, queue::Lane& lane, queue::State state, const CallFacts& call,
                           const std::string& detail) {
  switch (state) {
    case queue::State::kFailed:
      return raise_thrown(shared, call.function, detail.c_str(), call.site);
    case queue::State::kAbandoned:
      return raise(
          shared, Failure::kAbandoned,
          fmt::format("{} at {} was abandoned before it ran: the hub is stopping, or the script was unloaded",
                      called(call), site_of(call)));
    case queue::State::kExpired:
      return raise(
          shared, Failure::kExpired,
          fmt::format("{} at {} did not start within {:.1f} s and will not run; the hub thread: {}",
                      called(call), site_of(call), seconds(call.timeout), hub_thread_does(lane)));
    case queue::State::kQueued:
    case queue::State::kRunning:
    case queue::State::kDone:
    case queue::State::kCancelled:
      break;
  }
  return raise(
      shared, Failure::kOutcomeUnknown,
      fmt::format(
          "{} at {} was still running after {:.1f} s and may yet take effect; the hub thread: {}",
          called(call), site_of(call), seconds(call.timeout), hub_thread_does(lane)));
}

PyObject* raise_stuck(const Shared& shared, queue::Lane& lane, const CallFacts& call) {
  return raise(shared, Failure::kExpired,
               fmt::format("{} at {} was not handed over and will not run, because the hub thread is stuck: {}",
                           called(call), site_of(call), hub_thread_does(lane)));
}

PyObject* raise_forked(const Shared& shared, const char* function) {
  return raise(shared, Failure::kClosed,
               fmt::format("vh.{}(): this process was forked from the hub's and has no hub", function));
}

PyObject* raise_gone(const Shared& shared, const char* function) {
  return raise(shared, Failure::kAbandoned, fmt::format("vh.{}(): this script was unloaded", function));
}

PyObject* raise_thrown(const Shared& shared, const char* function, const char* what, const CallSite* site) {
  const std::string at = site != nullptr && *site ? " at " + site->text() : "";
  return raise(shared, Failure::kError, fmt::format("vh.{}(){} failed in the hub: {}", function, at, what));
}

PyObject* raise_would_deadlock(const Shared& shared, const char* function) {
  return raise(
      shared, Failure::kWouldDeadlock,
      fmt::format("the result of vh.{}() is not there yet and the hub thread cannot wait for itself; use "
                  "vh.{}(...), which runs at once here",
                  function, function));
}

}  // namespace vhpy::py
