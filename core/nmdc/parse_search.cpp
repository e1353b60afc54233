// Parsers of searches, in their long and short forms, and of the results that come back through the hub.
#include <algorithm>

#include "core/nmdc/detail/reader.h"
#include "core/nmdc/limits.h"

namespace vhpy::nmdc::detail {
namespace {

constexpr std::size_t kTthChars = 39;  // 24 bytes in base 32
constexpr std::string_view kTthPrefix = "TTH:";
constexpr char kResultSeparator = '\x05';

bool is_tth(std::string_view text) noexcept {
  return text.size() == kTthChars && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '2' && c <= '7');
         });
}

enum class AddressFault : std::uint8_t { kNone, kForm, kPort };

// "ip:port", all of it. The ip is taken as it is: the server puts the real one.
AddressFault parse_address(std::string_view text, Search& search) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos || colon == 0) return AddressFault::kForm;
  search.active = true;
  search.ip = text.substr(0, colon);
  std::string_view digits = text.substr(colon + 1);
  if (digits.empty()) return AddressFault::kForm;
  const auto port = take_number<std::uint64_t>(digits);
  if (!port || !digits.empty() || !port_valid(*port)) return AddressFault::kPort;
  search.port = static_cast<std::uint16_t>(*port);
  return AddressFault::kNone;
}

std::optional<Malformed> address_problem(const Input& in, AddressFault fault) {
  switch (fault) {
    case AddressFault::kForm:
      return malformed(in, Reaction::kClose, "no ip:port, expected one");
    case AddressFault::kPort:
      return malformed(in, Reaction::kIgnore, "bad port, expected 1 to 65535");
    case AddressFault::kNone:
      break;
  }
  return std::nullopt;
}

std::optional<bool> parse_flag(std::string_view text) noexcept {
  if (text == "T") return true;
  if (text == "F") return false;
  return std::nullopt;
}

Search short_search() {
  Search search;
  search.short_form = true;
  search.type = Search::kTth;
  return search;
}

// "F?T?0?1?pattern". The pattern may hold further question marks.
std::optional<Malformed> parse_query(const Input& in, std::string_view query, Search& search) {
  const auto close = [&](const char* what) { return malformed(in, Reaction::kClose, what); };
  const auto ignore = [&](const char* what) { return malformed(in, Reaction::kIgnore, what); };
  search.query = query;
  const auto limited = take_until(query, "?");
  const auto is_max = take_until(query, "?");
  const auto size = take_until(query, "?");
  auto type = take_until(query, "?");
  if (!limited || !is_max || !size || !type) return close("expected F?T?size?type?pattern");
  const auto limited_flag = parse_flag(*limited);
  const auto max_flag = parse_flag(*is_max);
  if (!limited_flag || !max_flag) return close("expected T or F in the first two fields of the query");
  search.size_limited = *limited_flag;
  search.size_is_max = *max_flag;
  std::string_view digits = *size;
  // Some clients leave a fraction or nothing there; the size then just limits nothing.
  search.size = take_number<std::uint64_t>(digits).value_or(0);
  const auto number = take_number<std::uint8_t>(*type);
  if (!number || *number == 0 || !type->empty()) return ignore("bad type, expected a number from 1");
  search.type = *number;
  search.pattern = query;
  if (search.type == Search::kTth) {
    if (!take_prefix(search.pattern, kTthPrefix) || !is_tth(search.pattern)) {
      return ignore("bad hash, expected TTH: and 39 characters of base 32");
    }
  } else if (search.pattern.empty()) {
    return ignore("empty pattern");
  }
  return std::nullopt;
}

}  // namespace

Message parse_search(const Input& in) {
  if (in.frame.size() > kMaxSearchBytes) return too_long(in, kMaxSearchBytes);
  std::string_view rest = in.rest;
  const auto origin = take_until(rest, " ");
  if (!origin)
    return malformed(in, Reaction::kClose, "expected $Search ip:port query or $Search Hub:nick query");
  Search search;
  std::string_view nick = *origin;
  if (take_prefix(nick, "Hub:")) {
    if (nick.empty()) return malformed(in, Reaction::kClose, "no nick after Hub:");
    search.nick = nick;
  } else if (const auto problem = address_problem(in, parse_address(*origin, search))) {
    return *problem;
  }
  if (auto problem = parse_query(in, rest, search)) return *std::move(problem);
  return search;
}

Message parse_short_search_active(const Input& in) {
  if (in.frame.size() > kMaxSearchBytes) return too_long(in, kMaxSearchBytes);
  Search search = short_search();
  std::string_view rest = in.rest;
  const auto tth = take_until(rest, " ");
  if (!tth) return malformed(in, Reaction::kClose, "expected $SA hash ip:port");
  if (const auto problem = address_problem(in, parse_address(rest, search))) return *problem;
  if (!is_tth(*tth)) return malformed(in, Reaction::kIgnore, "bad hash, expected 39 characters of base 32");
  search.pattern = *tth;
  return search;
}

Message parse_short_search_passive(const Input& in) {
  if (in.frame.size() > kMaxSearchBytes) return too_long(in, kMaxSearchBytes);
  Search search = short_search();
  std::string_view rest = in.rest;
  const auto tth = take_until(rest, " ");
  if (!tth || rest.empty()) return malformed(in, Reaction::kClose, "expected $SP hash nick");
  if (!is_tth(*tth)) return malformed(in, Reaction::kIgnore, "bad hash, expected 39 characters of base 32");
  search.nick = rest;
  search.pattern = *tth;
  return search;
}

// Results are the only command whose errors nobody can abuse: they are dropped, the client stays.
Message parse_search_result(const Input& in) {
  if (in.frame.size() > kMaxSearchResultBytes) {
    return malformed(in, Reaction::kIgnore,
                     "too long, expected at most " + std::to_string(kMaxSearchResultBytes));
  }
  const auto bad = [&] { return malformed(in, Reaction::kIgnore, "expected $SR me result\\5hub\\5nick"); };
  std::string_view rest = in.rest;
  const auto from = take_until(rest, " ");
  if (!from || from->empty()) return bad();
  const std::size_t last = in.frame.rfind(kResultSeparator);
  if (last == std::string_view::npos || rest.find(kResultSeparator) == rest.rfind(kResultSeparator))
    return bad();
  const std::string_view to = in.frame.substr(last + 1);
  if (to.empty()) return bad();
  return SearchResult{*from, to, in.frame.substr(0, last)};
}

}  // namespace vhpy::nmdc::detail
