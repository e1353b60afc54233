// What scripts tell each other and other plugins' scripts: vh.ScriptCommand.
//
// Verlihub's own queue is walked while handlers append to it, so that two scripts that answer each other fill it in one
// tick. Here what a handler adds waits for the next tick.
//
// Owner: the engine. Thread: hub.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/hub.h"
#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub {

class ScriptCommands {
 public:
  static constexpr std::size_t kMaxQueued = 1'000;                  // as Verlihub
  static constexpr std::size_t kMaxQueuedBytes = 16 * 1024 * 1024;
  static constexpr int kMaxDepth = 8;                               // of commands at once inside such commands

  // path_of: of a script, empty for 0.
  ScriptCommands(Server& server, std::function<std::string(ScriptId)> path_of)
      : server_(server), path_of_(std::move(path_of)) {}

  Outcome queue(ScriptId sender, const std::string& command, const std::string& data);
  // At once, in all plugins. Blocks: as long as their scripts do.
  Outcome send(ScriptId sender, const std::string& command, const std::string& data);
  // Sends what was queued before this call.
  void tick();

 private:
  struct Queued {
    std::string command, data, script;
  };
  void fire(Queued queued);

  Server& server_;
  const std::function<std::string(ScriptId)> path_of_;
  std::vector<Queued> queue_;
  std::size_t queued_bytes_ = 0;
  int depth_ = 0;
};

}  // namespace vhpy::verlihub
