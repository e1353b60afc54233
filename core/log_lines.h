// How an entry of the log looks: one line, whatever a script or a client put into it. A traceback follows its entry in lines that
// begin with a mark, so no text of theirs can pass for an entry.
//
// Thread: any.
#pragma once

#include <spdlog/formatter.h>

#include <memory>
#include <string>
#include <string_view>

namespace vhpy {

inline constexpr std::string_view kLogContinued = "\n  | ";

// For text of several lines that is to be read as such: before each of its lines a break and the mark.
std::string log_block(std::string_view text);

// Escapes control characters (\n, \x1b, of UTF-8 also U+0080 to U+009F), except a break with the mark behind it. Backslashes stay.
std::string to_log_line(std::string_view text);

// spdlog's formatter for entries of `head`, in the letters of its patterns, and the text as to_log_line() has it.
std::unique_ptr<spdlog::formatter> log_formatter(const std::string& head);

}  // namespace vhpy
