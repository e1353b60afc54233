#include "core/local.h"

#include <charconv>
#include <cstddef>
#include <string_view>

namespace vhpy {
namespace {

constexpr std::string_view kEncodedBytes = "\x05$`|~";
constexpr std::size_t kMaxDigits = 3;  // of a number up to 255, leading zeros not counted

struct Entity {
  char byte = 0;
  std::size_t size = 0;  // of the entity; 0: there is none
};

// "&#N;" at the start of `text`.
Entity entity_at(std::string_view text) {
  if (!text.starts_with("&#")) return {};
  const std::size_t first = text.find_first_not_of('0', 2);
  const std::size_t end = text.find_first_not_of("0123456789", 2);
  if (end == 2 || end == std::string_view::npos || text[end] != ';' || end - first > kMaxDigits) return {};
  unsigned number = 0;
  std::from_chars(text.data() + first, text.data() + end, number);
  if (number == 0 || number > 255) return {};
  return {static_cast<char>(number), end + 1};
}

}  // namespace

NameAndVersion ScriptLabel::update(const std::string& file_name, const std::optional<std::string>& name,
                                   const std::optional<std::string>& version) {
  const std::lock_guard lock(mutex_);
  if (name) name_ = name;
  if (version) version_ = version;
  return {name_.value_or(file_name), version_.value_or("0.0.0"), !name_};
}

std::string encode_text(const Local&, const std::string& text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (kEncodedBytes.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += "&#" + std::to_string(static_cast<unsigned char>(c)) + ';';
    }
  }
  return out;
}

// Linear: the digits behind one "&#" are looked at for that "&#" only.
std::string decode_text(const Local&, const std::string& text) {
  std::string out;
  out.reserve(text.size());
  std::string_view rest = text;
  while (!rest.empty()) {
    const Entity entity = entity_at(rest);
    out += entity.size == 0 ? rest.front() : entity.byte;
    rest.remove_prefix(entity.size == 0 ? 1 : entity.size);
  }
  return out;
}

NameAndVersion name_and_version(const Local& local, const std::optional<std::string>& name,
                                const std::optional<std::string>& version) {
  return local.label.update(local.file_name, name, version);
}

}  // namespace vhpy
