// Sends exceptions that nobody catches, on threads that scripts started, to the hub's log.
#pragma once

namespace vhpy::py {

// A thread that vh.Abandoned or vh.Closed has ended is told in one line: its script, or the hub, comes to an end.
// Sets threading.excepthook and sys.unraisablehook; a script may set others. False with a Python exception set when memory
// is short. Thread: hub, GIL held. The hooks run on any thread.
bool log_uncaught_exceptions();

}  // namespace vhpy::py
