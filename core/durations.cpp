#include "core/durations.h"

#include <fmt/format.h>

#include <array>
#include <charconv>

namespace vhpy {

namespace {

struct Unit {
  char letter;
  std::int64_t seconds;
  const char* name;
};
constexpr std::array<Unit, 7> kUnits{{{'y', 365 * 86'400, "year"},
                                      {'M', 30 * 86'400, "month"},
                                      {'w', 7 * 86'400, "week"},
                                      {'d', 86'400, "day"},
                                      {'h', 3'600, "hour"},
                                      {'m', 60, "minute"},
                                      {'s', 1, "second"}}};
constexpr std::int64_t kMostUnits = 1'000'000;  // of any unit: far from overflowing when multiplied

}  // namespace

std::optional<std::int64_t> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number <= 0 || number > kMostUnits) return std::nullopt;
  const std::string_view rest(end, static_cast<std::size_t>(text.data() + text.size() - end));
  if (rest.empty()) return number * 86'400;
  if (rest.size() != 1) return std::nullopt;
  for (const Unit& unit : kUnits) {
    if (unit.letter == rest.front()) return number * unit.seconds;
  }
  return std::nullopt;
}

std::string format_duration(std::int64_t seconds) {
  std::string text;
  int named = 0;
  for (const Unit& unit : kUnits) {
    const std::int64_t count = seconds / unit.seconds;
    if (count <= 0 || named == 2) continue;
    seconds -= count * unit.seconds;
    text += fmt::format("{}{} {}{}", named == 0 ? "" : " ", count, unit.name, count == 1 ? "" : "s");
    ++named;
  }
  return text.empty() ? "0 seconds" : text;
}

std::optional<std::int64_t> ban_in_reason(std::string_view reason) {
  constexpr std::string_view kMark = "_ban_";
  const auto at = reason.find(kMark);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = reason.substr(at + kMark.size());
  const auto length = rest.substr(0, rest.find_first_of(" _\r\n"));
  if (length.empty()) return 0;
  return parse_duration(length);
}

}  // namespace vhpy
