#include "core/functions/user_changes.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::UserChangeFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
