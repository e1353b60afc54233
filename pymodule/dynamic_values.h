// Arguments and results of dynamic functions: any nesting of None, int, float, str, list, tuple, set and dict.
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include <cstddef>

#include "core/dynamic_functions.h"
#include "pymodule/convert.h"
#include "pymodule/python.h"

namespace vhpy::py {

inline constexpr int kMaxDynamicDepth = 32;                  // lists in lists
inline constexpr std::size_t kMaxDynamicElements = 100'000;  // of one call's arguments, or of one result

// Reads the values of one call. Tuples and sets become lists; keys of dicts must be str. False with TypeError (a type
// that cannot be carried), OverflowError (an int beyond 64 bits) or ValueError (too deep, too many, a list in itself)
// set; messages begin with the function's name.
class DynamicReader {
 public:
  DynamicReader(const TextCodec& codec, const char* function) : codec_(codec), function_(function) {}

  bool read(Borrowed value, DynamicValue& into, int depth = 0);
  std::size_t bytes() const noexcept { return bytes_; }  // what the values hold, about

 private:
  bool read_text(Borrowed text, std::string& into);
  bool read_integer(Borrowed number, DynamicValue& into);
  bool read_items(Borrowed iterable, DynamicValue& into, int depth);
  bool read_dict(Borrowed dict, DynamicValue& into, int depth);

  const TextCodec& codec_;
  const char* function_;
  std::size_t bytes_ = 0;
  std::size_t elements_ = 0;
};

// Null with ValueError set if it is too deep.
Owned dynamic_to_python(const TextCodec& codec, const DynamicValue& value, int depth = 0);

}  // namespace vhpy::py
