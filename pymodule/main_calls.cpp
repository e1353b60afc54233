#include "pymodule/main_calls.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "core/live/live.h"
#include "pymodule/hook_budget.h"
#include "pymodule/locked.h"
#include "queue/activity.h"

namespace vhpy::py {
namespace {

// How many are looked at when another comes: more than one, so that what is left behind becomes less.
constexpr int kSweptEachTime = 4;

}  // namespace

std::uint64_t MainCalls::add(Function function) {
  sweep();
  entries_.emplace(++last_, Entry{.function = std::move(function)});
  return last_;
}

void MainCalls::belongs_to(std::uint64_t number, queue::Ref<queue::Command> command) {
  numbers_[command.get()] = number;
  entries_.at(number).command = std::move(command);
}

// Dropping runs foreign code, which must find everything in order.
void MainCalls::drop(std::map<std::uint64_t, Entry>::iterator at) {
  const Entry dropped = std::move(at->second);
  numbers_.erase(dropped.command.get());
  entries_.erase(at);
}

// Entries of commands that were withdrawn after everybody had lost interest.
void MainCalls::sweep() {
  for (int i = 0; i < kSweptEachTime && !unwanted_.empty(); ++i) {
    const std::uint64_t number = unwanted_.front();
    unwanted_.pop_front();
    const auto found = entries_.find(number);
    if (found == entries_.end()) continue;
    if (is_final(found->second.command->state())) {
      drop(found);
    } else {
      unwanted_.push_back(number);
    }
  }
}

void MainCalls::sweep_all() {
  const Locked here;
  for (std::size_t left = unwanted_.size(); left > 0; left -= std::min<std::size_t>(left, kSweptEachTime)) sweep();
}

namespace {

// The traceback has the frames of this thread, and will have those of whoever asks for the result: not those of whoever asked
// for the call, if that is somebody else.
void note_site(Borrowed error, const CallSite& site) {
  const std::string note = "vh.on_main() was called at " + site.text();
  if (!Owned::steal(PyObject_CallMethod(error.get(), "add_note", "s", note.c_str()))) PyErr_Clear();
}

}  // namespace

std::optional<MainCalls::Function> MainCalls::take(std::uint64_t number) {
  const Locked here;
  const auto found = entries_.find(number);
  if (found == entries_.end()) return std::nullopt;
  return std::move(found->second.function);
}

void MainCalls::run(std::uint64_t number) {
  const std::optional<Function> taken = take(number);
  if (!taken) return;  // cleared: Python is ending
  const Function& function = *taken;
  Owned value = Owned::steal(
      PyObject_Call(function.callable.get(), function.arguments.get(), function.keywords.get()));
  Owned error = value ? Owned() : take_exception();
  if (error) note_site(error, function.site);
  const Locked here;
  const auto again = entries_.find(number);  // the call may have added others, or asked for its own end
  if (again == entries_.end()) return;
  if (again->second.wanted) {
    again->second.value = std::move(value);
    again->second.error = std::move(error);
  } else {
    drop(again);
  }
}

Owned MainCalls::answer(std::uint64_t number) const {
  const auto found = entries_.find(number);
  if (found == entries_.end()) {
    PyErr_SetString(PyExc_RuntimeError, "vh.on_main(): the result is gone, Python is ending");
    return {};
  }
  const Entry& entry = found->second;
  if (entry.value) return Owned::borrow(entry.value.get());
  PyErr_SetObject(reinterpret_cast<PyObject*>(Py_TYPE(entry.error.get())), entry.error.get());
  return {};
}

void MainCalls::forget(const queue::Command& command) {
  const auto number = numbers_.find(&command);
  if (number == numbers_.end()) return;
  const auto found = entries_.find(number->second);
  found->second.wanted = false;
  if (is_final(command.state())) {
    drop(found);
  } else {  // run() or sweep() does
    unwanted_.push_back(number->second);
  }
}

void MainCalls::clear() {
  const Locked here;
  numbers_.clear();
  unwanted_.clear();
  const auto dropped = std::exchange(entries_, {});
}

MainCallWork::Done MainCallWork::operator()() const {
  const queue::Activity::Scope busy(runtime->lane.activity(), script->name, name);
  const bool ran = runtime->python != nullptr && runtime->python->with_gil(interpreter, [this] { calls->run(number); });
  note_time_of(*runtime, *script, name, queue::Clock::now() - busy.since());
  if (!ran) throw std::runtime_error("the hub thread cannot run Python in this interpreter (any more)");
  return {number, runtime->hub.live().version_of_now()};
}

}  // namespace vhpy::py
