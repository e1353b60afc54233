// The extension module vh. Every script has an instance of its own (same code, own state), so that vh.myid,
// vh.name and the owner of each command are right from whatever thread the script's code calls.
#pragma once

#include <memory>

#include "pymodule/python.h"
#include "pymodule/runtime.h"

namespace vhpy::py {

// Must be called once before the interpreter starts. Thread: hub.
void install_module(Runtime& runtime);

// A new, initialised vh module for `script`; null with a Python exception set when memory is short. GIL held.
Owned make_vh_module(std::shared_ptr<ScriptIdentity> script);

// The same for another hub than the installed one, on any thread; `hub` is what it says of itself. Tests run
// several hubs side by side.
Owned make_vh_module(std::shared_ptr<ScriptIdentity> script, Runtime& runtime, const HubIdentity& hub);

}  // namespace vhpy::py
