// A Python exception as text for the log and for the operator.
//
// Thread: any, GIL held. Nothing here fails: what cannot be formatted is named by its type.
#pragma once

#include <cstddef>
#include <string>

#include "pymodule/python.h"

namespace vhpy::py {

inline constexpr std::size_t kMaxTraceback = 16 * 1024;  // bytes of one traceback in the log; the middle is cut out

struct Raised {
  std::string line;       // "ValueError: no such item", "line 3: SyntaxError: invalid syntax", "called sys.exit(2)"
  std::string traceback;  // as Python prints it, each line behind a marked break: log_block() of core/log_lines.h
  bool is_exit = false;   // SystemExit: a script asked to end the process, which is not its to end
};

// Takes the pending exception, which must exist, and clears it.
Raised take_raised();

// The same for an exception object, which keeps its traceback; nothing is pending afterwards.
Raised describe_raised(Borrowed exception);

// UTF-8 of a str with anything that UTF-8 cannot express escaped; of other objects their str(). Clears errors.
std::string to_log_text(Borrowed object);

}  // namespace vhpy::py
