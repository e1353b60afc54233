// The functions of the module vh as CPython wants them: made from the rows of the function table.
//
// Thread: any; the tables are made at the first call and kept for the life of the process.
#pragma once

#include <span>

#include "pymodule/python.h"
#include "pymodule/signature.h"

namespace vhpy::py {

// One entry per row, without the closing null entry; valid for ever.
std::span<PyMethodDef> functions_of(Form form);

}  // namespace vhpy::py
