// Where a call of vh stands in a script, for messages: "/path/shop.py:12". A future keeps the place where it was made, because
// what it raises is raised elsewhere: the traceback shows that place, the message this one.
//
// Thread: any, GIL held. Blocks: no.
#pragma once

#include <string>

#include "pymodule/python.h"

namespace vhpy::py {

class CallSite {
 public:
  CallSite() = default;  // none
  // Where the Python code that runs now stands. Cheap: the line is looked up only when somebody asks for the text.
  static CallSite here() noexcept;

  explicit operator bool() const noexcept { return static_cast<bool>(code_); }
  std::string text() const;  // "?" if there is none

 private:
  Owned code_{};  // refers to nothing that could refer back: nothing for the garbage collector
  int offset_ = -1;
};

}  // namespace vhpy::py
