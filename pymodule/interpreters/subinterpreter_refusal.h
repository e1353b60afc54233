// Packages that refuse to be imported into a sub-interpreter: recognises their errors, so that an author is told what to do.
//
// There is no one exception for it: CPython raises an ImportError for extension modules that are not made for it, and
// packages that check for themselves say so in words of their own.
//
// Thread: any, GIL held.
#pragma once

#include <string>

#include "pymodule/python.h"

namespace vhpy::py {

// One line: which package, why, and what to do; empty if the exception, or one that led to it, is no such refusal, or this is
// the main interpreter. Nothing is pending afterwards.
std::string subinterpreter_refusal(Borrowed exception);

}  // namespace vhpy::py
