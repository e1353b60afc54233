// In which kind of interpreter a script runs, and the ways to say so.
//
// Thread: any. Nothing here keeps anything.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

namespace vhpy {

enum class ScriptMode : std::uint8_t {
  kShared,    // the main interpreter, which all such scripts have in common: every package works there
  kIsolated,  // a sub-interpreter of its own, from Python 3.12 on with a GIL of its own
};

const char* to_string(ScriptMode mode) noexcept;

// "shared" or "isolated".
std::optional<ScriptMode> script_mode(std::string_view word) noexcept;

// "FILE:isolated" as FILE and kIsolated; a text without such an end as it is.
std::pair<std::string, std::optional<ScriptMode>> split_script_mode(std::string_view text);

// What the script says of itself: a line "# vhpy: isolated" (or shared) among the comments and blank lines at its top.
// Nothing if there is none; kBadArgument, with the number of the line, for a word that is no mode.
Result<std::optional<ScriptMode>> script_mode_in(std::string_view source);

}  // namespace vhpy
