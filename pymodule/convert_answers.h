// Answers of operations that are more than text, numbers and lists of nicks, as scripts see them.
//
// Thread: any, GIL held. Null with an exception set when memory is short.
#pragma once

#include "core/answers.h"
#include "core/dynamic_functions.h"
#include "pymodule/convert.h"

namespace vhpy::py {

Owned to_python(const TextCodec& codec, const Result<Restrictions>& state);  // dict of four bools; empty if refused
Owned to_python(const TextCodec& codec, const Result<SqlRows>& answer);      // (1, rows), (0, []) if refused
Owned to_python(const TextCodec& codec, const GeoRecord& record);            // dict
Owned to_python(const TextCodec& codec, const Utf8Text& text);               // str

// The value; for a failure null with RuntimeError, NameError or TypeError set.
Owned to_python(const TextCodec& codec, const DynamicAnswer& answer);

// None if it was refused: the reason stays in the log.
template <class T>
Owned to_python(const TextCodec& codec, const Result<T>& result) {
  return result ? to_python(codec, result.value()) : Owned::borrow(Py_None);
}

}  // namespace vhpy::py
