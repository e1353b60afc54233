#include "core/embedded/options.h"

#include <spdlog/spdlog.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <tuple>

#include "core/embedded/store/passwords.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

// "name=value" or "nick:password": both parts, the first not empty.
std::pair<std::string, std::string> split(const std::string& text, char at, const char* form) {
  const auto cut = text.find(at);
  if (cut == std::string::npos || cut == 0) throw CLI::ValidationError(text, std::string("expected ") + form);
  return {text.substr(0, cut), text.substr(cut + 1)};
}

void take_admin(Options& options, const std::string& text) {
  std::tie(options.admin_nick, options.admin_password) = split(text, ':', "NICK:PASSWORD");
  const auto problem = nmdc::check_nick(options.admin_nick, {}, true);
  if (problem) throw CLI::ValidationError("--admin", problem->message);
  const std::size_t length = options.admin_password.size();
  if (length == 0 || length > store::kMaxPasswordBytes || options.admin_password.find('|') != std::string::npos) {
    throw CLI::ValidationError("--admin", "a password has 1 to 256 characters, none of them '|'");
  }
}

// "FILE", "FILE:isolated" or "FILE:shared"; a file that is called so outright goes first.
void take_script(Options& options, const std::string& text) {
  std::error_code error;
  auto [file, mode] = split_script_mode(text);
  if (std::filesystem::is_regular_file(text, error)) std::tie(file, mode) = std::pair(text, std::nullopt);
  if (!std::filesystem::is_regular_file(file, error)) throw CLI::ValidationError("--script", "there is no file " + file);
  options.scripts.emplace_back(file, mode);
}

void check(const Options& options) {
  if (spdlog::level::from_str(options.log_level) == spdlog::level::off && options.log_level != "off") {
    throw CLI::ValidationError("--log-level", "expected trace, debug, info, warning, error, critical or off");
  }
}

}  // namespace

ParsedOptions parse_options(int argc, const char* const* argv) {
  ParsedOptions parsed;
  Options& options = parsed.options;
  std::string admin;
  std::vector<std::string> settings, scripts;

  CLI::App app("A Direct Connect (NMDC) hub with Python scripts.", "vhpy-hub");
  app.set_version_flag("--version", std::string("vhpy-hub ") + VHPY_VERSION);
  app.add_option("--host", options.host, "Address to listen on")->capture_default_str();
  app.add_option("--port", options.port, "Port to listen on; 0 for any free one")->capture_default_str();
  app.add_option("--data", options.data, "Directory for the hub's data; created if missing")->required();
  app.add_option("--admin", admin, "NICK:PASSWORD of a master account to create or reset");
  app.add_option("--script", scripts, "FILE or FILE:shared or FILE:isolated: Python script to load; may be repeated")
      ->allow_extra_args(false);
  app.add_option("--python", options.python, "python executable of a virtual environment to use");
  app.add_option("--set", settings, "VAR=VALUE: changes a setting; may be repeated")->allow_extra_args(false);
  app.add_option("--log-level", options.log_level, "trace, debug, info, warning, error, critical or off")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
    options.log_level_given = app.count("--log-level") != 0;
    if (!admin.empty()) take_admin(options, admin);
    for (const std::string& script : scripts) take_script(options, script);
    for (const std::string& setting : settings) options.settings.push_back(split(setting, '=', "VAR=VALUE"));
    check(options);
  } catch (const CLI::Success& asked) {  // help, version
    parsed.exit_code = app.exit(asked);
  } catch (const CLI::Error& error) {
    std::cerr << "vhpy-hub: " << error.what() << '\n';
    parsed.exit_code = 1;
  }
  return parsed;
}

}  // namespace vhpy::embedded
