// What help() and inspect.signature() say of a vh function: derived from its row.
//
// Thread: any. Text made here is kept for the life of the process, as CPython wants of a PyMethodDef.
#pragma once

#include <span>
#include <string>

#include "core/function.h"

namespace vhpy::py {

enum class Form { kSync, kAwaitable, kPosted, kBatched, kCached };

// "Ban($module, /, op, nick, reason, seconds, type)\n--\n\n" and the documentation, as CPython's __doc__
// wants it.
std::string doc_with_signature(const char* name, std::span<const Param> params, const char* doc, Form form);

}  // namespace vhpy::py
