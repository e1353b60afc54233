#include "core/restriction_lengths.h"

#include <fmt/format.h>

#include <string_view>

#include "core/durations.h"

namespace vhpy {

namespace {

constexpr std::size_t kQuoted = 64;  // bytes of a wrong length that the refusal repeats

Result<std::optional<std::int64_t>> length_of(std::string_view name, const std::optional<std::string>& field) {
  if (!field || field->empty()) return std::optional<std::int64_t>{};
  if (*field == "0") return std::optional<std::int64_t>{0};
  if (*field == "1") return std::optional<std::int64_t>{kWeekSeconds};
  const auto seconds = parse_duration(*field);
  if (seconds) return seconds;
  return refuse(Refusal::kBadArgument,
                fmt::format("{} = '{}' is no length; expected 0, 1, or one such as 3h", name, field->substr(0, kQuoted)));
}

}  // namespace

Result<RestrictionLengths> restriction_lengths(const std::optional<std::string>& chat, const std::optional<std::string>& pm,
                                               const std::optional<std::string>& search,
                                               const std::optional<std::string>& ctm) {
  struct Field {
    std::string_view name;
    const std::optional<std::string>& text;
  };
  const std::array<Field, 4> fields{{{"chat", chat}, {"pm", pm}, {"search", search}, {"ctm", ctm}}};
  RestrictionLengths lengths;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const auto length = length_of(fields[i].name, fields[i].text);
    if (!length) return length.error();
    lengths[i] = length.value();
  }
  return lengths;
}

}  // namespace vhpy
