// Asks a python executable what it is, by running it once.
//
// Thread: any. Needs no interpreter of our own.
#pragma once

#include <chrono>
#include <string>

#include "core/result.h"

namespace vhpy::py {

// How long an executable may take to answer; a cold disk or a version manager's wrapper needs a second or two.
inline constexpr std::chrono::seconds kProbeTimeout{10};

struct PythonFacts {
  std::string version;     // "3.11.7"
  std::string tag;         // "cpython-311": what its compiled files and extension modules are marked with
  std::string flags;       // sys.abiflags: "" for an ordinary build, "d" debug, "t" free-threaded
  std::string executable;  // sys.executable: the real one, where a version manager's wrapper was given
};

// Blocks: up to kProbeTimeout. The refusal's detail is one line naming the executable.
Result<PythonFacts> probe_python(const std::string& executable);

// The Python that this program is linked with.
PythonFacts linked_python();

}  // namespace vhpy::py
