#include "core/functions/sending.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::SendingFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
