// MySQL's days and times: see mysql_dates.h.
#include "core/embedded/store/mysql_dates.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <ctime>

#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

constexpr std::int64_t kDay = 24 * 60 * 60;
constexpr int kLastYear = 9999;

constexpr std::array<const char*, 12> kMonths{"January", "February", "March", "April", "May", "June", "July",
                                              "August", "September", "October", "November", "December"};
constexpr std::array<const char*, 7> kWeekdays{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

// Numbers with anything but digits between them: 2026-1-31 12:00.
class Digits {
 public:
  explicit Digits(std::string_view text) : left_(text) {}

  bool done() const { return left_.empty(); }
  bool accept(std::string_view any_of) {
    if (left_.empty() || any_of.find(left_.front()) == std::string_view::npos) return false;
    left_.remove_prefix(1);
    return true;
  }
  // At most this many digits; -1 if there is none.
  int number(std::size_t most) {
    int value = -1;
    const std::string_view digits = left_.substr(0, most);
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (error != std::errc{} || value < 0) return -1;
    left_.remove_prefix(static_cast<std::size_t>(end - digits.data()));
    return value;
  }

 private:
  std::string_view left_;
};

std::optional<Moment> moment_of(int year, int month, int day, int hour, int minute, int second) {
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (year < 0 || month < 1 || day < 1 || !date.ok()) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return std::nullopt;
  return Moment{date, hour * 3600 + minute * 60 + second};
}

std::optional<Moment> parse_compact(std::string_view text) {
  Digits digits(text);
  const int year = digits.number(4), month = digits.number(2), day = digits.number(2);
  if (digits.done()) {
    auto moment = moment_of(year, month, day, 0, 0, 0);
    if (moment) moment->has_time = false;
    return moment;
  }
  const int hour = digits.number(2), minute = digits.number(2), second = digits.number(2);
  return moment_of(year, month, day, hour, minute, second);
}

std::int64_t hour12(std::int64_t hour) { return hour % 12 == 0 ? 12 : hour % 12; }

const char* ordinal(unsigned day) {
  if (day / 10 == 1) return "th";
  return day % 10 == 1 ? "st" : day % 10 == 2 ? "nd" : day % 10 == 3 ? "rd" : "th";
}

std::string format_time(std::int64_t second, char letter) {
  const std::int64_t hour = second / 3600, minute = second / 60 % 60;
  switch (letter) {
    case 'H': return fmt::format("{:02}", hour);
    case 'k': return fmt::format("{}", hour);
    case 'h':
    case 'I': return fmt::format("{:02}", hour12(hour));
    case 'l': return fmt::format("{}", hour12(hour));
    case 'i': return fmt::format("{:02}", minute);
    case 's':
    case 'S': return fmt::format("{:02}", second % 60);
    case 'p': return hour < 12 ? "AM" : "PM";
    case 'T': return fmt::format("{:02}:{:02}:{:02}", hour, minute, second % 60);
    case 'r': return fmt::format("{:02}:{:02}:{:02} {}", hour12(hour), minute, second % 60, hour < 12 ? "AM" : "PM");
    case 'f': return "000000";
    default: return std::string(1, letter);
  }
}

}  // namespace

std::string Moment::text() const {
  const std::string date = format_part(*this, 'Y') + "-" + format_part(*this, 'm') + "-" + format_part(*this, 'd');
  return has_time ? date + " " + format_part(*this, 'T') : date;
}

std::optional<Moment> parse_moment(std::string_view text) {
  constexpr std::size_t kShortest = 8, kLongest = 40;
  if (text.size() < kShortest || text.size() > kLongest) return std::nullopt;
  if (text.find_first_not_of("0123456789") == std::string_view::npos) {
    return text.size() == 8 || text.size() == 14 ? parse_compact(text) : std::nullopt;
  }
  Digits digits(text);
  const int year = digits.number(4);
  const bool has_month = digits.accept("-/.");
  const int month = digits.number(2);
  if (!has_month || !digits.accept("-/.")) return std::nullopt;
  const int day = digits.number(2);
  if (digits.done()) {
    auto moment = moment_of(year, month, day, 0, 0, 0);
    if (moment) moment->has_time = false;
    return moment;
  }
  if (!digits.accept(" T")) return std::nullopt;
  const int hour = digits.number(2);
  if (!digits.accept(":")) return std::nullopt;
  const int minute = digits.number(2);
  const int second = digits.accept(":") ? digits.number(2) : 0;
  if (!digits.done() && !digits.accept(".Z+-")) return std::nullopt;  // what follows is less than a second, or a zone
  return moment_of(year, month, day, hour, minute, second);
}

