// What a hub asks of the Python side. core owns this interface, pymodule implements it, so that core never sees Python.
//
// Thread: everything here is called on the hub thread.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/hooks.h"
#include "core/hub.h"
#include "core/script_mode.h"

namespace vhpy {

struct ScriptInfo {
  ScriptId id;
  std::string path;
  ScriptMode mode = ScriptMode::kShared;
};

// What to load. Implicit from a path: most do not care for the mode.
struct ScriptRequest {
  ScriptRequest(std::string file, std::optional<ScriptMode> asked = std::nullopt) : path(std::move(file)), mode(asked) {}
  ScriptRequest(const char* file) : path(file) {}

  std::string path;
  // As somebody has asked for; holds until the script is unloaded. Nothing: what is remembered for the script, else what it
  // says of itself, else what the program was built with.
  std::optional<ScriptMode> mode;
};

class ScriptHost {
 public:
  // Told what became of a load or unload; on the hub thread, maybe after the end of the turn. The error's detail is one
  // clear line for the operator who asked.
  using Report = std::function<void(const Result<ScriptInfo>&)>;

  virtual ~ScriptHost() = default;

  // Whether any script defines the hook: one load and one branch, so that an undefined hook costs no GIL.
  bool wants(HookId id) const noexcept { return (wanted_ >> static_cast<unsigned>(id)) & 1u; }

  // Calls the hook in every script that defines it. Takes the GIL. Blocks: as long as the scripts do.
  HookResult fire(HookId id, std::initializer_list<HookArg> args) {
    return wants(id) ? call(id, {args.begin(), args.size()}) : HookResult{};
  }

  // Inside a hook these are put off to end_of_turn(); otherwise done at once.
  virtual void load(const ScriptRequest& request, Report report) = 0;
  virtual void unload(ScriptId id, Report report) = 0;
  virtual void reload(ScriptId id, Report report) = 0;   // same position in the list
  virtual std::vector<ScriptInfo> list() const = 0;      // in the order in which hooks are called

  // What is left of isolated scripts that were unloaded while threads of theirs still ran: a line for each interpreter that
  // therefore cannot be ended, with the names of the threads.
  virtual std::vector<std::string> left_standing() const { return {}; }

  // The host calls it after each turn of its loop.
  virtual void end_of_turn() = 0;

 protected:
  std::uint64_t wanted_ = 0;  // bit per HookId; hub thread only
  static_assert(kHooks.size() <= 64);

 private:
  virtual HookResult call(HookId id, std::span<const HookArg> args) = 0;
};

}  // namespace vhpy
