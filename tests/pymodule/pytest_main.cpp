// vhpy-pytest: embeds Python, makes its main thread a hub thread, and runs pytest on another one.
//
//     vhpy-pytest --python EXE [--results FILE.xml | --suite NAME] [--script FILE] -- ARGUMENTS OF PYTEST
//
// --suite NAME: the results go to NAME.xml in the folder VHPY_RESULTS, if that is set. --python: of a virtual environment that
// has pytest. --script FILE: run this Python file instead of pytest. Exits with pytest's code. Python must not end while tests
// left threads behind, so the process ends by _exit().
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "pymodule/module.h"
#include "pymodule/python.h"
#include "tests/pymodule/hub_thread.h"
#include "tests/pymodule/hubctl.h"

#ifdef VHPY_ADDRESS_SANITIZER
#  include <sanitizer/lsan_interface.h>
// Python's faulthandler puts a signal stack of its own on the tests' thread; AddressSanitizer would free it
// as its own.
extern "C" const char* __asan_default_options() {
  return "use_sigaltstack=0";
}
#endif

namespace vhpy::tests {
namespace {

using py::GilHeld;
using py::Owned;

struct Arguments {
  std::string python;
  std::string results;
  std::string suite = "pymodule";
  std::string script;
  std::vector<std::string> rest;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "vhpy-pytest: %s\n", what);
  std::_Exit(1);
}

// Under AddressSanitizer Python's objects come from malloc: it then sees their misuse too, and LeakSanitizer
// what they refer to.
void choose_allocator() {
#ifdef VHPY_ADDRESS_SANITIZER
  PyPreConfig config;
  PyPreConfig_InitPythonConfig(&config);
  config.allocator = PYMEM_ALLOCATOR_MALLOC;
  if (PyStatus_Exception(Py_PreInitialize(&config))) fail("Python's allocator could not be chosen");
#endif
}

// What exit() would do; the process ends by _exit().
bool leaks_found() {
#ifdef VHPY_ADDRESS_SANITIZER
  return __lsan_do_recoverable_leak_check() != 0;
#else
  return false;
#endif
}

void start_python(const Arguments& arguments) {
  choose_allocator();
  PyConfig config;
  PyConfig_InitPythonConfig(&config);
  config.install_signal_handlers = 0;
  config.parse_argv = 0;
  if (!arguments.python.empty()) {
    PyConfig_SetBytesString(&config, &config.executable, arguments.python.c_str());
  }
  const PyStatus status = Py_InitializeFromConfig(&config);
  PyConfig_Clear(&config);
  if (PyStatus_Exception(status)) fail(status.err_msg == nullptr ? "Python did not start" : status.err_msg);
  // threading takes the thread that imports it first for the main one, and uvloop sets signals up on that.
  if (!Owned::steal(PyImport_ImportModule("threading"))) fail("Python has no threading");
}

// Py_None on success; what pytest.main() returns; null with an exception set.
Owned run_tests(const Arguments& arguments) {
  const Owned list = Owned::steal(PyList_New(0));
  std::vector<std::string> words = arguments.rest;
  if (!arguments.script.empty()) words.insert(words.begin(), arguments.script);  // argv[0]
  if (!arguments.results.empty()) words.push_back("--junitxml=" + arguments.results);
  for (const std::string& word : words) {
    const Owned text = Owned::steal(PyUnicode_DecodeFSDefault(word.c_str()));
    if (!list || !text || PyList_Append(list.get(), text.get()) != 0) return {};
  }
  if (!arguments.script.empty()) {
    const Owned runpy = Owned::steal(PyImport_ImportModule("runpy"));
    if (!runpy || PySys_SetObject("argv", list.get()) != 0) return {};
    const Owned ran = Owned::steal(
        PyObject_CallMethod(runpy.get(), "run_path", "sOs", arguments.script.c_str(), Py_None, "__main__"));
    return ran ? Owned::steal(PyLong_FromLong(0)) : Owned();
  }
  const Owned pytest = Owned::steal(PyImport_ImportModule("pytest"));
  return pytest ? Owned::steal(PyObject_CallMethod(pytest.get(), "main", "O", list.get())) : Owned();
}

int exit_code_of(const Owned& result) {
  const long code = result ? PyLong_AsLong(result.get()) : -1;
  if (PyErr_Occurred() == nullptr) return static_cast<int>(code);
  PyErr_Print();  // ends the process on SystemExit, with its code
  return 1;
}

int run(const Arguments& arguments) {
  HubThread& hub = *new HubThread(HubOptions{});  // never destroyed: see the top
  py::install_module(hub.runtime());
  install_hubctl(hub);
  start_python(arguments);
  PyThreadState* const main_state = PyThreadState_Get();
  set_main_thread_state(main_state);
  PyEval_SaveThread();
  int code = 1;
  std::thread tests([&] {
    PyThreadState* const state = PyThreadState_New(PyInterpreterState_Main());
    {
      const GilHeld held(state);
      code = exit_code_of(run_tests(arguments));
    }
    hub.stop();
  });
  hub.serve();
  tests.join();
  return code;
}

}  // namespace
}  // namespace vhpy::tests

int main(int argc, char** argv) {
  vhpy::tests::Arguments arguments;
  CLI::App app("Runs Python tests of the module vh inside a hub");
  app.add_option("--python", arguments.python, "executable of the virtual environment")
      ->envname("VHPY_TEST_PYTHON");
  app.add_option("--results", arguments.results, "JUnit file to write");
  app.add_option("--suite", arguments.suite, "name of the JUnit file in the folder VHPY_RESULTS");
  app.add_option("--script", arguments.script, "Python file to run instead of pytest");
  app.add_option("rest", arguments.rest, "arguments of pytest, or of the script");
  CLI11_PARSE(app, argc, argv);
  if (arguments.python.empty() && std::getenv("VHPY_VENV") != nullptr) {
    arguments.python = std::string(std::getenv("VHPY_VENV")) + "/bin/python";
  }
  if (arguments.results.empty() && std::getenv("VHPY_RESULTS") != nullptr && arguments.script.empty()) {
    arguments.results = std::string(std::getenv("VHPY_RESULTS")) + "/" + arguments.suite + ".xml";
  }
  spdlog::set_level(spdlog::level::warn);
  int code = vhpy::tests::run(arguments);
  if (vhpy::tests::leaks_found() && code == 0) code = 1;
  std::fflush(nullptr);
  _exit(code);
}
