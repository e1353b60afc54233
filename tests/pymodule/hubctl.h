// The module hubctl: what Python tests use to make hubs, to stop and steer their hub threads, and to see what
// they did.
//
//     hub = hubctl.Hub(timeout=0.2)        # a hub with a thread of its own; hubctl.main() is the program's
//     main thread vh = hub.vh(7, "shop.py")            # an instance of the module vh for script 7
//     hub.hold("loop"); hub.wait_held("loop"); hub.release("loop")
//     hub.run(callable)                    # on the hub thread
//
// Thread: any, GIL held; each call says in its doc whether it waits.
#pragma once

#include "pymodule/python.h"
#include "tests/pymodule/hub_thread.h"

namespace vhpy::tests {

// Adds hubctl to the interpreter that is about to start. `main` is what hubctl.main() gives; it must outlive
// Python.
void install_hubctl(HubThread& main);

// The thread state with which Python callables run on the main hub's thread. Set it once Python has started.
void set_main_thread_state(PyThreadState* state);

}  // namespace vhpy::tests
