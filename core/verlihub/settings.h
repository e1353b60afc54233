// The plugin's own settings: pi_python.* in the hub's table of settings, as operators see them by !getconfig.
//
//   wake       signal | poll | timer   how the hub thread is woken (wake.h)
//   python     a python executable     whose packages scripts see: of a virtual environment; empty: the one linked
//   log_level  0 to 5                  by !pylog
//
// Thread: hub.
#pragma once

#include <optional>
#include <string>

#include "core/result.h"
#include "core/script_mode.h"
#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub::settings {

inline constexpr const char* kFile = "pi_python";

// Empty if there is none.
std::string read(Server& server, const char* var);
// Puts `value` there if the setting is not there yet, so that operators see which settings there are.
std::string read_or_make(Server& server, const char* var, const char* value);

Outcome set_log_level(Server& server, int level);
void apply_kept_log_level(Server& server);

// In which mode a script is to be loaded, by the name of its file: script_mode.NAME. Nothing: none is kept.
std::optional<ScriptMode> remembered_mode(Server& server, const std::string& name);
Outcome remember_mode(Server& server, const std::string& name, std::optional<ScriptMode> mode);

}  // namespace vhpy::verlihub::settings
