// What hooks cost the embedded hub per command of a client, with all of the way from the bytes to the answer: a hub without
// scripts, one whose scripts define none of the hooks fired, and one whose scripts define OnParsedMsgAny (the scripts are
// C++ here: what Python adds is in hook_calls_bench.cpp). The first is the baseline of the second.
#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

enum Scripts : int { kNone, kOtherHooks, kEveryCommand };

void Command(benchmark::State& state) {
  TempDir dir;
  HubFiles files(dir.path());
  HubServer server(Tables{files.settings, files.accounts, files.bans, *files.database}, nullptr,
                   HubServer::Options{.data_dir = dir.path(), .max_connections = 10, .look_up_hosts = false,
                                      .password_cost = store::kCheapPasswordCost});
  for (const char* limit : {"int_flood_getinfo_limit", "int_flood_nicklist_limit"}) {
    if (!server.operations().set_config("config", limit, "0")) return state.SkipWithError("setting");
  }
  FakeScripts scripts;
  if (state.range(0) == kOtherHooks) scripts.define(HookId::kOnUserLogin, [](auto) { return HookResult{}; });
  if (state.range(0) == kEveryCommand) scripts.define(HookId::kOnParsedMsgAny, [](auto) { return HookResult{}; });
  if (state.range(0) != kNone) server.use_scripts(&scripts, nullptr);

  const auto client = std::make_shared<FakeClient>();
  client->attach(server, client, "10.0.0.1");
  client->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick alice|$Version 1,0091|$GetNickList|");
  client->say("$MyINFO $ALL alice probe<++ V:0.868,M:A,H:1/0/0,S:3>$ $100\x01$a@b.c$1073741824$|");
  for (auto _ : state) {
    client->say("$GetINFO nobody alice|");
    benchmark::DoNotOptimize(client->take());
  }
  client->vanish();
}

BENCHMARK(Command)->Arg(kNone)->Arg(kOtherHooks)->Arg(kEveryCommand)->Unit(benchmark::kNanosecond);

}  // namespace
}  // namespace vhpy::embedded

BENCHMARK_MAIN();
