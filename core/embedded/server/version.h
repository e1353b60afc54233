// What the hub calls itself towards clients.
#pragma once

#include <string_view>

namespace vhpy::embedded {

inline constexpr std::string_view kVersion = VHPY_VERSION;
inline constexpr std::string_view kSoftware = "vhpy " VHPY_VERSION;

}  // namespace vhpy::embedded
