// See python_host.h. The table of scripts, and when it may change.
#include "pymodule/python_host.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <deque>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include "core/live/live.h"
#include "pymodule/convert.h"
#include "pymodule/fork_guard.h"
#include "pymodule/gil_watch.h"
#include "pymodule/hook_call.h"
#include "pymodule/hook_lookup.h"
#include "pymodule/interpreter.h"
#include "pymodule/interpreter_end.h"
#include "pymodule/isolated_interrupt.h"
#include "pymodule/module.h"
#include "pymodule/script.h"
#include "pymodule/script_file.h"
#include "pymodule/script_interpreter.h"
#include "pymodule/script_interrupt.h"
#include "pymodule/script_loader.h"
#include "pymodule/traceback.h"

namespace vhpy::py {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int kMaxHookDepth = 16;          // hooks within hooks, by vh calls that fire further ones
constexpr std::size_t kMaxPutOff = 64;     // loads and unloads waiting for the end of the turn

// What was asked for inside a hook, until the end of the turn.
struct Job {
  enum class Kind { kLoad, kUnload, kReload };
  Kind kind;
  ScriptRequest request;  // kLoad
  ScriptId id;            // the others
  ScriptHost::Report report;
};

Error not_running() { return refuse(Refusal::kUnavailable, "Python is not running (the hub is stopping, or it could not start)"); }

}  // namespace

struct PythonHost::Impl final : HubPython {
  explicit Impl(Runtime& runtime_used) : runtime(runtime_used) {}

  Runtime& runtime;
  Interpreter interpreter;
  std::shared_ptr<ScriptInterpreter> main = std::make_shared<ScriptInterpreter>();
  HookCaller hooks{runtime};
  ScriptLoader loader{runtime, hooks};
  InterpreterEnd ends{runtime.left_standing};
  PythonOptions options;
  Scripts scripts;               // in the order in which hooks are called
  std::shared_ptr<const ScriptIdentity> in_passing;  // of the script being loaded or unloaded, which is not in the table
  std::deque<Job> put_off;
  std::atomic<bool> registered{false};  // functions with the dispatcher, or unregistered: look for hooks again
  ScriptId last_id = 0;
  pthread_t hub_thread{};        // set once, by start()
  int depth = 0;                 // of Python code on the hub thread: hooks, loads, unloads
  bool stopping = false;
  bool had_isolated = false;
  bool left_standing = false;

  // The hub thread runs scripts' code for the scope: the table of scripts stays as it is, except for what the outermost one
  // does itself.
  class [[nodiscard]] Turn {
   public:
    explicit Turn(Impl& impl) : depth_(impl.depth) { ++depth_; }
    ~Turn() {
      --depth_;
      end_forked_child();
    }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

   private:
    RunningScripts running_;  // what runs now may take the GIL
    int& depth_;
  };

  bool with_gil(std::int64_t interpreter, const std::function<void()>& body) override;

  Outcome prepare_python();
  void say_that_the_hub_stops(SteadyClock::time_point deadline);
  bool end_interpreters(SteadyClock::time_point deadline);
  void look_for_hooks_again();
  bool may_change_scripts() const;
  void submit(Job job);
  Result<ScriptInfo> perform(const Job& job);
  Result<ScriptInfo> load(const ScriptRequest& request);
  Result<ScriptMode> mode_of(const ScriptRequest& request, const ScriptFile& file) const;
  Result<std::shared_ptr<ScriptInterpreter>> interpreter_for(ScriptMode mode);
  Result<std::unique_ptr<Script>> compile(const ScriptRequest& request, const ScriptFile& file);
  Result<std::unique_ptr<Script>> run(std::unique_ptr<Script> script);
  void retire(std::unique_ptr<Script> script, SteadyClock::time_point deadline);
  void retire_all(SteadyClock::time_point deadline);
  void end(const std::shared_ptr<ScriptInterpreter>& home, HubGil& inside, std::string whose);
  Result<ScriptInfo> unload(ScriptId id);
  Result<ScriptInfo> reload(ScriptId id);
  Scripts::iterator find(ScriptId id);
  std::unique_ptr<Script> take(Scripts::iterator at);
  events::HookSet wanted() const;
};

// --- the table of scripts ---------------------------------------------------------------------------------------------

Scripts::iterator PythonHost::Impl::find(ScriptId id) {
  return std::find_if(scripts.begin(), scripts.end(), [&](const auto& script) { return script->identity->id == id; });
}

std::unique_ptr<Script> PythonHost::Impl::take(Scripts::iterator at) {
  std::unique_ptr<Script> script = std::move(*at);
  scripts.erase(at);
  return script;
}

// Without those that the script host fires itself: no hub does.
events::HookSet PythonHost::Impl::wanted() const {
  events::HookSet hooks_wanted = 0;
  for (const auto& script : scripts) {
    for (const Hook& hook : kHooks) {
      const bool defined = static_cast<bool>(script->hooks[static_cast<std::size_t>(hook.id)]);
      if (defined && events::is_event(hook.id)) hooks_wanted |= events::only(hook.id);
    }
  }
  return hooks_wanted;
}

