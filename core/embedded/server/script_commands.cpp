#include "core/embedded/server/script_commands.h"

#include <fmt/format.h>

#include <utility>

#include "core/embedded/server/hooks.h"

namespace vhpy::embedded {

namespace {
constexpr const char* kPlugin = "python";  // as Verlihub names where such commands come from
}

Outcome ScriptCommands::queue(ScriptId sender, const std::string& command, const std::string& data) {
  const std::size_t bytes = command.size() + data.size();
  if (queue_.size() >= kMaxQueued || bytes > kMaxQueuedBytes - queued_bytes_) {
    return refuse(Refusal::kUnavailable, fmt::format("{} commands of scripts with {} bytes are waiting, at most {} and {}",
                                                     queue_.size(), queued_bytes_, kMaxQueued, kMaxQueuedBytes));
  }
  queue_.push_back({command, data, kPlugin, path_of(sender)});
  queued_bytes_ += bytes;
  return Done{};
}

Outcome ScriptCommands::send(ScriptId sender, const std::string& command, const std::string& data) {
  if (depth_ >= kMaxDepth) {
    return refuse(Refusal::kUnavailable, fmt::format("commands of scripts are {} deep already", depth_));
  }
  ++depth_;
  fire({command, data, kPlugin, path_of(sender)});
  --depth_;
  return Done{};
}

void ScriptCommands::tick() {
  if (queue_.empty()) return;
  const std::vector<Queued> due = std::exchange(queue_, {});
  queued_bytes_ = 0;
  for (const Queued& queued : due) fire(queued);
}

std::string ScriptCommands::path_of(ScriptId sender) const {
  const ScriptHost* const scripts = context_.hooks->scripts();
  return scripts != nullptr ? scripts->path_of(sender) : std::string();
}

void ScriptCommands::fire(const Queued& queued) const {
  context_.hooks->fire(HookId::kOnScriptCommand, {std::string_view(queued.command), std::string_view(queued.data),
                                                  std::string_view(queued.plugin), std::string_view(queued.script)});
}

}  // namespace vhpy::embedded
