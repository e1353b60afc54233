// Rows: functions that need no hub. They run on the calling thread (core/local.h).
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kNameAndVersion = function<&name_and_version>(
    "name_and_version", Effect::kNone,
    "What the calling script calls itself.\n\nname: a new name; None keeps it. version: a new version; None keeps it.\n"
    "Returns a tuple (name, version) of two str; at first the name of the file and '0.0.0'.",
    param("name", none), param("version", none));

inline constexpr auto kEncodeUpper = function<&encode_text>(
    "Encode", Effect::kNone,
    "Escapes what could end or split a command: $ | ` ~ and chr(5) become &#36; and so on.\n\ntext: any. Returns a\n"
    "str. The same as encode().",
    param("text"));

inline constexpr auto kDecodeUpper = function<&decode_text>(
    "Decode", Effect::kNone,
    "The reverse of Encode(): &#N; becomes the byte N, 1 to 255, in the hub's encoding.\n\ntext: any; what is no such\n"
    "escape stays. Returns a str. The same as decode().",
    param("text"));

inline constexpr auto kEncode = function<&encode_text>(
    "encode", Effect::kNone,
    "Escapes what could end or split a command: $ | ` ~ and chr(5) become &#36; and so on.\n\ntext: any. Returns a\n"
    "str. The same as Encode().",
    param("text"));

inline constexpr auto kDecode = function<&decode_text>(
    "decode", Effect::kNone,
    "The reverse of encode(): &#N; becomes the byte N, 1 to 255, in the hub's encoding.\n\ntext: any; what is no such\n"
    "escape stays. Returns a str. The same as Decode().",
    param("text"));

struct LocalFunctions {
  static constexpr const char* kTitle = "Without the hub";
  using Table = FunctionTable<kNameAndVersion, kEncodeUpper, kDecodeUpper, kEncode, kDecode>;
};

}  // namespace vhpy::functions
