// libFuzzer entry for everything that reads bytes of a client: cuts, parses, and formats again.
//
//   cmake -S . -B build/fuzz -DCMAKE_CXX_COMPILER=clang++ -DVHPY_FUZZ=ON && ninja -C build/fuzz
//   vhpy_nmdc_fuzz build/fuzz/tests/fuzz/vhpy_nmdc_fuzz -max_len=12000 -max_total_time=60
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/nmdc_check.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string problem = vhpy::nmdc::check_nmdc({reinterpret_cast<const char*>(data), size});
  if (!problem.empty()) {
    std::fprintf(stderr, "%s\n", problem.c_str());
    std::abort();
  }
  return 0;
}
