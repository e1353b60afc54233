// What the sending operations of both hosts make of their arguments. Pure functions.
#pragma once

#include <cstdint>
#include <string>

#include <fmt/format.h>

#include "core/result.h"

namespace vhpy {

// Raw data as it goes out: a command ends with '|'.
inline std::string with_pipe(std::string data) {
  if (data.empty() || data.back() != '|') data += '|';
  return data;
}

// Of classes, both ends included.
inline Outcome check_range(std::int64_t min, std::int64_t max) {
  if (min <= max) return Done{};
  return refuse(Refusal::kBadArgument, fmt::format("min {} is above max {}", min, max));
}

}  // namespace vhpy
