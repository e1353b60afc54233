#include "core/wire_text.h"

#include <iconv.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <optional>

namespace vhpy {
namespace {

constexpr const char* kOurs = "UTF-8";

class Converter {
 public:
  Converter(const char* to, const char* from) noexcept : handle_(iconv_open(to, from)) {}
  ~Converter() {
    if (known()) iconv_close(handle_);
  }
  Converter(const Converter&) = delete;
  Converter& operator=(const Converter&) = delete;

  bool known() const noexcept { return handle_ != reinterpret_cast<iconv_t>(-1); }

  // As much as fits; false at a character that cannot be converted, which is then the first of `text`.
  bool append(std::string_view& text, std::string& into) const {
    char room[512];
    while (!text.empty()) {
      char* from = const_cast<char*>(text.data());  // iconv does not write there
      std::size_t left = text.size();
      char* to = room;
      std::size_t free = sizeof room;
      const bool whole = iconv(handle_, &from, &left, &to, &free) != static_cast<std::size_t>(-1);
      const int error = errno;
      into.append(room, sizeof room - free);
      text.remove_prefix(text.size() - left);
      if (!whole && error != E2BIG) return false;
    }
    return true;
  }

 private:
  iconv_t handle_;
};

bool is_utf8(std::string encoding) {
  encoding.erase(std::remove_if(encoding.begin(), encoding.end(), [](char c) { return c == '-' || c == '_'; }), encoding.end());
  std::transform(encoding.begin(), encoding.end(), encoding.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return encoding == "utf8" || encoding.empty();
}

// The bytes of the character that `text` begins with; 1 for what is none.
std::size_t length_of_first(std::string_view text) {
  std::size_t length = 1;
  while (length < std::min<std::size_t>(text.size(), 4) && (static_cast<unsigned char>(text[length]) & 0xC0) == 0x80) ++length;
  return length;
}

}  // namespace

std::string to_wire(std::string_view text, const std::string& encoding) {
  if (is_utf8(encoding)) return std::string(text);
  const Converter converter(encoding.c_str(), kOurs);
  if (!converter.known()) return std::string(text);
  std::string bytes;
  while (!converter.append(text, bytes)) {
    bytes += '?';
    text.remove_prefix(length_of_first(text));
  }
  return bytes;
}

std::string from_wire(std::string_view bytes, const std::string& encoding) {
  if (is_utf8(encoding)) return std::string(bytes);
  const Converter converter(kOurs, encoding.c_str());
  std::string text;
  std::string_view rest = bytes;
  return converter.known() && converter.append(rest, text) ? text : std::string(bytes);
}

}  // namespace vhpy
