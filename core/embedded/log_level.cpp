#include "core/embedded/log_level.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "core/console.h"

namespace vhpy::embedded {

namespace {

constexpr const char* kFile = "pi_python";
constexpr const char* kVar = "log_level";
constexpr std::array<spdlog::level::level_enum, kMaxLogLevel + 1> kLevels{
    spdlog::level::err, spdlog::level::warn, spdlog::level::info, spdlog::level::debug, spdlog::level::trace,
    spdlog::level::trace};

}  // namespace

Outcome set_log_level(store::Settings& settings, int level) {
  if (auto kept = settings.set(kFile, kVar, std::to_string(level)); !kept) return kept;
  spdlog::set_level(kLevels[static_cast<std::size_t>(std::clamp(level, 0, kMaxLogLevel))]);
  return Done{};
}

void apply_kept_log_level(const store::Settings& settings) {
  const std::string kept = settings.get(kFile, kVar).value_or("");
  if (kept.empty() || kept[0] < '0' || kept[0] > '9') return;
  spdlog::set_level(kLevels[static_cast<std::size_t>(std::min(kept[0] - '0', kMaxLogLevel))]);
}

}  // namespace vhpy::embedded
