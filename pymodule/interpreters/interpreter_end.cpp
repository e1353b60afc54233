// See interpreter_end.h.
#include "pymodule/interpreters/interpreter_end.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/exit_functions.h"
#include "pymodule/interpreters/interpreter.h"

namespace vhpy::py {

// Shared by the hub thread and the thread that ends the interpreter.
struct InterpreterEnd::Ending {
  Ending(std::shared_ptr<ScriptInterpreter> interpreter_, std::string whose_, std::string keep_for_, std::atomic<std::uint32_t>& standing_)
      : interpreter(std::move(interpreter_)),
        hub_state(sub_interpreters_can_end() ? nullptr : interpreter->hub_state),
        whose(std::move(whose_)),
        keep_for(sub_interpreters_can_end() ? std::string() : std::move(keep_for_)),
        standing(standing_) {}

  std::shared_ptr<ScriptInterpreter> interpreter;  // used by its thread only, until it is over
  const PyThreadState* const hub_state;            // which stays there; null: it does not
  std::string whose;
  std::string keep_for;
  std::atomic<std::uint32_t>& standing;
  std::thread thread;  // used by the hub thread only

  std::mutex mutex;
  std::condition_variable changed;
  bool started = false;                   // guarded by mutex, as what follows
  bool over = false;
  bool kept = false;                      // before it was over
  bool is_standing = false;
  std::vector<std::string> threads;       // that still live, as last seen
};

namespace {

using Ending = InterpreterEnd::Ending;
using std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr milliseconds kStandsAfter{2'000};      // after which an interpreter counts as left standing
constexpr milliseconds kShortestLook{1};   // between two looks at its threads: longer each time
constexpr milliseconds kLongestLook{1'000};
constexpr milliseconds kKeptWithin{1'000};  // threads end that long before an interpreter is not kept for them

// Mutex held.
std::string what_holds(const Ending& ending) {
  if (ending.threads.empty()) return "exit functions of its own do not end";
  return fmt::format("{} thread(s) did not end: {}", ending.threads.size(), fmt::join(ending.threads, ", "));
}

// What it raises, or does not find, is no reason not to go on.
void call(const std::string& whose, const char* module_name, const char* function) {
  const Owned module = Owned::steal(PyImport_ImportModule(module_name));
  if (module && Owned::steal(PyObject_CallMethod(module.get(), function, nullptr))) return;
  spdlog::warn("{}: while its threads end, {}.{} raises{}", whose, module_name, function, take_raised().traceback);
}

bool threads_live(const Ending& ending, const PyThreadState* ours) {
  return other_threads_live({ours, ending.interpreter->turns.state(), ending.hub_state});
}

// Who still lives, for whoever asks.
void note_threads(Ending& ending, PyThreadState* ours) {
  const bool live = threads_live(ending, ours);
  std::vector<std::string> names = live ? names_of_live_threads() : std::vector<std::string>();
  const std::lock_guard lock(ending.mutex);
  ending.threads = std::move(names);
}

// False: `until` has come, and one still lives.
bool wait_for_threads(Ending& ending, PyThreadState* ours, SteadyClock::time_point until = SteadyClock::time_point::max()) {
  for (auto pause = kShortestLook; threads_live(ending, ours); pause = std::min(pause * 2, kLongestLook)) {
    if (SteadyClock::now() >= until) return false;
    note_threads(ending, ours);
    const GilReleased released;
    std::this_thread::sleep_for(pause);
  }
  return true;
}

// As Python's own end does, but where the hub thread's state stays: threading._shutdown() would wait for that.
void call_exit_functions(Ending& ending, PyThreadState* ours) {
  if (ending.hub_state == nullptr) {
    call(ending.whose, "threading", "_shutdown");
  } else {
    if (!call_threads_exit_functions()) {
      spdlog::warn("{}: while its threads end, one of threading's exit functions raises{}", ending.whose, take_raised().traceback);
    }
    wait_for_threads(ending, ours, SteadyClock::now() + kKeptWithin);
  }
  call(ending.whose, "atexit", "_run_exitfuncs");
}

// Whether it is ready for the next script.
bool keep(Ending& ending, PyThreadState* ours) {
  if (ending.keep_for.empty()) return false;
  PyGC_Collect();
  if (!wait_for_threads(ending, ours, SteadyClock::now() + kKeptWithin)) return false;
  if (make_exit_functions_anew()) return true;
  spdlog::warn("{}: its interpreter is not kept{}", ending.whose, take_raised().traceback);
  return false;
}

void wait_for_the_end(Ending& ending, PyThreadState* ours) {
  wait_for_threads(ending, ours);
  {
    const GilReleased released;
    ending.interpreter->turns.stop();
  }
  ending.interpreter->import.clear();
}

void mark_over(Ending& ending, bool kept) {
  const std::lock_guard lock(ending.mutex);
  ending.kept = kept;
  if (std::exchange(ending.is_standing, false)) {
    ending.standing.fetch_sub(1, std::memory_order_relaxed);
    spdlog::info("{}: its last thread has ended{}", ending.whose, sub_interpreters_can_end() ? ", and its interpreter with it" : "");
  }
  ending.over = true;
  ending.changed.notify_all();
}

// Beside what waits without limit, since threading._shutdown() joins threads. Mutex held.
void say_that_it_stands(Ending& ending) {
  ending.is_standing = true;
  ending.standing.fetch_add(1, std::memory_order_relaxed);
  spdlog::warn("{}: its interpreter is left standing: {}", ending.whose, what_holds(ending));
}

void watch_grace(Ending& ending, SteadyClock::time_point began) {
  std::unique_lock lock(ending.mutex);
  if (!ending.changed.wait_until(lock, began + kStandsAfter, [&] { return ending.over; })) say_that_it_stands(ending);
}

void mark_started(Ending& ending) {
  const std::lock_guard lock(ending.mutex);
  ending.started = true;
  ending.changed.notify_all();
}

void end_interpreter(Ending& ending) {
  const auto began = SteadyClock::now();
  PyInterpreterState* const interpreter = ending.interpreter->interpreter;
  // While the hub thread's is still there: up to 3.12 Python dies if an interpreter gets a new one after it had none.
  PyThreadState* const ours = PyThreadState_New(interpreter);
  mark_started(ending);
  std::thread watch([&] { watch_grace(ending, began); });
  PyEval_RestoreThread(ours);
  note_threads(ending, ours);
  call_exit_functions(ending, ours);
  const bool kept = keep(ending, ours);
  if (!kept) wait_for_the_end(ending, ours);
  end_sub_interpreter(ours);
  mark_over(ending, kept);
  watch.join();
}

std::string line_of(Ending& ending) {
  const std::lock_guard lock(ending.mutex);
  return fmt::format("{}: {}", ending.whose, what_holds(ending));
}

}  // namespace

void InterpreterEnd::end(std::shared_ptr<ScriptInterpreter> interpreter, HubGil& inside, std::string whose, std::string keep_for) {
  forget_ended();
  auto ending = std::make_shared<Ending>(interpreter, std::move(whose), std::move(keep_for), standing_);
  endings_.push_back(ending);
  try {
    ending->thread = std::thread([ending] { end_interpreter(*ending); });
    std::unique_lock lock(ending->mutex);
    ending->changed.wait(lock, [&] { return ending->started; });
  } catch (const std::system_error& error) {
    const std::lock_guard lock(ending->mutex);
    ending->threads = {fmt::format("no thread to be had that would end it ({})", error.what())};
    say_that_it_stands(*ending);
  }
  leave_for_good(*interpreter, inside);
}

void InterpreterEnd::forget_ended() {
  std::erase_if(endings_, [this](const std::shared_ptr<Ending>& ending) {
    bool kept = false;
    {
      const std::lock_guard lock(ending->mutex);
      if (!ending->over) return false;
      kept = ending->kept;
    }
    ending->thread.join();
    if (kept) kept_.emplace(ending->keep_for, ending->interpreter);
    return true;
  });
}

std::shared_ptr<ScriptInterpreter> InterpreterEnd::take_kept(const std::string& file) {
  forget_ended();
  auto found = kept_.extract(file);
  return found ? std::move(found.mapped()) : nullptr;
}

std::vector<std::string> InterpreterEnd::standing() {
  forget_ended();
  std::vector<std::string> lines;
  for (const auto& ending : endings_) {
    {
      const std::lock_guard lock(ending->mutex);
      if (!ending->is_standing) continue;
    }
    lines.push_back(line_of(*ending));
  }
  return lines;
}

std::vector<std::string> InterpreterEnd::wait_until(SteadyClock::time_point deadline) {
  for (const auto& ending : endings_) {
    std::unique_lock lock(ending->mutex);
    ending->changed.wait_until(lock, deadline, [&] { return ending->over; });
  }
  forget_ended();
  std::vector<std::string> lines;
  for (const auto& ending : endings_) lines.push_back(line_of(*ending));
  return lines;
}

}  // namespace vhpy::py
