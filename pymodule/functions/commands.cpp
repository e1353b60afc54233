#include "core/functions/commands.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::CommandFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
