#include "core/log_level.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "core/console.h"

namespace vhpy {

namespace {

constexpr std::array<spdlog::level::level_enum, kMaxLogLevel + 1> kLevels{
    spdlog::level::err, spdlog::level::warn, spdlog::level::info, spdlog::level::debug, spdlog::level::trace,
    spdlog::level::trace};

}  // namespace

void apply_log_level(int level) { spdlog::set_level(kLevels[static_cast<std::size_t>(std::clamp(level, 0, kMaxLogLevel))]); }

void apply_log_level_text(std::string_view kept) {
  if (!kept.empty() && kept[0] >= '0' && kept[0] <= '9') apply_log_level(kept[0] - '0');
}

}  // namespace vhpy
