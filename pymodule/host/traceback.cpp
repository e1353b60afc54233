// See traceback.h.
#include "pymodule/host/traceback.h"

#include <utility>

#include <fmt/format.h>

#include "core/log_lines.h"
#include "pymodule/interpreters/subinterpreter_refusal.h"

namespace vhpy::py {
namespace {

std::string utf8(Borrowed text) {
  const Owned bytes = Owned::steal(PyUnicode_AsEncodedString(text.get(), "utf-8", "backslashreplace"));
  if (!bytes) return {};
  return {PyBytes_AS_STRING(bytes.get()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.get()))};
}

// What `traceback.<function>(exception)` returns: a list of str, each with its newline. Null with an error set.
Owned call_traceback(const char* function, Borrowed exception) {
  const Owned module = Owned::steal(PyImport_ImportModule("traceback"));
  if (!module) return {};
  return Owned::steal(PyObject_CallMethod(module.get(), function, "O", exception.get()));
}

std::string join_lines(Borrowed list) {
  const Owned empty = Owned::steal(PyUnicode_FromString(""));
  if (!empty) return {};
  const Owned joined = Owned::steal(PyUnicode_Join(empty.get(), list.get()));
  return joined ? utf8(joined) : std::string();
}

void strip_newlines(std::string& text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
}

// Keeps the two ends: where it began and what it was are worth more than the middle of a deep recursion.
void cut_middle(std::string& text) {
  if (text.size() <= kMaxTraceback) return;
  const std::size_t half = kMaxTraceback / 2;
  const std::size_t cut = text.size() - 2 * half;
  text.replace(half, cut, fmt::format("\n  ... {} bytes cut ...\n", cut));
}

std::string last_line(std::string text) {
  strip_newlines(text);
  const auto newline = text.rfind('\n');
  return newline == std::string::npos ? text : text.substr(newline + 1);
}

std::string exit_line(Borrowed exception) {
  const Owned code = Owned::steal(PyObject_GetAttrString(exception.get(), "code"));
  if (!code || code.get() == Py_None) return "called sys.exit()";
  return fmt::format("called sys.exit({})", to_log_text(code));
}

// "line 3: " for a SyntaxError, which has no frame that would say it.
std::string syntax_error_place(Borrowed exception) {
  if (!PyErr_GivenExceptionMatches(exception.get(), PyExc_SyntaxError)) return {};
  const Owned line = Owned::steal(PyObject_GetAttrString(exception.get(), "lineno"));
  if (!line || !PyLong_Check(line.get())) return {};
  return fmt::format("line {}: ", to_log_text(line));
}

std::string one_line(Borrowed exception) {
  const Owned lines = call_traceback("format_exception_only", exception);
  std::string line = lines ? last_line(join_lines(lines)) : std::string();
  if (line.empty()) line = Py_TYPE(exception.get())->tp_name;
  return syntax_error_place(exception) + line;
}

}  // namespace

std::string to_log_text(Borrowed object) {
  std::string result;
  if (PyUnicode_Check(object.get())) {
    result = utf8(object);
  } else if (const Owned text = Owned::steal(PyObject_Str(object.get()))) {
    result = utf8(text);
  } else {
    result = fmt::format("<{}>", Py_TYPE(object.get())->tp_name);
  }
  PyErr_Clear();
  return result;
}

Raised describe_raised(Borrowed exception) {
  Raised raised;
  raised.is_exit = PyErr_GivenExceptionMatches(exception.get(), PyExc_SystemExit) != 0;
  raised.line = raised.is_exit ? exit_line(exception) : one_line(exception);
  PyErr_Clear();
  const std::string refusal = subinterpreter_refusal(exception);
  if (!refusal.empty()) raised.line = refusal;
  const Owned lines = call_traceback("format_exception", exception);
  if (lines) raised.traceback = join_lines(lines);
  if (raised.traceback.empty()) raised.traceback = raised.line;
  PyErr_Clear();
  strip_newlines(raised.traceback);
  if (!refusal.empty()) raised.traceback += "\n" + refusal;
  cut_middle(raised.traceback);
  raised.traceback = log_block(raised.traceback);
  return raised;
}

Raised take_raised() {
  const Owned exception = take_exception();
  if (!exception) return {"no exception was set", log_block("no exception was set"), false};
  return describe_raised(exception);
}

}  // namespace vhpy::py
