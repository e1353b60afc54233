// Attributes of vh that change while a script runs: the nicks of the hub's own bots, which an operator may rename. A
// module's __getattr__ answers them, from the live copy.
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include "pymodule/python.h"

namespace vhpy::py {

// Adds __getattr__, __dir__ and __all__, after everything else has been added. False with an exception set.
bool add_live_attributes(Borrowed module);

}  // namespace vhpy::py
