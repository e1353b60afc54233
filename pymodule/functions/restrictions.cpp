#include "core/functions/restrictions.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::RestrictionFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