// What somebody asked for goes before what is remembered, that before what the script says of itself, that before the default.
Result<ScriptMode> PythonHost::Impl::mode_of(const ScriptRequest& request, const ScriptFile& file) const {
  const Result<std::optional<ScriptMode>> own = script_mode_in(file.text);
  if (!own) return refuse(own.error().code, fmt::format("{}: {}", file.path, own.error().detail));
  if (request.mode) return *request.mode;
  const auto remembered = options.remembered_mode ? options.remembered_mode(file.name) : std::nullopt;
  return remembered ? *remembered : own.value().value_or(options.default_mode);
}

Result<std::shared_ptr<ScriptInterpreter>> PythonHost::Impl::interpreter_for(ScriptMode mode) {
  if (mode == ScriptMode::kShared) return main;
  const HubGil inside(*main);
  had_isolated = true;
  main->turns.start(main->interpreter);
  return make_isolated_interpreter(registered);
}

// A script that has not run, in its interpreter.
Result<std::unique_ptr<Script>> PythonHost::Impl::compile(const ScriptRequest& request, const ScriptFile& file) {
  const Result<ScriptMode> mode = mode_of(request, file);
  if (!mode) return mode.error();
  const Result<std::shared_ptr<ScriptInterpreter>> home = interpreter_for(mode.value());
  if (!home) return refuse(home.error().code, fmt::format("{}: {}", request.path, home.error().detail));
  HubGil inside(*home.value());
  Result<std::unique_ptr<Script>> script = loader.compile(file, home.value());
  if (!script) {
    end(home.value(), inside, fmt::format("script {}, which was not loaded", request.path));
    return script;
  }
  script.value()->asked_mode = request.mode;
  return script;
}

Result<std::unique_ptr<Script>> PythonHost::Impl::run(std::unique_ptr<Script> script) {
  const std::shared_ptr<ScriptInterpreter> home = script->home;
  const std::string whose = fmt::format("script {} (id {})", script->name(), ++last_id);
  HubGil inside(*home);
  in_passing = script->identity;
  Result<std::unique_ptr<Script>> ran = loader.run(std::move(script), last_id, scripts);
  in_passing.reset();
  if (!ran) end(home, inside, whose);
  return ran;
}

// Takes it apart, and its interpreter if it is the script's own.
void PythonHost::Impl::retire(std::unique_ptr<Script> script, SteadyClock::time_point deadline) {
  const std::shared_ptr<ScriptInterpreter> home = script->home;
  const std::string whose = fmt::format("script {} (id {})", script->name(), script->identity->id);
  HubGil inside(*home);
  forget_interrupt();
  in_passing = script->identity;
  loader.retire(std::move(script), scripts, deadline);
  in_passing.reset();
  if (!stopping && !home->isolated()) PyGC_Collect();
  end(home, inside, whose);
}

// Nothing of ours refers to objects of it any more. The main interpreter stays.
void PythonHost::Impl::end(const std::shared_ptr<ScriptInterpreter>& home, HubGil& inside, std::string whose) {
  if (!home->isolated()) return;
  ends.end(home, inside, std::move(whose));
}

Result<ScriptInfo> PythonHost::Impl::load(const ScriptRequest& request) {
  const Result<ScriptFile> file = read_script_file(request.path);
  if (!file) return file.error();
  for (const auto& script : scripts) {
    if (script->file != file.value().file) continue;
    return refuse(Refusal::kExists, fmt::format("{}: already loaded, with the id {}", request.path, script->identity->id));
  }
  Result<std::unique_ptr<Script>> script = compile(request, file.value());
  if (script) script = run(std::move(script).value());
  if (!script) return script.error();
  scripts.push_back(std::move(script).value());
  ScriptInfo info = scripts.back()->info();
  spdlog::info("script {} loaded, id {}, {}", info.path, info.id, to_string(info.mode));
  return info;
}

Result<ScriptInfo> PythonHost::Impl::unload(ScriptId id) {
  const auto at = find(id);
  if (at == scripts.end()) return refuse(Refusal::kNotFound, fmt::format("no script has the id {}", id));
  ScriptInfo info = (*at)->info();
  retire(take(at), SteadyClock::now() + kUnLoadTime);
  spdlog::info("script {} unloaded, id {}", info.path, info.id);
  return info;
}

