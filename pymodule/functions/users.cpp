#include "core/functions/users.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::UserFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
