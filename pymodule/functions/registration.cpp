#include "core/functions/registration.h"

#include "pymodule/functions/generate.h"

namespace vhpy::py {

template void append_entries<functions::RegistrationFunctions>(std::vector<Entry>& into);

}  // namespace vhpy::py
