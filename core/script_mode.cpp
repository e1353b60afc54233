// See script_mode.h.
#include "core/script_mode.h"

#include <cstddef>

#include <fmt/format.h>

namespace vhpy {
namespace {

constexpr std::string_view kBlank = " \t\r\f";
constexpr std::string_view kMark = "vhpy:";
constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace

const char* to_string(ScriptMode mode) noexcept { return mode == ScriptMode::kShared ? "shared" : "isolated"; }

std::optional<ScriptMode> script_mode(std::string_view word) noexcept {
  if (word == "shared") return ScriptMode::kShared;
  if (word == "isolated") return ScriptMode::kIsolated;
  return std::nullopt;
}

std::pair<std::string, std::optional<ScriptMode>> split_script_mode(std::string_view text) {
  const auto colon = text.rfind(':');
  const auto mode = colon == std::string_view::npos ? std::nullopt : script_mode(text.substr(colon + 1));
  if (!mode) return {std::string(text), std::nullopt};
  return {std::string(text.substr(0, colon)), mode};
}

Result<std::optional<ScriptMode>> script_mode_in(std::string_view source) {
  if (source.starts_with(kByteOrderMark)) source.remove_prefix(kByteOrderMark.size());
  for (std::size_t number = 1; !source.empty(); ++number) {
    const auto end = source.find('\n');
    std::string_view line = trim(source.substr(0, end));
    source = end == std::string_view::npos ? std::string_view() : source.substr(end + 1);
    if (line.empty()) continue;
    if (line.front() != '#') break;  // code, or the docstring
    line = trim(line.substr(1));
    if (!line.starts_with(kMark)) continue;
    const std::string_view word = trim(line.substr(kMark.size()));
    if (const auto mode = script_mode(word)) return std::optional(*mode);
    return refuse(Refusal::kBadArgument,
                  fmt::format("line {}: '{}' is no mode; expected '# vhpy: shared' or '# vhpy: isolated'", number, word));
  }
  return std::optional<ScriptMode>();
}

}  // namespace vhpy
