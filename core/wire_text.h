// Between the text of this program (messages, names of files: UTF-8) and the hub's encoding on the wire. Scripts' text does
// not come here: Python converts that (pymodule/convert.h).
//
// Thread: any. Blocks: no.
#pragma once

#include <string>
#include <string_view>

namespace vhpy {

// For clients. encoding: a name of Python's or iconv's; one that iconv does not know, and UTF-8, leave the text as it is.
// What the encoding cannot express, and bytes that are no UTF-8, become '?'.
std::string to_wire(std::string_view text, const std::string& encoding);

// What a client typed. Text that is none in the encoding is left as it is.
std::string from_wire(std::string_view bytes, const std::string& encoding);

}  // namespace vhpy
