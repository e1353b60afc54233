// Days and times as MySQL writes them, 'YYYY-MM-DD HH:MM:SS' in local time, and what it does with them. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace vhpy::embedded::store {

struct Moment {
  std::chrono::sys_days day{};  // of the local calendar
  std::int64_t second = 0;      // of the day
  bool has_time = true;         // '2026-01-31' has none, and keeps none when days are added

  std::chrono::year_month_day date() const { return day; }
  std::string text() const;
};

// 'YYYY-MM-DD', with ' HH:MM[:SS[.fraction]]' or 'T...'; YYYYMMDD and YYYYMMDDHHMMSS. Nothing for other text and for days that no
// calendar has.
std::optional<Moment> parse_moment(std::string_view text);

std::int64_t to_unix(const Moment& moment);  // 0 if the system does not know it
std::optional<Moment> from_unix(std::int64_t seconds);

// unit: SECOND, MINUTE, HOUR, DAY, WEEK, MONTH, QUARTER, YEAR, in any case. The 31st of a shorter month is its last day.
// Nothing for other units, and outside of the years 0 to 9999.
std::optional<Moment> add_interval(const Moment& moment, std::int64_t count, std::string_view unit);

// One letter of DATE_FORMAT, without its %; the letter itself if it has no meaning.
std::string format_part(const Moment& moment, char letter);
std::string format_moment(const Moment& moment, std::string_view format);

}  // namespace vhpy::embedded::store
