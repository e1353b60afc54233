// From Python values to the plain values that commands carry, and back.
//
// Thread: any, GIL held. Nothing here blocks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/hub.h"
#include "core/local.h"
#include "core/result.h"
#include "pymodule/python.h"

namespace vhpy::py {

// Turns the hub's bytes into str and back, both ways without loss for whatever came from the hub: bytes that
// are not text in the hub's encoding become lone surrogates (U+DC80..U+DCFF, as Python does with file names)
// and become the same bytes again. A character that the encoding cannot express becomes '?': a hub cannot
// carry it, and a chat line with a
// '?' is better than a script that fails on an emoji.
//
// A plain value; copies are cheap and may be used in any interpreter.
class TextCodec {
 public:
  TextCodec() = default;  // UTF-8

  // For a Python codec name, in any of its spellings ("cp1252", "UTF-8"). One that Python does not know, or
  // in which ASCII is not ASCII (the protocol's own '$' and '|' could not be told apart), is logged and taken
  // as UTF-8.
  static TextCodec named(std::string_view encoding);

  // The canonical name of the Python codec in use.
  const std::string& encoding() const noexcept { return encoding_; }

  // A new str; null with MemoryError set when memory is short.
  Owned decode(std::string_view bytes) const;

  // The bytes of `text`, which must be a str (PyUnicode_Check). Appends to `into`. False with an exception
  // set when memory is short or the codec is broken; never for what the text contains. NUL is passed through:
  // who must not have it checks for it.
  bool encode(Borrowed text, std::string& into) const;

 private:
  explicit TextCodec(std::string encoding) : utf8_(false), encoding_(std::move(encoding)) {}
  bool encode_in_runs(Borrowed text, std::string& into) const;

  bool utf8_ = true;
  std::string encoding_ = "utf-8";
};

// Results of hub operations, as scripts see them. Null with an exception set when memory is short.
Owned to_python(const TextCodec& codec,
                const Outcome& outcome);  // a bool: True = done; the reason stays in the log
Owned to_python(const TextCodec& codec, std::int64_t value);
Owned to_python(const TextCodec& codec, double value);
Owned to_python(const TextCodec& codec, const std::string& text);
Owned to_python(const TextCodec& codec, const NameAndVersion& label);  // a tuple of two str
Owned to_python(const TextCodec& codec, const std::vector<std::string>& nicks);
Owned to_python(const TextCodec& codec, const MyInfo& info);  // a tuple of six str

template <class T>
Owned to_python(const TextCodec& codec, const std::optional<T>& value) {
  return value ? to_python(codec, *value) : Owned::borrow(Py_None);
}

// What a value is called in a message: "str", "module.Class".
std::string type_name(Borrowed value);

}  // namespace vhpy::py
