// A cursor over one frame for the parsers of message.cpp and its parts.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/nmdc/message.h"

namespace vhpy::nmdc::detail {

// Every parser gets the whole frame, the keyword, and what follows the keyword and one space.
struct Input {
  std::string_view frame, keyword, rest;
};

inline Malformed malformed(const Input& in, Reaction reaction, std::string detail) {
  return {in.keyword, reaction, std::string(in.keyword) + ": " + std::move(detail)};
}

inline Malformed too_long(const Input& in, std::size_t limit) {
  return malformed(in, Reaction::kClose,
                   std::to_string(in.frame.size()) + " bytes, expected at most " + std::to_string(limit));
}

// Takes what stands before the first `separator`; nothing (and rest untouched) if there is none.
inline std::optional<std::string_view> take_until(std::string_view& rest, std::string_view separator) {
  const std::size_t end = rest.find(separator);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view taken = rest.substr(0, end);
  rest.remove_prefix(end + separator.size());
  return taken;
}

inline bool take_prefix(std::string_view& rest, std::string_view prefix) {
  if (!rest.starts_with(prefix)) return false;
  rest.remove_prefix(prefix.size());
  return true;
}

// Takes decimal digits, at least one; nothing if there is none or the number does not fit.
template <class Number>
std::optional<Number> take_number(std::string_view& rest) {
  Number number{};
  const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), number);
  if (error != std::errc{}) return std::nullopt;
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
  return number;
}

// A port that can be connected to.
inline bool port_valid(std::uint64_t port) noexcept {
  return port >= 1 && port <= 65535;
}

// parse_text.cpp
Message parse_chat(const Input& in);
Message parse_to(const Input& in);
Message parse_mc_to(const Input& in);
// parse_search.cpp
Message parse_search(const Input& in);
Message parse_short_search_active(const Input& in);
Message parse_short_search_passive(const Input& in);
Message parse_search_result(const Input& in);
// parse_connection.cpp
Message parse_connect_to_me(const Input& in);
Message parse_rev_connect_to_me(const Input& in);
Message parse_get_info(const Input& in);
Message parse_user_ip(const Input& in);
Message parse_op_force_move(const Input& in);

}  // namespace vhpy::nmdc::detail
