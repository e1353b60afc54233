// The functions of the module vh as CPython wants them: made from the rows of the function table.
//
// Thread: any; the tables are made at the first call and kept for the life of the process.
#pragma once

#include <span>
#include <string_view>

#include "pymodule/python.h"
#include "pymodule/signature.h"

namespace vhpy::py {

// One entry per row, without the closing null entry; valid for ever.
std::span<PyMethodDef> functions_of(Form form);  // cached: of the rows that have such a form

// Why a function has no cached form; null if it has one, or there is no such function.
const char* why_not_cached(std::string_view name);

}  // namespace vhpy::py
