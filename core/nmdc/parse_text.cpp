// Parsers of what people write: main chat and private messages.
#include "core/nmdc/detail/reader.h"

namespace vhpy::nmdc::detail {

Message parse_chat(const Input& in) {
  constexpr std::string_view kExpected = "expected <nick> text";
  std::string_view rest = in.frame.substr(1);
  const auto nick = take_until(rest, ">");
  if (!nick) return malformed(in, Reaction::kClose, "chat without '>': " + std::string(kExpected));
  if (nick->empty()) return malformed(in, Reaction::kClose, "chat without a nick: " + std::string(kExpected));
  if (rest.empty()) return malformed(in, Reaction::kIgnore, "chat without a text: " + std::string(kExpected));
  if (!take_prefix(rest, " ")) {
    return malformed(in, Reaction::kClose, "chat without a space after the nick: " + std::string(kExpected));
  }
  return Chat{*nick, rest};
}

Message parse_to(const Input& in) {
  const auto bad = [&] { return malformed(in, Reaction::kClose, "expected $To: nick From: me $<me> text"); };
  std::string_view rest = in.rest;
  const auto to = take_until(rest, " ");
  if (!to || to->empty() || !take_prefix(rest, "From: ")) return bad();
  const auto from = take_until(rest, " ");
  if (!from || from->empty() || !take_prefix(rest, "$<")) return bad();
  const auto signed_by = take_until(rest, ">");
  if (!signed_by || signed_by->empty()) return bad();
  if (!rest.empty() && !take_prefix(rest, " ")) return bad();
  return PrivateMessage{*to, *from, *signed_by, rest};
}

Message parse_mc_to(const Input& in) {
  const auto bad = [&] { return malformed(in, Reaction::kClose, "expected $MCTo: nick $me text"); };
  std::string_view rest = in.rest;
  const auto to = take_until(rest, " ");
  if (!to || to->empty() || !take_prefix(rest, "$")) return bad();
  const auto from = take_until(rest, " ");
  if (!from || from->empty()) return bad();
  return McTo{*to, *from, rest};
}

}  // namespace vhpy::nmdc::detail
