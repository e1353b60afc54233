// See subinterpreter_refusal.h.
#include "pymodule/interpreters/subinterpreter_refusal.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "pymodule/host/traceback.h"

namespace vhpy::py {
namespace {

constexpr int kMaxLinks = 20;  // of a chain of exceptions, each raised while the one before was handled
constexpr int kMaxFrames = 1000;

// Parts of what such errors say, in lower case: CPython's own, PyO3's, Cython's, NumPy's.
constexpr std::array<std::string_view, 5> kSigns{
    "subinterpreter", "sub-interpreter", "once per interpreter process", "interpreter change detected",
    "cannot load module more than once per process",
};

std::string lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text;
}

bool is_refusal(Borrowed exception) {
  if (PyErr_GivenExceptionMatches(exception.get(), PyExc_ImportError) == 0 &&
      PyErr_GivenExceptionMatches(exception.get(), PyExc_RuntimeError) == 0) {
    return false;
  }
  const std::string text = lower(to_log_text(exception));
  return std::any_of(kSigns.begin(), kSigns.end(), [&](std::string_view sign) { return text.find(sign) != text.npos; });
}

Owned attribute(Borrowed object, const char* name) {
  Owned value = object ? Owned::steal(PyObject_GetAttrString(object.get(), name)) : Owned();
  if (!value) PyErr_Clear();
  if (value.get() == Py_None) value.reset();
  return value;
}

// The exception that led to it.
Owned before(Borrowed exception) {
  Owned cause = attribute(exception, "__cause__");
  return cause ? std::move(cause) : attribute(exception, "__context__");
}

// Without the empty ones before it.
std::string first_line(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  return begin == std::string::npos ? std::string() : text.substr(begin, text.find('\n', begin) - begin);
}

std::string top_level(std::string name) { return name.substr(0, name.find('.')); }

// "module numpy._core._multiarray_umath does not support loading in subinterpreters"
std::string named_in_text(const std::string& text) {
  constexpr std::string_view kStart = "module ";
  if (!text.starts_with(kStart) || text.find(" does not support ") == std::string::npos) return {};
  return text.substr(kStart.size(), text.find(' ', kStart.size()) - kStart.size());
}

// That of the innermost frame whose module is not Python's own import system.
std::string importer_of(Borrowed exception) {
  std::string name;
  Owned trace = attribute(exception, "__traceback__");
  for (int i = 0; i < kMaxFrames && trace; ++i) {
    const Owned globals = attribute(attribute(trace, "tb_frame"), "f_globals");
    PyObject* const found =
        globals && PyDict_Check(globals.get()) ? PyDict_GetItemString(globals.get(), "__name__") : nullptr;
    const std::string text = found != nullptr ? to_log_text(found) : std::string();
    if (!text.empty() && !text.starts_with("importlib") && !text.starts_with("vh_")) name = text;
    trace = attribute(trace, "tb_next");
  }
  return name;
}

std::string package_of(Borrowed exception, const std::string& text) {
  if (const std::string named = named_in_text(text); !named.empty()) return top_level(named);
  if (const Owned name = attribute(exception, "name")) return top_level(to_log_text(name));
  const std::string importer = importer_of(exception);
  return importer.empty() ? "a package" : top_level(importer);
}

}  // namespace

std::string subinterpreter_refusal(Borrowed exception) {
  if (PyInterpreterState_Get() == PyInterpreterState_Main()) return {};
  const ErrorKept kept;
  // The first of the chain: packages wrap it into pages of advice of their own.
  Owned first;
  Owned link = Owned::borrow(exception.get());
  for (int i = 0; i < kMaxLinks && link; ++i) {
    if (is_refusal(link)) first = Owned::borrow(link.get());
    link = before(link);
  }
  if (!first) return {};
  const std::string text = first_line(to_log_text(first));
  return fmt::format("the package {} refuses to be imported in an isolated script ({}); load it shared",
                     package_of(first, text), text);
}

}  // namespace vhpy::py
