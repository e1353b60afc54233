#include "pymodule/loop_warning.h"

namespace vhpy::py {

bool warn_if_loop_runs_here(Shared& shared, const char* function) {
  const Owned loop = shared.running_loop();
  if (!loop) return PyErr_Occurred() == nullptr;
  return PyErr_WarnFormat(
             PyExc_RuntimeWarning, 1,
             "vh.%s() blocks the event loop that runs on this thread; use 'await vh.aio.%s(...)'", function,
             function) == 0;
}

}  // namespace vhpy::py
