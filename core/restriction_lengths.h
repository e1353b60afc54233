// The four lengths of vh.UserRestrictions, as scripts write them. A pure function.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "core/result.h"

namespace vhpy {

// Seconds for main chat, private messages, searches and connections, in this order. Nothing: it stays as it is; 0: it is lifted.
using RestrictionLengths = std::array<std::optional<std::int64_t>, 4>;

// Each argument: absent or empty keeps it, "0" lifts it, "1" is a week, else a length (durations.h). All of them are read
// before the caller applies any: one that is no length refuses the whole.
Result<RestrictionLengths> restriction_lengths(const std::optional<std::string>& chat, const std::optional<std::string>& pm,
                                               const std::optional<std::string>& search,
                                               const std::optional<std::string>& ctm);

}  // namespace vhpy
