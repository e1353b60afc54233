// Whether this plugin and the hub that has loaded it were built alike.
//
// Verlihub's flags change the layout of its classes, and it tells nobody which it was built with. CMake reads them from the
// library; that another library is loaded later, only a look at the hub itself can tell.
//
// Thread: hub, while the plugin is loaded.
#pragma once

#include "core/result.h"
#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub {

// Members that must refer to each other do.
Outcome check_layout(Server& server);

// Of a command that nobody but this plugin answers: its first callback must arrive, in the right slot.
inline constexpr const char* kProbe = "_vhpy_probe";

}  // namespace vhpy::verlihub
