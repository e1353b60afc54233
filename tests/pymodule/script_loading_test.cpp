// Shows what loading, unloading and reloading scripts does to the table, to the interpreter and to what operators are
// told. One interpreter per test; no threads but where a script starts them.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;

TEST(ScriptLoading, TopLevelRunsOnceWithAttributesOfItsOwn) {
  Stage stage;
  stage.must_load("shop.py", "import vh, sys\n"
                             "vh.mc(f'{vh.myid} {vh.name} {vh.path == __file__} {__name__} {sys.argv}')\n"
                             "vh.mc(str(sys.modules[__name__].__dict__ is globals()))\n");
  stage.must_load("9 odd-näme.py", "import vh\nvh.mc(f'{vh.myid} {__name__}')\n");
  EXPECT_EQ(stage.hub.said, (Said{"1 shop.py True vh_script_1_shop ['<vh>']", "True", "2 vh_script_2_9_odd_n__me"}));
  const auto list = stage.host.list();
  ASSERT_EQ(list.size(), 2u);
  EXPECT_EQ(list[0].id, 1u);
  EXPECT_EQ(list[0].path, stage.dir + "/shop.py");
}

TEST(ScriptLoading, Defect6ScriptsDoNotSeeEachOthersNames) {
  Stage stage;
  const std::string source = "import vh\ncount = 0\ndef OnTimer():\n  global count\n  count += 1\n  vh.mc(f'{vh.name} {count}')\n";
  stage.must_load("a.py", source);
  stage.must_load("b.py", source);
  stage.tick();
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"a.py 1", "b.py 1", "a.py 2", "b.py 2"}));
}

TEST(ScriptLoading, ModernPythonFindsTheScriptsModule) {
  Stage stage;
  stage.must_load("typed.py",
                  "from __future__ import annotations\n"
                  "import dataclasses, inspect, pickle, typing, vh\n"
                  "class Point: pass\n"
                  "@dataclasses.dataclass\n"
                  "class Pair:\n  a: Point\n  b: int = 2\n"
                  "vh.mc(str(typing.get_type_hints(Pair)['a'] is Point))\n"
                  "vh.mc(str(pickle.loads(pickle.dumps(Pair(None))).b))\n"
                  "vh.mc(inspect.getsource(Point).strip())\n"
                  "import datetime\n"
                  "vh.mc(str(datetime.datetime.strptime('2024', '%Y').year))\n");
  EXPECT_EQ(stage.hub.said, (Said{"True", "2", "class Point: pass", "2024"}));
}

TEST(ScriptLoading, FilesThatCannotBeLoadedAreNamedInOneLine) {
  Stage stage;
  const std::string dir = stage.dir + "/";
  EXPECT_EQ(stage.load_path(dir + "none.py").error().detail, dir + "none.py: no such file");
  EXPECT_EQ(stage.load_path(stage.dir).error().detail, stage.dir + ": is a directory, not a script");
  EXPECT_EQ(stage.load_path("/dev/null").error().detail, "/dev/null: is not a regular file");
  EXPECT_EQ(stage.why_not("syntax.py", "x = 1\n\ndef f(:\n  pass\n"),
            dir + "syntax.py: line 3: SyntaxError: invalid syntax");
  EXPECT_EQ(stage.why_not("missing.py", "import no_such_package\n"),
            dir + "missing.py: ModuleNotFoundError: No module named 'no_such_package'");
  EXPECT_EQ(stage.why_not("zero.py", std::string("x = 1\0\n", 7)),
            dir + "zero.py: contains a zero byte, so it is not Python");
  EXPECT_EQ(stage.why_not("encoded.py", "# coding: no-such-codec\n").substr(0, dir.size()), dir);
  EXPECT_TRUE(stage.host.list().empty());
  EXPECT_TRUE(stage.log.has("error: " + dir + "none.py: no such file")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("missing.py\", line 1, in <module>\n  |     import no_such_package")) << stage.log.text();
}

TEST(ScriptLoading, SameFileIsNotLoadedTwice) {
  Stage stage;
  stage.must_load("a.py", "");
  std::filesystem::create_symlink(stage.dir + "/a.py", stage.dir + "/link.py");
  const std::string roundabout = "/../" + std::filesystem::path(stage.dir).filename().string() + "/a.py";
  for (const std::string& path : {std::string("/a.py"), roundabout, std::string("/link.py")}) {
    const auto again = stage.load_path(stage.dir + path);
    ASSERT_FALSE(again);
    EXPECT_EQ(again.error().code, Refusal::kExists);
    EXPECT_EQ(again.error().detail, stage.dir + path + ": already loaded, with the id 1");
  }
}

