#include "core/verlihub/settings.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "core/log_level.h"

namespace vhpy::verlihub::settings {

namespace {

constexpr const char* kModes = "script_mode";
constexpr std::size_t kMaxNameBytes = 50;  // of a setting, in the hub's table

std::string read_from(Server& server, const char* file, const char* var) {
  const std::unique_ptr<char, decltype(&std::free)> value(server.GetConfig(file, var, nullptr), &std::free);
  return value ? value.get() : "";
}

}  // namespace

std::string read(Server& server, const char* var) { return read_from(server, kFile, var); }

std::string read_or_make(Server& server, const char* var, const char* value) {
  std::string found = read(server, var);
  if (!found.empty() || *value == '\0') return found;
  std::string now, before;
  server.SetConfig(kFile, var, value, now, before);
  return value;
}

Outcome set_log_level(Server& server, int level) {
  std::string now, before;
  if (server.SetConfig(kFile, kLogLevelSetting, std::to_string(level).c_str(), now, before) != 1) {
    return refuse(Refusal::kNotPermitted, "a plugin or a script does not allow it");
  }
  apply_log_level(level);
  return Done{};
}

std::optional<ScriptMode> remembered_mode(Server& server, const std::string& name) {
  const std::string kept = read_from(server, kModes, name.c_str());
  const auto mode = script_mode(kept);
  if (!mode && !kept.empty()) {
    spdlog::warn("setting {} of {} is '{}', which is no mode; expected shared or isolated", name, kModes, kept);
  }
  return mode;
}

Outcome remember_mode(Server& server, const std::string& name, std::optional<ScriptMode> mode) {
  if (name.size() > kMaxNameBytes) return refuse(Refusal::kBadArgument, "the name is too long for a setting");
  if (!mode && read_from(server, kModes, name.c_str()).empty()) return Done{};
  std::string now, before;
  if (server.SetConfig(kModes, name.c_str(), mode ? to_string(*mode) : "", now, before) == 1) return Done{};
  return refuse(Refusal::kNotPermitted, "a plugin or a script does not allow it");
}

void apply_kept_log_level(Server& server) { apply_log_level_text(read(server, kLogLevelSetting)); }

}  // namespace vhpy::verlihub::settings
