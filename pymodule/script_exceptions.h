// Sends exceptions that nobody catches, on threads that scripts started, to the hub's log.
#pragma once

namespace vhpy::py {

// Sets threading.excepthook and sys.unraisablehook; a script may set others. False with a Python exception set when memory
// is short. Thread: hub, GIL held. The hooks run on any thread.
bool log_uncaught_exceptions();

}  // namespace vhpy::py