TEST(ScriptLoading, Defect27ExitAtTopLevelIsAFailedLoad) {
  Stage stage;
  EXPECT_EQ(stage.why_not("exit.py", "import sys\nsys.exit(3)\n"), stage.dir + "/exit.py: called sys.exit(3)");
  EXPECT_EQ(stage.why_not("quit.py", "raise SystemExit\n"), stage.dir + "/quit.py: called sys.exit()");
  EXPECT_EQ(stage.why_not("ctrl_c.py", "raise KeyboardInterrupt\n"), stage.dir + "/ctrl_c.py: KeyboardInterrupt");
  stage.must_load("fine.py", "import vh\nvh.mc('alive')\n");
  EXPECT_EQ(stage.hub.said, Said{"alive"});
}

TEST(ScriptLoading, AFailedLoadLeavesNothingBehind) {
  Stage stage;
  stage.why_not("bad.py", "import sys, vh, helper_of_bad\nvh.AddRobot('r', 0, '', '', '', '0')\n"
                          "def OnTimer(): vh.mc('ticks')\n1/0\n");
  stage.write("helper_of_bad.py", "");
  stage.why_not("bad.py", "import sys, vh, helper_of_bad\nvh.AddRobot('r', 0, '', '', '', '0')\n"
                          "def OnTimer(): vh.mc('ticks')\n1/0\n");
  EXPECT_FALSE(stage.host.wants(HookId::kOnTimer));
  EXPECT_EQ(stage.hub.robots_of, (std::vector<ScriptId>{2}));
  EXPECT_EQ(stage.hub.forgotten, (std::vector<ScriptId>{1, 2}));
  stage.must_load("look.py", "import sys, vh\n"
                             "vh.mc(str([n for n in sys.modules if 'bad' in n or n.startswith('vh_script_1')]))\n");
  EXPECT_EQ(stage.hub.said, Said{"[]"});
}

TEST(ScriptLoading, UnLoadTidiesUpAfterAFailedLoad) {
  Stage stage;
  stage.why_not("bad.py", "import threading, vh\nstop = threading.Event()\n"
                          "thread = threading.Thread(target=stop.wait)\nthread.start()\n"
                          "def UnLoad():\n  stop.set()\n  thread.join()\n  vh.mc('tidied')\n"
                          "raise ValueError('half way')\n");
  EXPECT_EQ(stage.hub.said, (std::vector<std::string>{"tidied"}));
  stage.why_not("worse.py", "def UnLoad(): raise LookupError('in UnLoad')\nraise ValueError('half way')\n");
  EXPECT_TRUE(stage.log.text().find("in UnLoad") != std::string::npos);
}

TEST(ScriptLoading, Defect6And8UnloadCallsUnLoadAndRemovesHooksAndMemory) {
  Stage stage;
  const ScriptId id = stage.must_load(
      "gone.py", "import vh\n"
                 "class Probe:\n  def __del__(self, mc=vh.mc): mc('freed')\n"
                 "probe = Probe()\n"
                 "def OnTimer(): vh.mc('tick')\n"
                 "def UnLoad(): vh.mc('UnLoad may still use vh')\n");
  stage.tick();
  EXPECT_TRUE(stage.host.wants(HookId::kOnTimer));
  EXPECT_TRUE(stage.unload(id));
  EXPECT_FALSE(stage.host.wants(HookId::kOnTimer));
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"tick", "UnLoad may still use vh", "freed"}));
  EXPECT_EQ(stage.hub.forgotten, std::vector<ScriptId>{id});
  EXPECT_TRUE(stage.host.list().empty());
  EXPECT_EQ(stage.unload(id).error().detail, "no script has the id 1");
  EXPECT_EQ(stage.reload(id).error().detail, "no script has the id 1");
}

TEST(ScriptLoading, Defect9IdsThatNobodyHasAreRefused) {
  Stage stage;
  stage.must_load("a.py", "");
  for (const ScriptId id : {ScriptId{0}, ScriptId{2}, ScriptId{4294967295}}) {
    EXPECT_EQ(stage.unload(id).error().detail, "no script has the id " + std::to_string(id));
    EXPECT_EQ(stage.reload(id).error().detail, "no script has the id " + std::to_string(id));
  }
  EXPECT_EQ(stage.host.list().size(), 1u);
}

