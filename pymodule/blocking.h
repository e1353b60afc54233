// The synchronous form of a call made on a thread other than the hub's: push, wait without the GIL, answer.
//
// Thread: any but the hub's, GIL held. Blocks: up to the command's deadline.
#pragma once

#include "pymodule/call_context.h"
#include "pymodule/module_state.h"
#include "queue/command.h"

namespace vhpy::py {

// Hands the command over and waits for its end. Returns kDone or kFailed, or another state with the exception
// set.
queue::State ask_and_wait(ModuleState& state, const queue::Ref<queue::Command>& command,
                          const CallFacts& call);

}  // namespace vhpy::py