std::int64_t to_unix(const Moment& moment) {
  const auto date = moment.date();
  std::tm local{};
  local.tm_year = static_cast<int>(date.year()) - 1900;
  local.tm_mon = static_cast<int>(static_cast<unsigned>(date.month())) - 1;
  local.tm_mday = static_cast<int>(static_cast<unsigned>(date.day()));
  local.tm_hour = static_cast<int>(moment.second / 3600);
  local.tm_min = static_cast<int>(moment.second / 60 % 60);
  local.tm_sec = static_cast<int>(moment.second % 60);
  local.tm_isdst = -1;
  const std::time_t seconds = std::mktime(&local);
  return seconds < 0 ? 0 : static_cast<std::int64_t>(seconds);
}

std::optional<Moment> from_unix(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm local{};
  if (seconds < 0 || localtime_r(&time, &local) == nullptr || local.tm_year + 1900 > kLastYear) return std::nullopt;
  // A leap second is the last of its minute.
  return moment_of(local.tm_year + 1900, local.tm_mon + 1, local.tm_mday, local.tm_hour, local.tm_min,
                   std::min(local.tm_sec, 59));
}

std::optional<Moment> add_interval(const Moment& moment, std::int64_t count, std::string_view unit) {
  constexpr std::int64_t kMost = std::int64_t{kLastYear} * 366 * kDay;
  if (count < -kMost || count > kMost) return std::nullopt;
  const std::string folded = nmdc::fold_nick(unit);
  const auto is = [&](std::string_view name) { return folded == name; };
  Moment sum = moment;
  if (is("month") || is("quarter") || is("year")) {
    const std::int64_t months = count * (is("month") ? 1 : is("quarter") ? 3 : 12);
    if (months < -kLastYear * 12 || months > kLastYear * 12) return std::nullopt;
    const auto date = moment.date();
    const auto month = date.year() / date.month() + std::chrono::months(months);
    const std::chrono::year_month_day last{month / std::chrono::last};
    sum.day = month / std::min(date.day(), last.day());
  } else if (is("day") || is("week")) {
    const std::int64_t days = count * (is("week") ? 7 : 1);
    if (days < -kMost / kDay || days > kMost / kDay) return std::nullopt;
    sum.day += std::chrono::days(days);
  } else if (is("second") || is("minute") || is("hour")) {
    const std::int64_t second = moment.second + count * (is("second") ? 1 : is("minute") ? 60 : 3600);
    const std::int64_t days = (second >= 0 ? second : second - kDay + 1) / kDay;
    if (days < -kMost / kDay || days > kMost / kDay) return std::nullopt;
    sum.day += std::chrono::days(days);
    sum.second = second - days * kDay;
    sum.has_time = true;
  } else {
    return std::nullopt;
  }
  const int year = static_cast<int>(sum.date().year());
  return year < 0 || year > kLastYear ? std::nullopt : std::optional(sum);
}

std::string format_part(const Moment& moment, char letter) {
  const auto date = moment.date();
  const int year = static_cast<int>(date.year());
  const auto month = static_cast<unsigned>(date.month()), day = static_cast<unsigned>(date.day());
  const unsigned weekday = std::chrono::weekday(moment.day).c_encoding();
  switch (letter) {
    case 'Y': return fmt::format("{:04}", year);
    case 'y': return fmt::format("{:02}", year % 100);
    case 'm': return fmt::format("{:02}", month);
    case 'c': return fmt::format("{}", month);
    case 'M': return kMonths[month - 1];
    case 'b': return std::string(kMonths[month - 1]).substr(0, 3);
    case 'd': return fmt::format("{:02}", day);
    case 'e': return fmt::format("{}", day);
    case 'D': return fmt::format("{}{}", day, ordinal(day));
    case 'j': return fmt::format("{:03}", (moment.day - std::chrono::sys_days(date.year() / 1 / 1)).count() + 1);
    case 'W': return kWeekdays[weekday];
    case 'a': return std::string(kWeekdays[weekday]).substr(0, 3);
    case 'w': return fmt::format("{}", weekday);
    default: return format_time(moment.second, letter);
  }
}

std::string format_moment(const Moment& moment, std::string_view format) {
  std::string text;
  for (std::size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      text += format[i];
    } else {
      text += format_part(moment, format[++i]);
    }
  }
  return text;
}

}  // namespace vhpy::embedded::store