TEST(ScriptLoading, UnloadWakesTheScriptsThreads) {
  Stage stage;
  // The UnLoad hook joins a thread that waits for the hub thread: without abandoning its call first, neither would end.
  const ScriptId id = stage.must_load("waits.py",
                                      "import threading, vh\n"
                                      "started = threading.Event()\n"
                                      "outcome = []\n"
                                      "def work():\n"
                                      "  started.set()\n"
                                      "  try: vh.mc('never')\n"
                                      "  except vh.Abandoned: outcome.append('abandoned')\n"
                                      "  try: vh.mc('never')\n"
                                      "  except vh.Abandoned: outcome.append('again')\n"
                                      "thread = threading.Thread(target=work)\n"
                                      "thread.start()\n"
                                      "started.wait()\n"
                                      "def UnLoad():\n"
                                      "  thread.join()\n"
                                      "  vh.mc(' '.join(outcome))\n");
  EXPECT_TRUE(stage.unload(id));
  EXPECT_EQ(stage.hub.said, Said{"abandoned again"});
}

TEST(ScriptLoading, ReloadKeepsThePlaceAndStartsAfresh) {
  Stage stage;
  stage.must_load("a.py", "import vh\ndef OnTimer(): vh.mc('a')\n");
  const ScriptId b = stage.must_load("b.py", "import vh\nfirst = 1\ndef OnTimer(): vh.mc('old b')\n");
  stage.must_load("c.py", "import vh\ndef OnTimer(): vh.mc('c')\n");
  stage.write("b.py", "import vh\nfresh = 'first' not in globals()\ndef OnTimer(): vh.mc(f'new b {fresh} {vh.myid}')\n");
  const auto again = stage.reload(b);
  ASSERT_TRUE(again);
  EXPECT_EQ(again.value().id, 4u);
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"a", "new b True 4", "c"}));
  const auto list = stage.host.list();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1].id, 4u);
}

TEST(ScriptLoading, ReloadOfABrokenFileLeavesTheScriptRunning) {
  Stage stage;
  const ScriptId id = stage.must_load("a.py", "import vh\ndef OnTimer(): vh.mc('tick')\n");
  stage.write("a.py", "def broken(:\n");
  EXPECT_EQ(stage.reload(id).error().detail,
            stage.dir + "/a.py: line 1: SyntaxError: invalid syntax (the loaded one is left as it is)");
  stage.tick();
  EXPECT_EQ(stage.hub.said, Said{"tick"});
  stage.write("a.py", "1/0\n");
  EXPECT_EQ(stage.reload(id).error().detail,
            stage.dir + "/a.py: ZeroDivisionError: division by zero (it is now unloaded)");
  EXPECT_TRUE(stage.host.list().empty());
  EXPECT_FALSE(stage.host.wants(HookId::kOnTimer));
}

TEST(ScriptLoading, Defect21InsideAHookItWaitsForTheEndOfTheTurn) {
  Stage stage;
  const std::string other = stage.write("other.py", "import vh\ndef OnTimer(): vh.mc('other')\n");
  const ScriptId asker = stage.must_load("asker.py", "import vh\ndef OnTimer(): vh.mc('load')\n");
  int told = 0;
  stage.hub.on_said = [&](const std::string& text) {
    if (text != "load") return;
    stage.host.load(other, [&](const auto& result) { told += result.ok() ? 1 : 100; });
    stage.host.reload(asker, [&](const auto& result) { told += result.ok() ? 1 : 100; });
    stage.host.unload(asker, [&](const auto& result) { told += result.ok() ? 100 : 1; });  // its id is gone by then
    stage.host.end_of_turn();  // inside a hook: not the end of anything
  };
  stage.tick();
  EXPECT_EQ(told, 0);
  EXPECT_EQ(stage.host.list().size(), 1u);
  stage.hub.on_said = nullptr;
  stage.host.end_of_turn();
  EXPECT_EQ(told, 3);
  stage.host.end_of_turn();
  EXPECT_EQ(told, 3);
  stage.hub.said.clear();
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"load", "other"}));
}

TEST(ScriptLoading, AskedForByACallItWaitsSoThatUnLoadMayWaitForTheCaller) {
  Stage stage;
  const ScriptId id = stage.must_load("leaves.py",
                                      "import threading, vh\n"
                                      "answers = []\n"
                                      "thread = threading.Thread(target=lambda: answers.append(vh.mc('unload me')))\n"
                                      "def OnTimer(): thread.start()\n"
                                      "def UnLoad():\n"
                                      "    thread.join()\n"
                                      "    vh.mc(f'unloaded {answers}')\n");
  int told = 0;
  stage.hub.on_said = [&](const std::string& text) {
    if (text == "unload me") stage.host.unload(id, [&](const auto& result) { told += result.ok(); });
  };
  stage.tick();
  EXPECT_TRUE(stage.run_until([&] { return told != 0; }));
  EXPECT_TRUE(stage.was_said("unloaded [True]")) << ::testing::PrintToString(stage.hub.said);
}

