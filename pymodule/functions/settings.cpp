#include "core/functions/settings.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::SettingFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
