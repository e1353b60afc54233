#include "core/nmdc/my_info_fields.h"

#include <fmt/format.h>

#include <charconv>
#include <string_view>

#include "core/nmdc/limits.h"

namespace vhpy::nmdc {

namespace {

constexpr unsigned char kFirstPrintable = 0x20;

// '$' and '|' as clients escape them. Not '&': text that a script has read from GetMyINFO is escaped already.
std::string escape_field(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '$') {
      out += "&#36;";
    } else if (c == '|') {
      out += "&#124;";
    } else {
      out += c;
    }
  }
  return out;
}

// Anything else would be read as a part of the description, or as another tag.
bool is_tag(std::string_view text) {
  if (text.empty()) return true;
  const bool enclosed = text.size() >= 2 && text.starts_with('<') && text.ends_with('>');
  return enclosed && text.find_first_of("<>", 1) == text.size() - 1;
}

// The speed field: what is given, behind it the status flag that `now` has. A last byte that no text ends with is a flag
// which came along from GetMyINFO.
std::string speed_with_flag(std::string_view given, const std::string& now) {
  if (given == now) return now;
  if (now.empty()) return escape_field(given);  // a bot: it has no flag
  if (!given.empty() && static_cast<unsigned char>(given.back()) < kFirstPrintable) given.remove_suffix(1);
  return escape_field(given) + now.back();
}

std::optional<std::uint64_t> parse_size(std::string_view text) {
  std::uint64_t size = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), size);
  if (error != std::errc{} || end != text.data() + text.size() || size > kMaxShare) return std::nullopt;
  return size;
}

}  // namespace

Result<OwnedMyInfo> with_new_fields(OwnedMyInfo shown, const NewFields& fields) {
  if (fields.tag && !is_tag(*fields.tag)) {
    return refuse(Refusal::kBadArgument, fmt::format("the tag {}, expected <...>", *fields.tag));
  }
  if (fields.size) {
    const auto share = parse_size(*fields.size);
    if (!share) {
      return refuse(Refusal::kBadArgument, fmt::format("the size {}, expected a number of bytes", *fields.size));
    }
    shown.share = *share;
  }
  if (fields.description) shown.description = escape_field(*fields.description);
  if (fields.tag) shown.tag = escape_field(*fields.tag);
  if (fields.mail) shown.mail = escape_field(*fields.mail);
  if (fields.speed) shown.speed = speed_with_flag(*fields.speed, shown.speed);
  return shown;
}

bool is_my_info_flag(std::int64_t flag) noexcept { return flag >= kFlagNormal && flag <= kFlagNat && (flag & (flag - 1)) == 0; }

}  // namespace vhpy::nmdc
