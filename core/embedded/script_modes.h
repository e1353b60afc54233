// In which mode operators want a script to be loaded, by the name of its file: kept among the settings, as a variable of
// that name in `script_mode`, so that it can be set like any other setting.
//
// Thread: hub.
#pragma once

#include <optional>
#include <string>

#include "core/embedded/store/settings.h"
#include "core/result.h"
#include "core/script_mode.h"

namespace vhpy::embedded {

// Nothing, if nothing is kept or it is no mode (which is logged).
std::optional<ScriptMode> remembered_mode(const store::Settings& settings, const std::string& name);

// Keeps it for the next load; nothing: forgets it. Refuses a name that is too long for a setting.
Outcome remember_mode(store::Settings& settings, const std::string& name, std::optional<ScriptMode> mode);

}  // namespace vhpy::embedded
