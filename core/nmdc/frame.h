// Cuts the byte stream of one client into frames, the pieces between '|'.
//
// Owner: the connection. Thread: hub. Bytes go in by feed() in any split; frames come out by next(), which
// may stop at any point (a paused connection keeps the rest). Every byte is looked at once, whatever the
// split. An idle connection holds no memory here.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/nmdc/limits.h"

namespace vhpy::nmdc {

enum class FrameFault : std::uint8_t {
  kNone,
  kNotNmdc,      // the first byte of the connection is none of '$' '<' '|': HTTP, TLS or noise
  kLineTooLong,  // finished or not
  kNulInside,    // a NUL byte within a line; those just before '|' are dropped
};

// One line for the log. Thread: any.
const char* to_string(FrameFault fault) noexcept;

class Framer {
 public:
  // max_line: bytes of a line without its '|'.
  explicit Framer(std::size_t max_line = kMaxLineBytes) : max_line_(max_line) {}

  // Adds bytes. Invalidates frames given out before. Memory: what next() has not yet taken, so a caller that
  // does not take must not feed on (see buffered()). Ignored after a fault.
  void feed(std::string_view bytes);

  // The next frame without its '|', empty for a keep-alive; nothing if no whole frame is there or after a
  // fault. Valid until the next call of next() or feed(). Frames before the faulty one are still delivered.
  std::optional<std::string_view> next();

  // Set by next(): the connection must be closed without a word.
  FrameFault fault() const noexcept { return fault_; }

  // Bytes held that next() has not yet returned.
  std::size_t buffered() const noexcept { return buffer_.size() - start_; }

 private:
  std::optional<std::string_view> fail(FrameFault fault);
  void drop_consumed();

  std::string buffer_;
  std::size_t start_ = 0;    // of the first line not yet returned
  std::size_t scanned_ = 0;  // no '|' in [start_, scanned_)
  std::size_t max_line_;
  bool first_ = true;  // no byte of this connection seen yet
  FrameFault fault_ = FrameFault::kNone;
};

}  // namespace vhpy::nmdc
