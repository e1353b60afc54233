#include "pymodule/call_site.h"

#include <fmt/format.h>

namespace vhpy::py {

CallSite CallSite::here() noexcept {
  PyFrameObject* const frame = PyThreadState_GetFrame(PyThreadState_Get());
  CallSite site;
  if (frame == nullptr) return site;
  const Owned keep = Owned::steal(reinterpret_cast<PyObject*>(frame));
  site.code_ = Owned::steal(reinterpret_cast<PyObject*>(PyFrame_GetCode(frame)));
  site.offset_ = PyFrame_GetLasti(frame);
  return site;
}

std::string CallSite::text() const {
  if (!code_) return "?";
  const ErrorKept kept;
  const Owned file = Owned::steal(PyObject_GetAttrString(code_.get(), "co_filename"));
  const char* name = file ? PyUnicode_AsUTF8(file.get()) : nullptr;
  if (name == nullptr) PyErr_Clear();
  return fmt::format("{}:{}", name == nullptr ? "?" : name,
                     PyCode_Addr2Line(reinterpret_cast<PyCodeObject*>(code_.get()), offset_));
}

}  // namespace vhpy::py
