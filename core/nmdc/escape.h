// The two escapings of the protocol: of text, and of the binary key. Pure functions. Thread: any. Blocks: no.
#pragma once

#include <string>
#include <string_view>

namespace vhpy::nmdc {

// Text for a frame: '$' becomes &#36;, '|' becomes &#124;, and '&' becomes &amp; only where it would
// otherwise read as one of these three. unescape_text(escape_text(x)) == x for every x.
std::string escape_text(std::string_view text);
std::string unescape_text(std::string_view text);

// Only '|', which can never stand in a frame: for chat and private messages that the hub itself writes, where
// '$' is harmless and shown as it is.
std::string escape_pipes(std::string_view text);

// The key: bytes 0, 5, 36, 96, 124 and 126 become /%DCNddd%/ with three decimal digits.
std::string escape_key(std::string_view bytes);
std::string unescape_key(std::string_view text);

}  // namespace vhpy::nmdc
