// Finds the hooks that a script defines.
#pragma once

#include <optional>
#include <string>

#include "pymodule/host/script.h"

namespace vhpy::py {

// Notes in `script` every function of its namespace that is named like a hook. Those defined later are not seen, as in
// the older plugins. Returns what is wrong with the first hook that cannot be called as the table says, if one cannot; the
// others are noted all the same. May be called again, with no hook of the script running. Thread: hub, GIL held.
std::optional<std::string> find_hooks(Script& script);

// Whether the script has ever registered functions with the dispatcher. Thread: hub, GIL held.
bool has_registered(const Script& script);

}  // namespace vhpy::py
