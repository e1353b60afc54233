#include "core/embedded/script_modes.h"

#include <spdlog/spdlog.h>

namespace vhpy::embedded {

namespace {

constexpr const char* kFile = "script_mode";

}  // namespace

std::optional<ScriptMode> remembered_mode(const store::Settings& settings, const std::string& name) {
  const std::string kept = settings.get(kFile, name).value_or("");
  const auto mode = script_mode(kept);
  if (!mode && !kept.empty()) {
    spdlog::warn("setting {} of {} is '{}', which is no mode; expected shared or isolated", name, kFile, kept);
  }
  return mode;
}

Outcome remember_mode(store::Settings& settings, const std::string& name, std::optional<ScriptMode> mode) {
  if (!mode && !settings.get(kFile, name)) return Done{};  // settings cannot be removed, only emptied
  return settings.set(kFile, name, mode ? to_string(*mode) : "");
}

}  // namespace vhpy::embedded
