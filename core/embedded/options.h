// What vhpy-hub is told on its command line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/script_host.h"

namespace vhpy::embedded {

struct Options {
  std::string host = "127.0.0.1";
  std::uint16_t port = 4111;              // 0: any free one
  std::string data;
  std::string admin_nick, admin_password; // empty: none given
  std::vector<ScriptRequest> scripts;     // in the order in which they are loaded
  std::string python;                     // executable of a virtual environment; empty: the linked Python
  std::vector<std::pair<std::string, std::string>> settings;
  std::string log_level = "info";
  bool log_level_given = false;           // if not, the level that !pylog has kept counts
};

// Reads the command line. On an error, or when only help or the version was asked for, prints what is due and returns
// the exit code instead. Errors are one line on stderr.
struct ParsedOptions {
  Options options;
  std::optional<int> exit_code;
};
ParsedOptions parse_options(int argc, const char* const* argv);

}  // namespace vhpy::embedded
