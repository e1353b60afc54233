// libFuzzer entry for what scripts hand to vh: bytes become Python objects, those become the arguments of each function.
//
//   cmake -S . -B build/fuzz -DCMAKE_CXX_COMPILER=clang++ -DVHPY_FUZZ=ON && ninja -C build/fuzz vhpy_arguments_fuzz
//   build/fuzz/tests/fuzz/vhpy_arguments_fuzz -max_len=512 -max_total_time=60 tests/fuzz/corpus/arguments
//
// Thread: one, which has the GIL all the time. The interpreter is left standing at the end.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>

#include "pymodule/python.h"
#include "tests/fuzz/arguments_check.h"

namespace {

void start_python() {
  PyPreConfig before;
  PyPreConfig_InitIsolatedConfig(&before);
  before.allocator = PYMEM_ALLOCATOR_MALLOC;  // AddressSanitizer sees every object
  before.utf8_mode = 1;
  PyConfig config;
  PyConfig_InitIsolatedConfig(&config);
  config.install_signal_handlers = 0;
  config.site_import = 0;
  if (PyStatus_Exception(Py_PreInitialize(&before)) || PyStatus_Exception(Py_InitializeFromConfig(&config))) {
    std::fprintf(stderr, "Python did not start\n");
    std::abort();
  }
  PyConfig_Clear(&config);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  start_python();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem = vhpy::py::check_arguments({reinterpret_cast<const char*>(data), size});
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
