// The version of Verlihub and its Python plugin whose functions and hooks scripts find here: what older scripts compare with.
#pragma once

#include <array>
#include <string_view>

namespace vhpy {

inline constexpr std::array<int, 4> kApiVersion{1, 7, 0, 0};
inline constexpr std::string_view kApiVersionText = "1.7.0.0";

}  // namespace vhpy
