// MySQL's functions: see mysql_functions.h.
#include "core/embedded/store/mysql_functions.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "core/embedded/store/mysql_dates.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

using Context = sqlite3_context;
using Values = sqlite3_value**;

std::string_view text_of(sqlite3_value* value) {
  const auto* const bytes = reinterpret_cast<const char*>(sqlite3_value_text(value));
  return bytes == nullptr ? std::string_view{} : std::string_view(bytes, static_cast<std::size_t>(sqlite3_value_bytes(value)));
}

// SQLite compares this with the longest value that a statement may make, and refuses a longer one.
void answer(Context* context, const std::string& text) {
  sqlite3_result_text64(context, text.data(), text.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

bool any_null(int count, Values values) {
  return std::any_of(values, values + count, [](sqlite3_value* value) { return sqlite3_value_type(value) == SQLITE_NULL; });
}

// --- text ---

// Stops when it is longer than a value may be.
void concat(Context* context, std::string_view separator, int count, Values values) {
  const auto most = static_cast<std::size_t>(sqlite3_limit(sqlite3_context_db_handle(context), SQLITE_LIMIT_LENGTH, -1));
  std::string joined;
  bool first = true;
  for (Values value = values; value != values + count; ++value) {
    if (sqlite3_value_type(*value) == SQLITE_NULL) continue;
    if (!first) joined += separator;
    first = false;
    joined += text_of(*value);
    if (joined.size() > most) return sqlite3_result_error_toobig(context);
  }
  answer(context, joined);
}

void concat(Context* context, int count, Values values) {
  if (!any_null(count, values)) concat(context, "", count, values);
}

void concat_ws(Context* context, int count, Values values) {
  if (count > 0 && !any_null(1, values)) concat(context, text_of(values[0]), count - 1, values + 1);
}

// A byte that is not the first of a UTF-8 character.
bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; }

// Where the character with this number begins, counted from 0.
std::size_t offset_of(std::string_view text, sqlite3_int64 number) {
  std::size_t at = 0;
  for (sqlite3_int64 begun = 0; at < text.size(); ++at) {
    if (!continues(text[at]) && begun++ >= number) break;
  }
  return at;
}

sqlite3_int64 characters_in(std::string_view text) {
  return static_cast<sqlite3_int64>(text.size()) - std::count_if(text.begin(), text.end(), continues);
}

void left(Context* context, int count, Values values) {
  if (any_null(count, values)) return;
  const std::string_view text = text_of(values[0]);
  answer(context, std::string(text.substr(0, offset_of(text, sqlite3_value_int64(values[1])))));
}

void right(Context* context, int count, Values values) {
  if (any_null(count, values)) return;
  const std::string_view text = text_of(values[0]);
  const sqlite3_int64 wanted = std::max<sqlite3_int64>(sqlite3_value_int64(values[1]), 0);
  answer(context, std::string(text.substr(offset_of(text, std::max<sqlite3_int64>(characters_in(text) - wanted, 0)))));
}

// LOCATE(what, text[, from]): the number of the character, 0 if there is none. memmem, since its time does not grow with the
// product of both lengths, as that of a plain search does.
void locate(Context* context, int count, Values values) {
  if (any_null(count, values)) return;
  const std::string what = nmdc::fold_nick(text_of(values[0])), text = nmdc::fold_nick(text_of(values[1]));
  const sqlite3_int64 from = count > 2 ? sqlite3_value_int64(values[2]) : 1;
  if (from < 1) return sqlite3_result_int64(context, 0);
  const std::size_t begin = offset_of(text, from - 1);
  const void* const found = memmem(text.data() + begin, text.size() - begin, what.data(), what.size());
  if (found == nullptr) return sqlite3_result_int64(context, 0);
  const auto bytes = static_cast<std::size_t>(static_cast<const char*>(found) - text.data());
  sqlite3_result_int64(context, characters_in(std::string_view(text).substr(0, bytes)) + 1);
}

void database(Context* context, int, Values) { answer(context, "verlihub"); }

void is_null(Context* context, int count, Values values) { sqlite3_result_int(context, any_null(count, values) ? 1 : 0); }

// --- numbers and addresses ---

void random_fraction(Context* context, int, Values) {
  constexpr int kBits = 53;  // as many as a double has
  std::uint64_t bits = 0;
  sqlite3_randomness(sizeof bits, &bits);
  sqlite3_result_double(context, static_cast<double>(bits >> (64 - kBits)) / static_cast<double>(1ULL << kBits));
}

std::optional<sqlite3_int64> address_number(std::string_view text) {
  sqlite3_int64 number = 0, part = 0;
  int dots = 0, digits = 0;
  for (const char c : text) {
    if (c == '.' && digits > 0 && ++dots <= 3) {
      number = number * 256 + part;
      part = digits = 0;
    } else if (c >= '0' && c <= '9' && ++digits <= 3) {
      part = part * 10 + (c - '0');
      if (part > 255) return std::nullopt;
    } else {
      return std::nullopt;
    }
  }
  if (dots != 3 || digits == 0) return std::nullopt;
  return number * 256 + part;
}

void inet_aton(Context* context, int, Values values) {
  if (const auto number = address_number(text_of(values[0]))) sqlite3_result_int64(context, *number);
}

void inet_ntoa(Context* context, int count, Values values) {
  const sqlite3_int64 number = sqlite3_value_int64(values[0]);
  if (any_null(count, values) || number < 0 || number > 0xFFFFFFFFLL) return;
  std::string text;
  for (const int shift : {24, 16, 8, 0}) text += (text.empty() ? "" : ".") + std::to_string((number >> shift) & 0xFF);
  answer(context, text);
}

// --- days and times ---

std::optional<Moment> moment_of(sqlite3_value* value) {
  return sqlite3_value_type(value) == SQLITE_NULL ? std::nullopt : parse_moment(text_of(value));
}

void unix_timestamp(Context* context, int count, Values values) {
  if (any_null(count, values)) return;
  const auto moment = moment_of(values[0]);
  sqlite3_result_int64(context, moment ? to_unix(*moment) : 0);
}

void from_unixtime(Context* context, int count, Values values) {
  if (any_null(count, values)) return;
  const auto moment = from_unix(sqlite3_value_int64(values[0]));
  if (moment) answer(context, count == 1 ? moment->text() : format_moment(*moment, text_of(values[1])));
}

// DATE_ADD(date, count[, unit]), and with the sign turned DATE_SUB.
void add(Context* context, int sign, int count, Values values) {
  const auto moment = moment_of(values[0]);
  const sqlite3_int64 amount = sqlite3_value_int64(values[1]);
  if (!moment || any_null(count, values) || amount == INT64_MIN) return;
  const auto sum = add_interval(*moment, sign * amount, count > 2 ? text_of(values[2]) : "DAY");
  if (sum) answer(context, sum->text());
}
void date_add(Context* context, int count, Values values) { add(context, 1, count, values); }
void date_sub(Context* context, int count, Values values) { add(context, -1, count, values); }

void datediff(Context* context, int, Values values) {
  const auto to = moment_of(values[0]), from = moment_of(values[1]);
  if (to && from) sqlite3_result_int64(context, (to->day - from->day).count());
}

void date_format(Context* context, int count, Values values) {
  const auto moment = moment_of(values[0]);
  if (moment && !any_null(count, values)) answer(context, format_moment(*moment, text_of(values[1])));
}

// YEAR, MONTH ...: one letter of DATE_FORMAT as a number; the letter is what the function was registered with.
void date_part(Context* context, int, Values values) {
  const auto moment = moment_of(values[0]);
  const char letter = *static_cast<const char*>(sqlite3_user_data(context));
  if (moment) sqlite3_result_int64(context, std::stoi(format_part(*moment, letter)));
}

// --- registration ---

struct Function {
  const char* name;
  int arguments;  // -1: any number
  void (*call)(Context*, int, Values);
  const char* letter = nullptr;
  bool repeats = true;  // the same arguments give the same answer
};

constexpr std::array<Function, 29> kFunctions{{
    {"CONCAT", -1, concat},
    {"CONCAT_WS", -1, concat_ws},
    {"LEFT", 2, left},
    {"RIGHT", 2, right},
    {"LOCATE", 2, locate},
    {"LOCATE", 3, locate},
    {"ISNULL", 1, is_null},
    {"DATABASE", 0, database},
    {"RAND", 0, random_fraction, nullptr, false},
    {"RAND", 1, random_fraction, nullptr, false},
    {"INET_ATON", 1, inet_aton},
    {"INET_NTOA", 1, inet_ntoa},
    {"UNIX_TIMESTAMP", 1, unix_timestamp},
    {"FROM_UNIXTIME", 1, from_unixtime},
    {"FROM_UNIXTIME", 2, from_unixtime},
    {"DATE_ADD", 2, date_add},
    {"DATE_ADD", 3, date_add},
    {"DATE_SUB", 2, date_sub},
    {"DATE_SUB", 3, date_sub},
    {"DATEDIFF", 2, datediff},
    {"DATE_FORMAT", 2, date_format},
    {"YEAR", 1, date_part, "Y"},
    {"MONTH", 1, date_part, "c"},
    {"DAY", 1, date_part, "e"},
    {"DAYOFMONTH", 1, date_part, "e"},
    {"DAYOFYEAR", 1, date_part, "j"},
    {"HOUR", 1, date_part, "k"},
    {"MINUTE", 1, date_part, "i"},
    {"SECOND", 1, date_part, "s"},
}};

}  // namespace

bool register_mysql_functions(sqlite3* handle) {
  return std::all_of(kFunctions.begin(), kFunctions.end(), [handle](const Function& function) {
    const int flags = SQLITE_UTF8 | (function.repeats ? SQLITE_DETERMINISTIC : 0);
    return sqlite3_create_function_v2(handle, function.name, function.arguments, flags, const_cast<char*>(function.letter),
                                      function.call, nullptr, nullptr, nullptr) == SQLITE_OK;
  });
}

}  // namespace vhpy::embedded::store
