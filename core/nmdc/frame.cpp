// Cuts the byte stream of one client into frames: see frame.h.
#include "core/nmdc/frame.h"

namespace vhpy::nmdc {

const char* to_string(FrameFault fault) noexcept {
  switch (fault) {
    case FrameFault::kNone:
      return "no fault";
    case FrameFault::kNotNmdc:
      return "the first byte is not NMDC: expected '$', '<' or '|'";
    case FrameFault::kLineTooLong:
      return "line too long";
    case FrameFault::kNulInside:
      return "NUL byte inside a command";
  }
  return "unknown fault";
}

void Framer::feed(std::string_view bytes) {
  if (fault_ == FrameFault::kNone) buffer_.append(bytes);
}

std::optional<std::string_view> Framer::next() {
  if (fault_ != FrameFault::kNone || start_ == buffer_.size()) {
    drop_consumed();
    return std::nullopt;
  }
  if (first_) {
    const char byte = buffer_[start_];
    if (byte != '$' && byte != '<' && byte != '|') return fail(FrameFault::kNotNmdc);
    first_ = false;
  }
  const std::size_t end = buffer_.find('|', scanned_);
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    if (scanned_ - start_ > max_line_) return fail(FrameFault::kLineTooLong);
    drop_consumed();
    return std::nullopt;
  }
  if (end - start_ > max_line_) return fail(FrameFault::kLineTooLong);

  std::string_view frame(buffer_.data() + start_, end - start_);
  start_ = scanned_ = end + 1;
  while (!frame.empty() && frame.back() == '\0') frame.remove_suffix(1);
  if (frame.find('\0') != std::string_view::npos) return fail(FrameFault::kNulInside);
  return frame;
}

std::optional<std::string_view> Framer::fail(FrameFault fault) {
  fault_ = fault;
  start_ = buffer_.size();
  drop_consumed();
  return std::nullopt;
}

// What stays came in after the last '|' and thus since the last call, so each byte is moved at most once. The
// new string fits exactly: a burst does not leave its capacity behind, and an idle connection holds none.
void Framer::drop_consumed() {
  if (start_ == 0) return;
  scanned_ -= start_ < scanned_ ? start_ : scanned_;
  buffer_ = std::string(buffer_, start_);
  start_ = 0;
}

}  // namespace vhpy::nmdc
