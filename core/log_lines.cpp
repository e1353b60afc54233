#include "core/log_lines.h"

#include <fmt/format.h>
#include <spdlog/pattern_formatter.h>

#include <iterator>
#include <utility>

namespace vhpy {

namespace {

constexpr char kTextFlag = '*';

bool is_control(unsigned char byte) { return byte < 0x20 || byte == 0x7f; }

// U+0080 to U+009F, which terminals obey like their forms of two bytes with ESC. In other encodings the pair is as rare.
bool is_control_pair(std::string_view text) {
  return text.size() >= 2 && text[0] == '\xc2' && static_cast<unsigned char>(text[1]) >= 0x80 &&
         static_cast<unsigned char>(text[1]) < 0xa0;
}

void append_escaped(std::string& line, char control) {
  switch (control) {
    case '\n': line += "\\n"; return;
    case '\r': line += "\\r"; return;
    case '\t': line += "\\t"; return;
    default: fmt::format_to(std::back_inserter(line), "\\x{:02x}", static_cast<unsigned char>(control));
  }
}

class TextFlag final : public spdlog::custom_flag_formatter {
 public:
  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& into) override {
    const std::string line = to_log_line({message.payload.data(), message.payload.size()});
    into.append(line.data(), line.data() + line.size());
  }
  std::unique_ptr<custom_flag_formatter> clone() const override { return std::make_unique<TextFlag>(); }
};

}  // namespace

std::string log_block(std::string_view text) {
  std::string block(kLogContinued);
  for (const char byte : text) {
    if (byte == '\n') {
      block += kLogContinued;
    } else {
      block += byte;
    }
  }
  return block;
}

std::string to_log_line(std::string_view text) {
  std::string line;
  line.reserve(text.size());
  while (!text.empty()) {
    std::size_t taken = 1;
    if (text.starts_with(kLogContinued)) {
      taken = kLogContinued.size();
      line += kLogContinued;
    } else if (is_control_pair(text)) {
      taken = 2;
      append_escaped(line, text[0]);
      append_escaped(line, text[1]);
    } else if (is_control(static_cast<unsigned char>(text[0]))) {
      append_escaped(line, text[0]);
    } else {
      line += text[0];
    }
    text.remove_prefix(taken);
  }
  return line;
}

std::unique_ptr<spdlog::formatter> log_formatter(const std::string& head) {
  auto formatter = std::make_unique<spdlog::pattern_formatter>();
  formatter->add_flag<TextFlag>(kTextFlag).set_pattern(head + " %" + kTextFlag);
  return formatter;
}

}  // namespace vhpy
