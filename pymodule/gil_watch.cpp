#include "pymodule/gil_watch.h"

#ifdef VHPY_CHECK_GIL

#  include <cstdio>
#  include <cstdlib>
#  include <utility>

#  include "pymodule/python.h"

namespace vhpy::py {
namespace {

thread_local bool kept = false;  // the GIL, between two hooks
thread_local int serving = 0;  // operations around what runs now, since the last hook

}  // namespace

ServingCommand::ServingCommand() noexcept : before_(serving++) {
  if (!kept) return;
  std::fputs("vhpy: the hub thread serves a command with the GIL that it keeps for hooks\n", stderr);
  std::abort();
}
ServingCommand::~ServingCommand() { serving = before_; }

void note_gil_is_kept(bool is_kept) noexcept { kept = is_kept; }

RunningScripts::RunningScripts() noexcept : before_(std::exchange(serving, 0)) {}
RunningScripts::~RunningScripts() { serving = before_; }

}  // namespace vhpy::py

// The linker puts the first in the place of the second, wherever the program calls it (--wrap, see CMakeLists.txt). CPython's own
// code, which gives the GIL away and takes it again, is not affected: it had it before.
extern "C" {
void __real_PyEval_RestoreThread(PyThreadState* state);
void __wrap_PyEval_RestoreThread(PyThreadState* state);
}

void __wrap_PyEval_RestoreThread(PyThreadState* state) {
  if (vhpy::py::serving != 0) {
    std::fputs("vhpy: the hub thread attaches a Python thread state while it serves a command that has fired no hook\n", stderr);
    std::abort();
  }
  __real_PyEval_RestoreThread(state);
}

#endif
