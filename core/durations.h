// Lengths of bans and gags as operators write them: "30s", "5m", "1h", "2d", "1w", "3M", "1y". Pure functions.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vhpy {

inline constexpr std::int64_t kWeekSeconds = 7 * 24 * 3600;

// Seconds; nothing if it is no positive number followed by one of s m h d w M y (no unit: days).
std::optional<std::int64_t> parse_duration(std::string_view text);

// "1 hour 5 minutes": the two largest units that are not zero.
std::string format_duration(std::int64_t seconds);

// The length asked for in a kick's reason: "_ban_1h" somewhere in it. Seconds; 0: "_ban_" alone, for ever.
std::optional<std::int64_t> ban_in_reason(std::string_view reason);

}  // namespace vhpy