TEST(ScriptLoading, WhatIsPutOffIsBoundedAndAlwaysAnswered) {
  Stage stage;
  stage.must_load("asker.py", "import vh\ndef OnTimer(): vh.mc('load')\n");
  int refused = 0;
  stage.hub.on_said = [&](const std::string&) {
    for (int i = 0; i < 100; ++i) stage.host.unload(99, [&](const auto& result) { refused += !result; });
  };
  stage.tick();
  EXPECT_EQ(refused, 36);
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kStopBudget));
  EXPECT_EQ(refused, 100);
  stage.host.load(stage.dir + "/asker.py", [&](const auto& result) { refused += !result; });
  EXPECT_EQ(refused, 101);
}

TEST(ScriptLoading, CachesOfPackagesLetGoOfAnUnloadedScript) {
  Stage stage;
  stage.must_load("package.py", "import functools, sys, types, vh\n"
                                "package = sys.modules['a_package'] = types.ModuleType('a_package')\n"
                                "class Key:\n"
                                "  __slots__ = ('call',)\n"
                                "  def __init__(self, call): self.call = call\n"
                                "@functools.lru_cache\n"
                                "def facts(key): return True\n"
                                "@functools.lru_cache\n"
                                "def answers(number): return lambda: None\n"
                                "answers(1)\n"
                                "package.note = lambda function: facts(Key(function))\n"
                                "package.marks = []\n"
                                "def OnTimer():\n"
                                "  vh.mc(f'{[mark() is None for mark in package.marks]} {facts.cache_info().currsize} '\n"
                                "        f'{answers.cache_info().currsize}')\n");
  const std::string source = "import a_package, weakref\n"
                             "class Mark: pass\n"
                             "mark = Mark()\n"
                             "def route(): pass\n"
                             "a_package.note(route)\n"
                             "a_package.marks.append(weakref.ref(mark))\n";
  stage.write("helper.py", source);
  const ScriptId id = stage.must_load("routes.py", source + "import helper\n");
  stage.tick();
  EXPECT_TRUE(stage.unload(id));
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"[False, False] 2 1", "[True, True] 0 1"}));
}

TEST(ScriptLoading, TwoHundredReloadsLeaveMemoryFlat) {
  Stage stage;
  stage.write("helper.py", "import vh\nTABLE = list(range(1000))\n");
  ScriptId id = stage.must_load("heavy.py",
                                "import dataclasses, gc, helper, sys, vh\n"
                                "BLOB = bytearray(1_000_000)\n"
                                "@dataclasses.dataclass\n"
                                "class Item:\n  name: str = ''\n"
                                "items = [Item(str(i)) for i in range(1000)]\n"
                                "def OnTimer():\n"
                                "  gc.collect()\n"
                                "  vh.mc(f'{sys.getallocatedblocks()} {len(sys.modules)} {len(sys.path)}')\n"
                                "def OnParsedMsgChat(nick, msg): return msg\n");
  const auto reload_times = [&](int times) {
    for (int i = 0; i < times; ++i) {
      const auto again = stage.reload(id);
      ASSERT_TRUE(again) << again.error().detail;
      id = again.value().id;
    }
    stage.hub.said.clear();
    stage.tick();
  };
  reload_times(20);
  const Said before = stage.hub.said;
  reload_times(200);
  long blocks_before = 0, blocks_after = 0, modules_before = 0, modules_after = 0, path_before = 0, path_after = 0;
  ASSERT_EQ(sscanf(before.at(0).c_str(), "%ld %ld %ld", &blocks_before, &modules_before, &path_before), 3);
  ASSERT_EQ(sscanf(stage.hub.said.at(0).c_str(), "%ld %ld %ld", &blocks_after, &modules_after, &path_after), 3);
  // Python's own caches grow by some 800 blocks before they are full. One namespace kept alive is more than 2,000.
  EXPECT_LT(blocks_after - blocks_before, 2000);
  EXPECT_EQ(modules_after, modules_before);
  EXPECT_EQ(path_after, path_before);
}

}  // namespace
}  // namespace vhpy::py::testing
