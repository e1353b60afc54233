// Warnings that could fill the log: one of a kind in ten seconds, with how many went unsaid meanwhile.
// Thread: any; GIL not needed. Blocks: no, but for a look-up under a mutex.
#pragma once

#include <string>

namespace vhpy::py {

// `kind` is what makes two of them the same, and is kept: a handful per script.
void warn_seldom(const std::string& kind, const std::string& text);

}  // namespace vhpy::py
