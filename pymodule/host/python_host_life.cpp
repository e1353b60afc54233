// See python_host.h. The interpreter's life: its start, its end, and the hub thread's way in.
#include <algorithm>
#include <array>
#include <cassert>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "core/live/live.h"
#include "pymodule/convert.h"
#include "pymodule/hooks/hook_lookup.h"
#include "pymodule/host/python_host_impl.h"
#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/isolated_interrupt.h"
#include "pymodule/interpreters/script_interrupt.h"
#include "pymodule/module.h"

namespace vhpy::py {

Outcome PythonHost::Impl::prepare_python() {
  const Turn turn(*this);
  main->hub_state = interpreter.hub_state();
  main->interpreter = PyThreadState_GetInterpreter(main->hub_state);
  main->id = PyInterpreterState_GetID(main->interpreter);
  const HubGil inside(*main);
  hooks.set_codec(TextCodec::named(runtime.hub.identity().encoding));
  hub_thread = pthread_self();
  runtime.python = this;
  if (prepare_for_scripts(*main, registered) && (!options.interruptible || install_interrupt())) return Done{};
  return refuse(Refusal::kUnavailable, fmt::format("Python cannot be prepared for scripts: {}", take_raised().line));
}

// OnUnLoad, in all scripts before any of them is unloaded. Together they may take a quarter of the time that is left, so
// that each one's UnLoad still has its own.
void PythonHost::Impl::say_that_the_hub_stops(SteadyClock::time_point deadline) {
  const std::array<HookArg, 1> code{std::int64_t{0}};
  const auto now = SteadyClock::now();
  for (const auto& script : scripts) {
    const HubGil inside(*script->home);
    forget_interrupt();
    hooks.call_farewell(*script, HookId::kOnUnLoad, code, now + (deadline - now) / 4);
  }
}

// Half of what is left for each, so that neither the other scripts nor their threads go without.
void PythonHost::Impl::retire_all(SteadyClock::time_point deadline) {
  while (!scripts.empty()) {
    const auto now = SteadyClock::now();
    const ScriptInfo info = scripts.front()->info();
    retire(take(scripts.begin()), now + std::max(deadline - now, SteadyClock::duration::zero()) / 2);
    spdlog::info("script {} unloaded, id {}", info.path, info.id);
  }
}

bool PythonHost::Impl::with_gil(std::int64_t where, const std::function<void()>& body) {
  if (!interpreter.running() || stopping) return false;
  const auto at = std::find_if(scripts.begin(), scripts.end(), [&](const auto& script) { return script->home->id == where; });
  const std::shared_ptr<ScriptInterpreter> home = where == main->id ? main : at != scripts.end() ? (*at)->home : nullptr;
  if (!home) return false;
  const Turn turn(*this);
  const HubGil inside(*home);
  body();
  return true;
}

void PythonHost::Impl::look_for_hooks_again() {
  const Turn turn(*this);
  for (const auto& script : scripts) {
    const HubGil inside(*script->home);
    if (!has_registered(*script)) continue;
    if (const auto wrong = find_hooks(*script)) spdlog::error("script {}: {}", script->name(), *wrong);
  }
}

bool python_runs() noexcept { return Py_IsInitialized() != 0; }

PythonHost::PythonHost(Runtime& runtime) : ScriptHost(runtime.events), impl_(std::make_unique<Impl>(runtime)) {}

PythonHost::~PythonHost() {
  if (impl_->interpreter.running()) stop(std::chrono::milliseconds::zero());
  // Threads of an interpreter that was left standing may still come through __import__, which lives there.
  if (impl_->left_standing) static_cast<void>(impl_.release());
}

Outcome PythonHost::start(const PythonOptions& options) {
  if (python_runs()) return refuse(Refusal::kExists, "Python is already running in this process");  // install_module() would abort
  install_module(impl_->runtime);
  impl_->options = options;
  const Outcome started = impl_->interpreter.start(options.executable);
  return started ? impl_->prepare_python() : started;
}

bool PythonHost::stop(std::chrono::milliseconds budget) {
  assert(impl_->depth == 0 && "stop() inside a hook");
  if (!impl_->interpreter.running()) return !impl_->left_standing;
  const auto deadline = Impl::SteadyClock::now() + budget;
  feed().set_scripts_want(0);
  impl_->stopping = true;
  impl_->runtime.python = nullptr;
  feed().close();
  impl_->runtime.hub.live().wake();  // threads of no script that wait for a version: the lane is aborted
  for (Impl::Job& job : std::exchange(impl_->put_off, {})) {
    if (job.report) job.report(Impl::not_running());
  }
  {
    const Impl::Turn turn(*impl_);
    impl_->say_that_the_hub_stops(deadline);
    impl_->retire_all(deadline);
    const HubGil inside(*impl_->main);
    impl_->main->import.clear();
  }
  return impl_->end_interpreters(deadline);
}

void PythonHost::unload_all(std::chrono::milliseconds budget) {
  assert(impl_->may_change_scripts() && "unload_all() inside a hook or a command");
  if (!impl_->interpreter.running() || impl_->stopping) return;
  {
    const Impl::Turn turn(*impl_);
    impl_->retire_all(Impl::SteadyClock::now() + budget);
  }
  impl_->runtime.events.set_scripts_want(impl_->wanted());
}

// True: Python has ended. The main interpreter must be the last one.
bool PythonHost::Impl::end_interpreters(SteadyClock::time_point deadline) {
  const auto now = SteadyClock::now();
  const std::vector<std::string> standing = ends.wait_until(now + (deadline - now) / 2);
  main->turns.stop();
  const bool may_end = standing.empty() && (sub_interpreters_can_end() || !had_isolated);
  const std::vector<std::string> alive = interpreter.finish(deadline, may_end);
  for (const std::string& line : standing) spdlog::warn("the interpreter of {}", line);
  if (!alive.empty()) {
    spdlog::warn("Python is left standing: {} thread(s) of scripts did not end: {}", alive.size(), fmt::join(alive, ", "));
  }
  left_standing = !alive.empty() || !standing.empty();
  return !left_standing;
}

// A signal reaches nothing in a sub-interpreter.
void PythonHost::interrupt() noexcept {
  if (!interrupt_isolated(static_cast<unsigned long>(impl_->hub_thread))) py::interrupt(impl_->hub_thread);
}

}  // namespace vhpy::py
