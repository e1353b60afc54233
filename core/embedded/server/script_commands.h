// What scripts tell each other: vh.ScriptCommand, which fires OnScriptCommand in all of them.
//
// Owner: HubServer. Thread: hub. Commands wait for the next tick, so that a script that answers in its hook does not
// recurse; what a hook adds waits for the tick after that.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "core/embedded/server/context.h"
#include "core/hub.h"

namespace vhpy::embedded {

class ScriptCommands {
 public:
  static constexpr std::size_t kMaxQueued = 1'000;                 // as on Verlihub
  static constexpr std::size_t kMaxQueuedBytes = 16 * 1024 * 1024;
  static constexpr int kMaxDepth = 8;                              // of commands at once inside such commands

  explicit ScriptCommands(Context& context) : context_(context) {}

  // To the next tick. kUnavailable: the queue is full.
  Outcome queue(ScriptId sender, const std::string& command, const std::string& data);
  // Fires at once. kUnavailable: nested too deeply. Blocks: as long as the scripts do.
  Outcome send(ScriptId sender, const std::string& command, const std::string& data);

  // What the hub itself tells scripts, at once and signed by nobody. Blocks: as long as the scripts do.
  void announce(const std::string& command, const std::string& data) const { fire({command, data, {}, {}}); }

  // Fires what was queued before this call.
  void tick();

 private:
  struct Queued {
    std::string command, data, plugin, script;
  };
  std::string path_of(ScriptId sender) const;  // empty: no script's
  void fire(const Queued& queued) const;

  Context& context_;
  std::vector<Queued> queue_;
  std::size_t queued_bytes_ = 0;
  int depth_ = 0;
};

}  // namespace vhpy::embedded
