// What one hook call costs: a million of each kind, and how much memory the process gained by them (rss_kib). The cheapest
// thing to compare with is in the same run: a hook that no script defines.
//
//   hook_calls_bench [--benchmark_filter=...]
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "pymodule/python_host.h"
#include "tests/pymodule/script_stage.h"

namespace vhpy::py {
namespace {

constexpr int kCalls = 1'000'000;

// Resident memory of this process in KiB.
double resident() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0, resident_pages = 0;
  statm >> pages >> resident_pages;
  return static_cast<double>(resident_pages) * static_cast<double>(sysconf(_SC_PAGESIZE)) / 1024.0;
}

template <class Call>
void measure(benchmark::State& state, testing::Stage& stage, Call call) {
  for (int i = 0; i < 10'000; ++i) call(stage.host);
  stage.hub.said.clear();
  const double before = resident();
  for (auto _ : state) call(stage.host);
  state.counters["rss_kib"] = resident() - before;
}

void fire_chat(PythonHost& host) {
  benchmark::DoNotOptimize(host.fire(HookId::kOnParsedMsgChat, {"nick", "a line of chat of ordinary length"}));
}

void UndefinedHook(benchmark::State& state) {
  testing::Stage stage;
  stage.must_load("a.py", "def OnTimer(now): pass\n");
  measure(state, stage, fire_chat);
}

void ChatAllowed(benchmark::State& state) {
  testing::Stage stage;
  for (int i = 0; i < state.range(0); ++i) {
    stage.must_load(std::to_string(i) + ".py", "def OnParsedMsgChat(nick, msg): return 1\n");
  }
  measure(state, stage, fire_chat);
}

void ChatReplaced(benchmark::State& state) {
  testing::Stage stage;
  stage.must_load("a.py", "def OnParsedMsgChat(nick, msg): return (nick, msg + '!')\n");
  measure(state, stage, fire_chat);
}

void Timer(benchmark::State& state) {
  testing::Stage stage;
  stage.must_load("a.py", "def OnTimer(now): pass\n");
  measure(state, stage, [](PythonHost& host) { host.fire(HookId::kOnTimer, {1.5}); });
}

// A hook that calls the hub, which runs inline.
void ChatThatAsks(benchmark::State& state) {
  testing::Stage stage;
  stage.must_load("a.py", "import vh\ndef OnParsedMsgChat(nick, msg): return vh.GetUserClass(nick)\n");
  measure(state, stage, fire_chat);
}

BENCHMARK(UndefinedHook)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(Timer)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(ChatAllowed)->Arg(1)->Arg(4)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(ChatReplaced)->Iterations(kCalls)->Unit(benchmark::kNanosecond);
BENCHMARK(ChatThatAsks)->Iterations(kCalls)->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace vhpy::py

BENCHMARK_MAIN();
