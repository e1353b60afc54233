#include "core/functions/local.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::LocalFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
