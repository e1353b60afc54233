// See async_interrupt.h.
#include "pymodule/async_interrupt.h"

namespace vhpy::py {

void raise_asynchronously(PyInterpreterState* interpreter, unsigned long thread) {
  PyThreadState* const state = PyThreadState_New(interpreter);
  if (state == nullptr) return;
  PyEval_RestoreThread(state);
  PyThreadState_SetAsyncExc(thread, PyExc_KeyboardInterrupt);
  PyThreadState_Clear(state);
  PyThreadState_DeleteCurrent();
}

}  // namespace vhpy::py
