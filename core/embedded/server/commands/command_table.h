// Every chat command of the hub itself. Scripts add theirs by OnHubCommand.
#pragma once

#include <span>
#include <string_view>

#include "core/embedded/server/commands/command.h"

namespace vhpy::embedded {

std::span<const CommandRow> command_rows();

// The row a typed name means, and the suffix of names like "ban_1h"; null row: none. Any case.
struct FoundCommand {
  const CommandRow* row = nullptr;
  std::string suffix;
};
FoundCommand find_command(std::string_view name);

// The class from which the command may be used.
std::int64_t min_class(const Context& context, const CommandRow& row);

}  // namespace vhpy::embedded
