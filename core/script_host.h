// What a hub asks of the Python side. core owns this interface, pymodule implements it, so that core never sees Python.
//
// Thread: everything here is called on the hub thread.
#pragma once

#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "core/events/feed.h"
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

  // The feed outlives the script host.
  explicit ScriptHost(events::Feed& feed) noexcept : feed_(feed) {}
  virtual ~ScriptHost() = default;
  ScriptHost(const ScriptHost&) = delete;
  ScriptHost& operator=(const ScriptHost&) = delete;

  // Whether any script defines the hook, or any stream of events listens to it: a load and a branch, so that a hook that nobody
  // wants costs nothing more.
  bool wants(HookId id) const noexcept { return feed_.wanted(id); }

  // Calls the hook in every script that defines it, for which it takes the GIL, and then tells the streams that listen.
  // Blocks: as long as the scripts do.
  HookResult fire(HookId id, std::initializer_list<HookArg> args) {
    return wants(id) ? fire_wanted(id, {args.begin(), args.size()}) : HookResult{};
  }

  // Inside a hook or a command of the lane these are put off to end_of_turn(); otherwise done at once.
  virtual void load(const ScriptRequest& request, Report report) = 0;
  virtual void unload(ScriptId id, Report report) = 0;
  virtual void reload(ScriptId id, Report report) = 0;   // same position in the list
  virtual std::vector<ScriptInfo> list() const = 0;      // in the order in which hooks are called
  // Of a script that is loaded, or being loaded or unloaded just now, when it is not in the list; empty: of none.
  virtual std::string path_of(ScriptId id) const = 0;

  // What is left of isolated scripts that were unloaded while threads of theirs still ran: a line for each interpreter that
  // therefore cannot be ended, with the names of the threads.
  virtual std::vector<std::string> left_standing() const { return {}; }

  // The host calls it after each turn of its loop.
  virtual void end_of_turn() = 0;

  // A host whose loop handles many events in a turn may frame them: between the two, what it takes to call a hook (a wait for
  // the GIL) is kept for the next one. The second is due before the host waits, drains the lane or works long by itself, and
  // before it lets go of this object. between_events() gives back what was kept and not used for a while.
  virtual void expect_hooks() {}
  virtual void between_events() {}
  virtual void expect_no_hooks() {}

 protected:
  events::Feed& feed() const noexcept { return feed_; }

 private:
  // For hooks that scripts define, as said by Feed::set_scripts_want().
  virtual HookResult call(HookId id, std::span<const HookArg> args) = 0;

  HookResult fire_wanted(HookId id, std::span<const HookArg> args) {
    std::shared_ptr<events::Event> event = feed_.begin(id, args);
    HookResult result;
    if (feed_.scripts_want(id)) result = call(id, args);
    feed_.publish(std::move(event), result);
    return result;
  }

  events::Feed& feed_;
};

}  // namespace vhpy
