// The Python side of a hub: the embedded interpreter, the table of scripts, and the calling of hooks.
//
// Owner: the composition root. Thread: the hub thread, which starts the interpreter, unless said otherwise.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/script_host.h"
#include "pymodule/runtime.h"

namespace vhpy::py {

struct PythonOptions {
  std::string executable;  // of a virtual environment or an installed Python; empty = the one that was linked
  bool interruptible = false;  // for interrupt(): takes the signal SIGURG
  // Of scripts that say nothing and of which nothing is remembered; built in by -DPYTHON_USE_SINGLE_INTERPRETER.
  ScriptMode default_mode = VHPY_SINGLE_INTERPRETER ? ScriptMode::kShared : ScriptMode::kIsolated;
  // The mode kept for scripts of a file name, if one is. Null: none is kept. Thread: hub.
  std::function<std::optional<ScriptMode>(const std::string& name)> remembered_mode{};
};

// Whether somebody has started Python in this process, this host or another. Thread: any.
bool python_runs() noexcept;

class PythonHost final : public ScriptHost {
 public:
  explicit PythonHost(Runtime& runtime);
  ~PythonHost() override;

  // Starts the interpreter; leaves signals alone but for `interruptible`. The refusal's detail is one line that says what is wrong.
  Outcome start(const PythonOptions& options);

  // Calls every script's UnLoad, joins the threads that scripts left until `budget` is used up, then ends the interpreter;
  // if threads still live it is left standing (they may return into it at any time) and false is returned: the process
  // must then end by _exit(), after flushing its own streams. The lane must be aborted first, so that no script's thread
  // waits for the hub.
  bool stop(std::chrono::milliseconds budget);

  // Unloads every script, together within about `budget`: the UnLoad of each may take half of what is left of it, then it is
  // interrupted. Python goes on. Not inside a hook or a command. Blocks: as long as the scripts take.
  void unload_all(std::chrono::milliseconds budget);

  // Raises KeyboardInterrupt in what the hub thread runs of a script's code, also where that sleeps or waits; nothing
  // else is disturbed. For a program that is asked to stop while a script holds its thread. Once may not be enough: code
  // can catch it. Not before start() with `interruptible` has returned, nor after stop() was called.
  // Thread: any. Blocks: no.
  void interrupt() noexcept;

  void load(const ScriptRequest& request, Report report) override;
  void unload(ScriptId id, Report report) override;
  void reload(ScriptId id, Report report) override;
  std::vector<ScriptInfo> list() const override;
  std::string path_of(ScriptId id) const override;
  std::vector<std::string> left_standing() const override;
  void end_of_turn() override;
  void expect_hooks() override;
  void between_events() override;
  void expect_no_hooks() override;

 private:
  HookResult call(HookId id, std::span<const HookArg> args) override;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace vhpy::py
