// See python_host.h. The table of scripts, when it may change, and what the hub asks of it.
#include "pymodule/host/python_host.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pymodule/host/python_host_impl.h"
#include "pymodule/interpreters/script_interrupt.h"

namespace vhpy::py {
namespace {

constexpr int kMaxHookDepth = 16;          // hooks within hooks, by vh calls that fire further ones
constexpr std::size_t kMaxPutOff = 64;     // loads and unloads waiting for the end of the turn

}  // namespace

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

Result<std::shared_ptr<ScriptInterpreter>> PythonHost::Impl::interpreter_for(ScriptMode mode, const std::string& file) {
  if (mode == ScriptMode::kShared) return main;
  if (auto kept = ends.take_kept(file)) return kept;
  const HubGil inside(*main);
  had_isolated = true;
  main->turns.start(main->interpreter);
  return make_isolated_interpreter(registered);
}

// A script that has not run, in its interpreter.
Result<std::unique_ptr<Script>> PythonHost::Impl::compile(const ScriptRequest& request, const ScriptFile& file) {
  const Result<ScriptMode> mode = mode_of(request, file);
  if (!mode) return mode.error();
  const Result<std::shared_ptr<ScriptInterpreter>> home = interpreter_for(mode.value(), file.file);
  if (!home) return refuse(home.error().code, fmt::format("{}: {}", request.path, home.error().detail));
  HubGil inside(*home.value());
  Result<std::unique_ptr<Script>> script = loader.compile(file, home.value());
  if (!script) {
    end(home.value(), inside, fmt::format("script {}, which was not loaded", request.path), file.file);
    return script;
  }
  script.value()->asked_mode = request.mode;
  return script;
}

Result<std::unique_ptr<Script>> PythonHost::Impl::run(std::unique_ptr<Script> script) {
  const std::shared_ptr<ScriptInterpreter> home = script->home;
  const std::string whose = fmt::format("script {} (id {})", script->name(), ++last_id);
  const std::string file = script->file;
  HubGil inside(*home);
  in_passing = script->identity;
  Result<std::unique_ptr<Script>> ran = loader.run(std::move(script), last_id, scripts);
  in_passing.reset();
  if (!ran) end(home, inside, whose, file);
  return ran;
}

// Takes it apart, and its interpreter if it is the script's own.
void PythonHost::Impl::retire(std::unique_ptr<Script> script, SteadyClock::time_point deadline) {
  const std::shared_ptr<ScriptInterpreter> home = script->home;
  const std::string whose = fmt::format("script {} (id {})", script->name(), script->identity->id);
  const std::string file = stopping ? std::string() : script->file;
  HubGil inside(*home);
  forget_interrupt();
  in_passing = script->identity;
  loader.retire(std::move(script), scripts, deadline);
  in_passing.reset();
  if (!stopping && !home->isolated()) PyGC_Collect();
  end(home, inside, whose, file);
}

// Nothing of ours refers to objects of it any more. The main interpreter stays.
void PythonHost::Impl::end(const std::shared_ptr<ScriptInterpreter>& home, HubGil& inside, std::string whose, const std::string& file) {
  if (!home->isolated()) return;
  ends.end(home, inside, std::move(whose), file);
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

Error PythonHost::Impl::not_running() { return refuse(Refusal::kUnavailable, "Python is not running (the hub is stopping, or it could not start)"); }

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
  impl_->submit({Impl::Job::Kind::kLoad, request, 0, std::move(report)});
}

void PythonHost::unload(ScriptId id, Report report) {
  impl_->submit({Impl::Job::Kind::kUnload, "", id, std::move(report)});
}

void PythonHost::reload(ScriptId id, Report report) {
  impl_->submit({Impl::Job::Kind::kReload, "", id, std::move(report)});
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
  for (Impl::Job& job : std::exchange(impl_->put_off, {})) impl_->submit(std::move(job));
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
