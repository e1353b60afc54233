#include "core/functions/lists.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::ListFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
