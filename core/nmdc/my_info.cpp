// $MyINFO taken apart and put together: see my_info.h.
#include "core/nmdc/my_info.h"

#include <array>
#include <charconv>

#include "core/nmdc/limits.h"

namespace vhpy::nmdc {
namespace {

constexpr std::string_view kHead = "$MyINFO $ALL ";

// The whole of `text` as a decimal number, `fallback` if it is none or does not fit.
template <class Number>
Number number_or(std::string_view text, Number fallback) noexcept {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc{} && end == text.data() + text.size() ? number : fallback;
}

std::uint64_t parse_share(std::string_view text) noexcept {
  const auto share = number_or<std::uint64_t>(text, 0);
  return share <= kMaxShare ? share : 0;
}

// "H:a/b/c"; old clients send only one number.
void parse_hubs(std::string_view text, Tag& tag) noexcept {
  const std::array<std::uint32_t*, 3> counts{&tag.hubs_guest, &tag.hubs_registered, &tag.hubs_operator};
  for (std::uint32_t* count : counts) {
    const std::size_t end = text.find('/');
    *count = number_or<std::uint32_t>(text.substr(0, end), 0);
    if (end == std::string_view::npos) return;
    text.remove_prefix(end + 1);
  }
}

void parse_tag_field(std::string_view field, Tag& tag) noexcept {
  if (field.size() < 2 || field[1] != ':') return;
  const std::string_view value = field.substr(2);
  switch (field[0]) {
    case 'V':
      tag.version = value;
      break;
    case 'M':
      tag.mode = value == "A"   ? ClientMode::kActive
                 : value == "P" ? ClientMode::kPassive
                 : value == "5" ? ClientMode::kSocks
                                : ClientMode::kUnknown;
      break;
    case 'H':
      parse_hubs(value, tag);
      break;
    case 'S':
      tag.slots = number_or<std::uint32_t>(value, 0);
      break;
    default:
      break;
  }
}

void append_clean(std::string& out, std::string_view field) {
  for (const char c : field) out += c == '$' || c == '|' || c == '\0' ? '_' : c;
}

bool fail(std::string* why, std::string_view what) {
  if (why != nullptr) {
    *why = what;
    *why += ": expected $MyINFO $ALL nick description<tag>$ $speed$mail$share$";
  }
  return false;
}

// Splits what follows the nick: description<tag>$ $speed$mail$share[$].
bool split_fields(std::string_view rest, MyInfo& info, std::string* why) {
  std::array<std::string_view, 5> fields;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t end = rest.find('$');
    fields[i] = rest.substr(0, end);
    if (end == std::string_view::npos) {
      if (i + 1 < fields.size()) return fail(why, "MyINFO has too few fields");
      rest = {};
    } else {
      rest.remove_prefix(end + 1);
    }
  }
  if (!rest.empty()) return fail(why, "MyINFO has too many fields, or '$' inside one");
  if (fields[1] != " ") return fail(why, "the second field of MyINFO is not one space");

  info.description = fields[0];
  if (fields[0].ends_with('>')) {
    const std::size_t tag = fields[0].rfind('<');
    if (tag != std::string_view::npos) {
      info.tag = fields[0].substr(tag);
      info.description = fields[0].substr(0, tag);
    }
  }
  info.speed = fields[2];
  info.mail = fields[3];
  info.share = parse_share(fields[4]);
  return true;
}

}  // namespace

OwnedMyInfo::OwnedMyInfo(const MyInfo& info)
    : nick(info.nick),
      description(info.description),
      tag(info.tag),
      speed(info.speed),
      mail(info.mail),
      share(info.share) {}

Tag parse_tag(std::string_view text) {
  if (text.starts_with('<')) text.remove_prefix(1);
  if (text.ends_with('>')) text.remove_suffix(1);
  Tag tag;
  std::size_t end = text.find(" V:");  // a client's name may have a space
  if (end == std::string_view::npos) end = text.find(' ');
  tag.client = text.substr(0, end);
  if (end == std::string_view::npos) return tag;
  text.remove_prefix(end + 1);
  while (!text.empty()) {
    end = text.find(',');
    parse_tag_field(text.substr(0, end), tag);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return tag;
}

std::optional<MyInfo> parse_my_info(std::string_view frame, std::string* why) {
  MyInfo info;
  if (!frame.starts_with(kHead)) return fail(why, "MyINFO does not start right"), std::nullopt;
  frame.remove_prefix(kHead.size());
  const std::size_t end = frame.find(' ');
  if (end == std::string_view::npos || end == 0)
    return fail(why, "MyINFO lacks a nick or fields"), std::nullopt;
  info.nick = frame.substr(0, end);
  if (info.nick.find('$') != std::string_view::npos)
    return fail(why, "MyINFO has '$' in the nick"), std::nullopt;
  if (!split_fields(frame.substr(end + 1), info, why)) return std::nullopt;
  return info;
}

std::string format_my_info(const MyInfo& info) {
  std::string out;
  out.reserve(kHead.size() + info.nick.size() + info.description.size() + info.tag.size() +
              info.speed.size() + info.mail.size() + 32);
  out += kHead;
  for (const char c : info.nick) out += c == '$' || c == '|' || c == '\0' || c == ' ' ? '_' : c;
  out += ' ';
  append_clean(out, info.description);
  append_clean(out, info.tag);
  out += "$ $";
  append_clean(out, info.speed);
  out += '$';
  append_clean(out, info.mail);
  out += '$';
  out += std::to_string(info.share);
  out += "$|";
  return out;
}

}  // namespace vhpy::nmdc
