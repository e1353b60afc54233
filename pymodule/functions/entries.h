// The CPython entry points of one topic of the function table. Each topic is a translation unit of its own,
// because the code that is generated per function takes long to compile.
#pragma once

#include <vector>

#include "pymodule/functions.h"
#include "pymodule/python.h"
#include "pymodule/signature.h"

namespace vhpy::py {

// One row, ready for every form.
struct Entry {
  const char* name;
  std::string (*doc)(Form form);
  PyCFunction sync;
  PyCFunction awaitable;
  PyCFunction posted;
  PyCFunction batched;
  PyCFunction cached;          // null: there is none
  const char* why_not_cached;  // then: why
};

// Appends the rows of `Topic`, from core/functions/. Instantiated in pymodule/functions/<topic>.cpp.
template <class Topic>
void append_entries(std::vector<Entry>& into);

}  // namespace vhpy::py
