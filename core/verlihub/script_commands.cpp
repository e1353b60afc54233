#include "core/verlihub/script_commands.h"

#include <fmt/format.h>

#include <utility>

namespace vhpy::verlihub {

Outcome ScriptCommands::queue(ScriptId sender, const std::string& command, const std::string& data) {
  const std::size_t bytes = command.size() + data.size();
  if (queue_.size() >= kMaxQueued || bytes > kMaxQueuedBytes - queued_bytes_) {
    return refuse(Refusal::kUnavailable, fmt::format("{} commands of scripts with {} bytes are waiting, at most {} and {}",
                                                     queue_.size(), queued_bytes_, kMaxQueued, kMaxQueuedBytes));
  }
  queue_.push_back({command, data, path_of_(sender)});
  queued_bytes_ += bytes;
  return Done{};
}

Outcome ScriptCommands::send(ScriptId sender, const std::string& command, const std::string& data) {
  if (depth_ >= kMaxDepth) {
    return refuse(Refusal::kUnavailable, fmt::format("commands of scripts are {} deep already", depth_));
  }
  fire({command, data, path_of_(sender)});
  return Done{};
}

void ScriptCommands::tick() {
  queued_bytes_ = 0;
  for (Queued& queued : std::exchange(queue_, {})) fire(std::move(queued));
}

void ScriptCommands::fire(Queued queued) {
  std::string plugin = "python";  // as the older plugins call themselves here
  ++depth_;
  server_.AddScriptCommand(&queued.command, &queued.data, &plugin, &queued.script, true);
  --depth_;
}

}  // namespace vhpy::verlihub
