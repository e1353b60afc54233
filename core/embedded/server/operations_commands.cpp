// Operations: commands of users and of scripts, functions of plugins.
#include <fmt/format.h>

#include "core/embedded/server/commands/commands.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/limits.h"
#include "core/embedded/server/script_commands.h"

namespace vhpy::embedded {

Outcome HubOperations::parse_command(const Text& nick, const Text& command, Integer in_pm) {
  const auto user = online(nick);
  if (!user) return user.error();
  const std::shared_ptr<Session> session = user.value()->session;
  if (!context_.commands->is_command(*session, command)) {
    return refuse(Refusal::kBadArgument, fmt::format("'{}' is no command for {}", command.substr(0, 64), nick));
  }
  // A hook of the command may ask for the command again.
  if (command_depth_ >= limits::kMaxCommandDepth) {
    return refuse(Refusal::kUnavailable, fmt::format("commands run each other {} deep already", command_depth_));
  }
  ++command_depth_;
  context_.commands->run(session, command, in_pm != 0 ? Commands::Where::kPrivate : Commands::Where::kChat);
  --command_depth_;
  return Done{};
}

Outcome HubOperations::script_command(const Caller& caller, const Text& command, const Text& data, Integer inst) {
  return inst > 0 ? context_.script_commands->send(caller.script, command, data)
                  : context_.script_commands->queue(caller.script, command, data);
}

DynamicAnswer HubOperations::call_dynamic_function(const Text& name, const DynamicValues& arguments) {
  return dynamic_functions_.call(name, arguments);
}

}  // namespace vhpy::embedded
