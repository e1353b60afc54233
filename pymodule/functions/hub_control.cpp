#include "core/functions/hub_control.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::HubControlFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
