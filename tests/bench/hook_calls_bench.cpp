// What one hook call costs, with none, one and five scripts that define the hook and with a script that does not; a
// million calls each, and how much memory the process gained by them (counter rss_kib). "listened": streams of events instead. "plain" is the same function
// called as any program calls a Python function: the thread attaches, PyObject_CallFunction, the thread detaches.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "pymodule/host/python_host.h"
#include "pymodule/python.h"
#include "tests/pymodule/script_stage.h"

namespace vhpy::py {
namespace {

constexpr int kCalls = 1'000'000;
constexpr int kWarmUp = 10'000;
constexpr const char* kNick = "nick";
constexpr const char* kLine = "a line of chat of ordinary length";

// Resident memory of this process in KiB.
double resident() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0, resident_pages = 0;
  statm >> pages >> resident_pages;
  return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024.0;
}

template <class Call>
void measure(benchmark::State& state, Call call) {
  for (int i = 0; i < kWarmUp; ++i) call();
  const double before = resident();
  for (auto _ : state) call();
  state.counters["rss_kib"] = resident() - before;
}

void measure_chat(benchmark::State& state, testing::Stage& stage) {
  measure(state, [&stage] {
    benchmark::DoNotOptimize(stage.host.fire(HookId::kOnParsedMsgChat, {kNick, kLine}));
  });
}

// As many scripts as the benchmark's argument says define the hook; one more does not.
void chat(benchmark::State& state) {
  testing::Stage stage;
  stage.must_load("other.py", "def OnTimer(now): pass\n");
  for (int i = 0; i < state.range(0); ++i) {
    stage.must_load(std::to_string(i) + ".py", "def OnParsedMsgChat(nick, msg): return 1\n");
  }
  measure_chat(state, stage);
}

void no_script(benchmark::State& state) {
  testing::Stage stage;
  measure_chat(state, stage);
}

// A hook that calls the hub, which runs inline.
void chat_that_asks(benchmark::State& state) {
  testing::Stage stage;
  stage.must_load("a.py", "import vh\ndef OnParsedMsgChat(nick, msg): return vh.GetUserClass(nick)\n");
  measure_chat(state, stage);
}

// No script defines the hook, and as many streams as the argument says listen to it. Nobody takes anything, so they are full,
// and each event that comes drops another.
void listened(benchmark::State& state) {
  testing::Stage stage;
  std::vector<std::shared_ptr<events::Stream>> streams;
  for (int i = 0; i < state.range(0); ++i) {
    streams.push_back(stage.runtime.events.open({.hooks = events::only(HookId::kOnParsedMsgChat)}));
  }
  measure_chat(state, stage);
}

void plain(benchmark::State& state) {
  testing::Stage stage;
  PyThreadState* const thread = PyThreadState_New(PyInterpreterState_Main());
  PyObject* globals = nullptr;
  PyObject* function = nullptr;
  {
    const GilHeld held(thread);
    globals = PyDict_New();
    Py_XDECREF(PyRun_String("def OnParsedMsgChat(nick, msg): return 1\n", Py_file_input, globals, globals));
    function = PyDict_GetItemString(globals, "OnParsedMsgChat");
  }
  measure(state, [&] {
    const GilHeld held(thread);
    Py_XDECREF(PyObject_CallFunction(function, "ss", kNick, kLine));
  });
  PyEval_RestoreThread(thread);
  Py_DECREF(globals);
  PyThreadState_Clear(thread);
  PyThreadState_DeleteCurrent();
}

BENCHMARK(no_script)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(chat)->Arg(0)->Arg(1)->Arg(5)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(listened)->Arg(1)->Arg(10)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(chat_that_asks)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(plain)->Iterations(kCalls)->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace vhpy::py

BENCHMARK_MAIN();
