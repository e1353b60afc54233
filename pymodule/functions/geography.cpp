#include "core/functions/geography.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::GeographyFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
