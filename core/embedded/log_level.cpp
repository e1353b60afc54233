#include "core/embedded/log_level.h"

#include <string>

#include "core/log_level.h"

namespace vhpy::embedded {

namespace {

constexpr const char* kFile = "pi_python";

}  // namespace

Outcome set_log_level(store::Settings& settings, int level) {
  if (auto kept = settings.set(kFile, kLogLevelSetting, std::to_string(level)); !kept) return kept;
  apply_log_level(level);
  return Done{};
}

void apply_kept_log_level(const store::Settings& settings) {
  apply_log_level_text(settings.get(kFile, kLogLevelSetting).value_or(""));
}

}  // namespace vhpy::embedded
