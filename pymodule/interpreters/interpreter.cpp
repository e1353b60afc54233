// See interpreter.h. The end of Python is in interpreter_finish.cpp.
#include "pymodule/interpreters/interpreter.h"

#include <signal.h>

#include <filesystem>
#include <memory>
#include <system_error>

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pymodule/host/traceback.h"
#include "pymodule/interpreters/interpreter_probe.h"

namespace vhpy::py {
namespace {

struct ConfigDeleter {
  void operator()(PyConfig* config) const {
    PyConfig_Clear(config);
    delete config;
  }
};
using Config = std::unique_ptr<PyConfig, ConfigDeleter>;

Error refused(const PyStatus& status) {
  return refuse(Refusal::kUnavailable,
                fmt::format("Python {} cannot start: {}", linked_python().version,
                            status.err_msg != nullptr ? status.err_msg : "it asked to exit"));
}

std::string minor_version(const std::string& version) { return version.substr(0, version.rfind('.')); }

// The executable that Python should take itself for, once it is certain that its files fit the linked library.
Result<std::string> choose_executable(const std::string& asked) {
  const PythonFacts linked = linked_python();
  if (asked.empty()) {
    // Where the program was moved to another machine, Python finds its files by the path compiled into its library.
    std::error_code error;
    return std::filesystem::exists(linked.executable, error) ? linked.executable : std::string();
  }
  const Result<PythonFacts> probed = probe_python(asked);
  if (!probed) return probed.error();
  const PythonFacts& found = probed.value();
  if (found.tag != linked.tag || found.flags != linked.flags) {
    return refuse(Refusal::kBadArgument,
                  fmt::format("{} is Python {} ({}{}), but this program is linked with {} ({}{}); give a python{} or "
                              "a virtual environment made with it",
                              asked, found.version, found.tag, found.flags, linked.version, linked.tag, linked.flags,
                              minor_version(linked.version)));
  }
  if (found.version != linked.version) {
    spdlog::warn("{} is Python {}, this program is linked with {}; compatible, but not the same", asked, found.version,
                 linked.version);
  }
  return found.executable;
}

PyStatus preinitialize() {
  PyPreConfig config;
  PyPreConfig_InitIsolatedConfig(&config);
  // Text in files and on standard streams is UTF-8 whatever locale the hub was started in; a daemon has often none.
  config.utf8_mode = 1;
#ifdef VHPY_ADDRESS_SANITIZER
  config.allocator = PYMEM_ALLOCATOR_MALLOC;  // so that the sanitizer sees each object, not 256 KiB arenas
#endif
  return Py_PreInitialize(&config);
}

// Isolated: PYTHON* variables, the user's site-packages and the current directory have no say, so that a hub behaves the
// same from a shell and from a service manager.
PyStatus configure(PyConfig* config, const std::string& executable) {
  config->install_signal_handlers = 0;
  config->parse_argv = 0;
  config->pathconfig_warnings = 0;
  PyStatus status = PyWideStringList_Append(&config->argv, L"<vh>");
  if (PyStatus_Exception(status)) return status;
  status = PyConfig_SetBytesString(config, &config->stdio_encoding, "utf-8");
  if (PyStatus_Exception(status)) return status;
  // A nick in the hub's encoding may hold bytes that are no text; printing it must not raise.
  status = PyConfig_SetBytesString(config, &config->stdio_errors, "backslashreplace");
  if (PyStatus_Exception(status) || executable.empty()) return status;
  return PyConfig_SetBytesString(config, &config->executable, executable.c_str());
}

// Standard output goes to a pipe or a log more often than to a terminal; a script's print() should be seen at once.
void flush_stdout_by_line() {
  PyObject* const out = PySys_GetObject("stdout");
  if (out == nullptr || out == Py_None) return;  // closed before we were started
  const Owned reconfigure = Owned::steal(PyObject_GetAttrString(out, "reconfigure"));
  const Owned empty = Owned::steal(PyTuple_New(0));
  const Owned keywords = Owned::steal(Py_BuildValue("{s:O}", "line_buffering", Py_True));
  if (!reconfigure || !empty || !keywords ||
      !Owned::steal(PyObject_Call(reconfigure.get(), empty.get(), keywords.get()))) {
    spdlog::warn("standard output of scripts is not flushed by line: {}", take_raised().line);
  }
}

// Importing `signal`, as asyncio and much else does, gives SIGINT to Python if nobody else has it, also without
// install_signal_handlers. So it is imported here, once, and SIGINT put back: signals are the program's.
bool leave_signals_alone() {
  struct sigaction interrupt {};
  sigaction(SIGINT, nullptr, &interrupt);
  const Owned module = Owned::steal(PyImport_ImportModule("signal"));
  const bool forgotten =
      module && Owned::steal(PyObject_CallMethod(module.get(), "signal", "ii", SIGINT, 0));  // 0: signal.SIG_DFL
  sigaction(SIGINT, &interrupt, nullptr);
  return forgotten;
}

}  // namespace

bool prepare_standard_library() {
  flush_stdout_by_line();
  // Whichever thread imports `threading` first is its main thread for good: it must be this one.
  return static_cast<bool>(Owned::steal(PyImport_ImportModule("threading")));
}

Outcome Interpreter::start(const std::string& asked) {
  if (running() || Py_IsInitialized()) return refuse(Refusal::kExists, "Python is already running in this process");
  const Result<std::string> executable = choose_executable(asked);
  if (!executable) return executable.error();

  PyStatus status = preinitialize();
  if (PyStatus_Exception(status)) return refused(status);
  const Config config(new PyConfig);
  PyConfig_InitIsolatedConfig(config.get());
  status = configure(config.get(), executable.value());
  if (!PyStatus_Exception(status)) status = Py_InitializeFromConfig(config.get());
  if (PyStatus_Exception(status)) return refused(status);

  if (!prepare_standard_library() || !leave_signals_alone()) {
    return refuse(Refusal::kUnavailable, fmt::format("Python's standard library is broken: {}", take_raised().line));
  }
  hub_state_ = PyEval_SaveThread();
  return Done{};
}

}  // namespace vhpy::py
