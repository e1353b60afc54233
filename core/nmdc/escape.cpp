// The two escapings of the protocol: see escape.h.
#include "core/nmdc/escape.h"

#include <array>
#include <cstddef>

namespace vhpy::nmdc {
namespace {

struct Entity {
  std::string_view name;
  char byte;
};
constexpr std::array<Entity, 3> kEntities{{{"&#36;", '$'}, {"&#124;", '|'}, {"&amp;", '&'}}};

const Entity* entity_at(std::string_view text) noexcept {
  for (const Entity& entity : kEntities) {
    if (text.starts_with(entity.name)) return &entity;
  }
  return nullptr;
}

constexpr std::string_view kKeyEscape = "/%DCN";
constexpr std::string_view kKeyEscapeEnd = "%/";
constexpr std::size_t kKeyEscapeBytes = 10;  // /%DCNddd%/

constexpr bool escaped_in_key(unsigned char byte) noexcept {
  return byte == 0 || byte == 5 || byte == 36 || byte == 96 || byte == 124 || byte == 126;
}

constexpr bool is_digit(char c) noexcept {
  return c >= '0' && c <= '9';
}

// The byte of an escape at the start of `text`, -1 if there is none.
int key_escape_at(std::string_view text) noexcept {
  if (text.size() < kKeyEscapeBytes || !text.starts_with(kKeyEscape)) return -1;
  const std::string_view digits = text.substr(kKeyEscape.size(), 3);
  if (!is_digit(digits[0]) || !is_digit(digits[1]) || !is_digit(digits[2])) return -1;
  if (text.substr(kKeyEscape.size() + 3, kKeyEscapeEnd.size()) != kKeyEscapeEnd) return -1;
  const int value = (digits[0] - '0') * 100 + (digits[1] - '0') * 10 + (digits[2] - '0');
  return value <= 255 ? value : -1;
}

}  // namespace

std::string escape_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '$') {
      out += "&#36;";
    } else if (c == '|') {
      out += "&#124;";
    } else if (c == '&' && entity_at(text.substr(i)) != nullptr) {
      out += "&amp;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string unescape_text(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const Entity* entity = text[i] == '&' ? entity_at(text.substr(i)) : nullptr;
    out += entity != nullptr ? entity->byte : text[i];
    i += entity != nullptr ? entity->name.size() : 1;
  }
  return out;
}

std::string escape_pipes(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (c == '|') {
      out += "&#124;";
    } else {
      out += c;
    }
  }
  return out;
}

std::string escape_key(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size());
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (!escaped_in_key(byte)) {
      out += c;
      continue;
    }
    out += kKeyEscape;
    out += static_cast<char>('0' + byte / 100);
    out += static_cast<char>('0' + byte / 10 % 10);
    out += static_cast<char>('0' + byte % 10);
    out += kKeyEscapeEnd;
  }
  return out;
}

std::string unescape_key(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const int byte = text[i] == '/' ? key_escape_at(text.substr(i)) : -1;
    out += byte >= 0 ? static_cast<char>(byte) : text[i];
    i += byte >= 0 ? kKeyEscapeBytes : 1;
  }
  return out;
}

}  // namespace vhpy::nmdc