// A file that cannot be read or compiled leaves the script that runs as it is; one that fails while it runs cannot.
Result<ScriptInfo> PythonHost::Impl::reload(ScriptId id) {
  auto at = find(id);
  if (at == scripts.end()) return refuse(Refusal::kNotFound, fmt::format("no script has the id {}", id));
  const auto position = at - scripts.begin();
  const ScriptRequest request((*at)->identity->path, (*at)->asked_mode);
  const Result<ScriptFile> file = read_script_file(request.path);
  Result<std::unique_ptr<Script>> script = file ? compile(request, file.value()) : file.error();
  if (!script) return refuse(script.error().code, script.error().detail + " (the loaded one is left as it is)");

  retire(take(at), SteadyClock::now() + kUnLoadTime);
  script = run(std::move(script).value());
  if (!script) return refuse(script.error().code, script.error().detail + " (it is now unloaded)");
  ScriptInfo info = script.value()->info();
  scripts.insert(scripts.begin() + position, std::move(script).value());
  spdlog::info("script {} reloaded, id {} became {}, {}", info.path, id, info.id, to_string(info.mode));
  return info;
}

Result<ScriptInfo> PythonHost::Impl::perform(const Job& job) {
  if (!interpreter.running() || stopping) return not_running();
  const Turn turn(*this);
  const auto run = [&]() -> Result<ScriptInfo> {
    switch (job.kind) {
      case Job::Kind::kLoad: return load(job.request);
      case Job::Kind::kUnload: return unload(job.id);
      case Job::Kind::kReload: return reload(job.id);
    }
    return not_running();
  };
  Result<ScriptInfo> result = run();
  // Who asked is told too, but may be gone, or a command line that nobody looks at.
  if (!result) spdlog::error("{}", result.error().detail);
  return result;
}

// --- the interpreter's life -------------------------------------------------------------------------------------------

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
  const auto deadline = SteadyClock::now() + budget;
  feed().set_scripts_want(0);
  impl_->stopping = true;
  impl_->runtime.python = nullptr;
  feed().close();
  impl_->runtime.hub.live().wake();  // threads of no script that wait for a version: the lane is aborted
  for (Job& job : std::exchange(impl_->put_off, {})) {
    if (job.report) job.report(not_running());
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
    impl_->retire_all(SteadyClock::now() + budget);
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

// --- what the hub asks for --------------------------------------------------------------------------------------------

// Inside a hook the table of scripts is in use. Inside a command of the lane, such as vh.ParseCommand from a script's
// thread, somebody waits for its answer, whom UnLoad in turn may wait for.
bool PythonHost::Impl::may_change_scripts() const {
  return depth == 0 && !runtime.lane.activity().busy_since();
}

void PythonHost::Impl::submit(Job job) {
  if (may_change_scripts()) {
    const Result<ScriptInfo> result = perform(job);
    runtime.events.set_scripts_want(wanted());
    // Without the GIL and after the turn: the hub may fire hooks, or ask for more, while it is told.
    if (job.report) job.report(result);
  } else if (put_off.size() < kMaxPutOff) {
    put_off.push_back(std::move(job));
  } else if (job.report) {
    job.report(refuse(Refusal::kUnavailable, "too many scripts are waiting to be loaded or unloaded"));
  }
}

void PythonHost::load(const ScriptRequest& request, Report report) {
  impl_->submit({Job::Kind::kLoad, request, 0, std::move(report)});
}

void PythonHost::unload(ScriptId id, Report report) {
  impl_->submit({Job::Kind::kUnload, "", id, std::move(report)});
}

void PythonHost::reload(ScriptId id, Report report) {
  impl_->submit({Job::Kind::kReload, "", id, std::move(report)});
}

std::vector<ScriptInfo> PythonHost::list() const {
  std::vector<ScriptInfo> infos;
  for (const auto& script : impl_->scripts) infos.push_back(script->info());
  return infos;
}

std::string PythonHost::path_of(ScriptId id) const {
  if (const auto at = impl_->find(id); at != impl_->scripts.end()) return (*at)->identity->path;
  return impl_->in_passing && impl_->in_passing->id == id ? impl_->in_passing->path : "";
}

std::vector<std::string> PythonHost::left_standing() const { return impl_->ends.standing(); }

void PythonHost::end_of_turn() {
  feed().end_of_turn();
  if (!impl_->may_change_scripts()) return;
  // What these ask for in turn waits for the next one, so that a script that reloads itself cannot keep the hub here.
  for (Job& job : std::exchange(impl_->put_off, {})) impl_->submit(std::move(job));
  if (!impl_->registered.load(std::memory_order_relaxed) || !impl_->interpreter.running()) return;
  impl_->registered = false;
  impl_->look_for_hooks_again();
  feed().set_scripts_want(impl_->wanted());
}

void PythonHost::expect_hooks() { let_gil_stay(); }
void PythonHost::between_events() { give_unused_gil_back(); }
void PythonHost::expect_no_hooks() { give_gil_back(); }

HookResult PythonHost::call(HookId id, std::span<const HookArg> args) {
  if (!impl_->interpreter.running()) return {};
  if (impl_->depth >= kMaxHookDepth) {
    spdlog::warn("{} is not called: {} hooks run inside one another already", hook(id).name, kMaxHookDepth);
    return {};
  }
  const Impl::Turn turn(*impl_);
  return impl_->hooks.call(id, args, impl_->scripts);
}

}  // namespace vhpy::py
