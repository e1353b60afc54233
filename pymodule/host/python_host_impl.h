// What PythonHost consists of, for its sources alone: the table of scripts and when it may change (python_host.cpp), the
// interpreter's life (python_host_life.cpp).
//
// Owner: PythonHost. Thread: hub, unless said otherwise.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <pthread.h>

#include "pymodule/fork_guard.h"
#include "pymodule/gil_watch.h"
#include "pymodule/hooks/hook_call.h"
#include "pymodule/host/python_host.h"
#include "pymodule/host/script.h"
#include "pymodule/host/script_file.h"
#include "pymodule/host/script_loader.h"
#include "pymodule/interpreters/interpreter.h"
#include "pymodule/interpreters/interpreter_end.h"
#include "pymodule/interpreters/script_interpreter.h"

namespace vhpy::py {

struct PythonHost::Impl final : HubPython {
  using SteadyClock = std::chrono::steady_clock;

  explicit Impl(Runtime& runtime_used) : runtime(runtime_used) {}

  // What was asked for inside a hook, until the end of the turn.
  struct Job {
    enum class Kind { kLoad, kUnload, kReload };
    Kind kind;
    ScriptRequest request;  // kLoad
    ScriptId id;            // the others
    ScriptHost::Report report;
  };

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

  static Error not_running();
  Outcome prepare_python();
  void say_that_the_hub_stops(SteadyClock::time_point deadline);
  bool end_interpreters(SteadyClock::time_point deadline);
  void look_for_hooks_again();
  bool may_change_scripts() const;
  void submit(Job job);
  Result<ScriptInfo> perform(const Job& job);
  Result<ScriptInfo> load(const ScriptRequest& request);
  Result<ScriptMode> mode_of(const ScriptRequest& request, const ScriptFile& file) const;
  Result<std::shared_ptr<ScriptInterpreter>> interpreter_for(ScriptMode mode, const std::string& file);
  Result<std::unique_ptr<Script>> compile(const ScriptRequest& request, const ScriptFile& file);
  Result<std::unique_ptr<Script>> run(std::unique_ptr<Script> script);
  void retire(std::unique_ptr<Script> script, SteadyClock::time_point deadline);
  void retire_all(SteadyClock::time_point deadline);
  void end(const std::shared_ptr<ScriptInterpreter>& home, HubGil& inside, std::string whose, const std::string& file);
  Result<ScriptInfo> unload(ScriptId id);
  Result<ScriptInfo> reload(ScriptId id);
  Scripts::iterator find(ScriptId id);
  std::unique_ptr<Script> take(Scripts::iterator at);
  events::HookSet wanted() const;
};

}  // namespace vhpy::py
