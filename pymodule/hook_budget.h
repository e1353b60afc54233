// What a script may take of the hub thread at a time: more is counted and warned of, with the script's name, since nobody else
// would notice why the hub is slow. Nothing is cut short.
//
// Thread: hub; GIL not needed.
#pragma once

#include <string_view>

#include "pymodule/runtime.h"
#include "queue/clock.h"

namespace vhpy::py {

// `what`, a hook or a function of vh.on_main(), has kept the hub thread for `took`, with all that it led to and its waits for other
// threads of its interpreter. Blocks: no.
void note_time_of(Runtime& runtime, const ScriptIdentity& script, std::string_view what, queue::Duration took);

}  // namespace vhpy::py
