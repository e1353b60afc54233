// Shows that scripts with interpreters of their own do all that shared ones do, see nothing of each other, and can be
// unloaded with whatever they have left running; and how it is decided which scripts these are. Each case is run in a
// process of its own; threads are those that scripts start and those that end interpreters.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "pymodule/interpreters/script_interpreter.h"
#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;
constexpr ScriptMode kShared = ScriptMode::kShared;
constexpr ScriptMode kIsolated = ScriptMode::kIsolated;

// --- how the mode is chosen -------------------------------------------------------------------------------------------

class Modes : public ::testing::Test {
 protected:
  Stage& stage() {
    if (!stage_) {
      stage_.emplace("utf-8", PythonOptions{.executable = {}, .interruptible = false, .default_mode = default_mode, .remembered_mode = [this](const std::string& name) {
                                              const auto at = remembered.find(name);
                                              return at == remembered.end() ? std::nullopt : std::optional(at->second);
                                            }});
    }
    return *stage_;
  }
  ScriptMode mode_of(const Result<ScriptInfo>& loaded) {
    EXPECT_TRUE(loaded) << (loaded ? "" : loaded.error().detail);
    return loaded ? loaded.value().mode : kShared;
  }

  ScriptMode default_mode = kShared;
  std::map<std::string, ScriptMode> remembered;

 private:
  std::optional<Stage> stage_;
};

TEST_F(Modes, AskedBeforeRememberedBeforeTheScriptsOwnBeforeTheDefault) {
  remembered = {{"remembered.py", kShared}, {"asked.py", kShared}};
  default_mode = kIsolated;
  EXPECT_EQ(mode_of(stage().load("default.py", "")), kIsolated);
  EXPECT_EQ(mode_of(stage().load("own.py", "#!/usr/bin/python3\n\n# -*- coding: utf-8 -*-\n#vhpy:  shared \n'''Text.'''\n")), kShared);
  EXPECT_EQ(mode_of(stage().load("remembered.py", "# vhpy: isolated\n")), kShared);
  EXPECT_EQ(mode_of(stage().load("asked.py", kIsolated, "# vhpy: shared\n")), kIsolated);
  EXPECT_EQ(mode_of(stage().load("too_late.py", "import vh\n# vhpy: shared\n")), kIsolated);
  const auto list = stage().host.list();
  ASSERT_EQ(list.size(), 5u);
  EXPECT_EQ(list[1].mode, kShared);
  EXPECT_EQ(list[3].mode, kIsolated);
}

TEST_F(Modes, TheBuildsDefaultIsShared) {
  EXPECT_EQ(PythonOptions{}.default_mode, VHPY_SINGLE_INTERPRETER ? kShared : kIsolated);
}

TEST_F(Modes, AWordThatIsNoModeIsRefusedWithItsLine) {
  EXPECT_EQ(stage().why_not("odd.py", "# first\n# vhpy: isolatd\n"),
            stage().dir + "/odd.py: line 2: 'isolatd' is no mode; expected '# vhpy: shared' or '# vhpy: isolated'");
}

TEST_F(Modes, AReloadDecidesAnewButKeepsWhatWasAsked) {
  const ScriptId own = stage().must_load("own.py", "# vhpy: isolated\n");
  const ScriptId asked = stage().must_load("asked.py", kIsolated, "");
  stage().write("own.py", "# vhpy: shared\n");
  EXPECT_EQ(mode_of(stage().reload(own)), kShared);
  EXPECT_EQ(mode_of(stage().reload(asked)), kIsolated);
  remembered["own.py"] = kIsolated;
  EXPECT_EQ(mode_of(stage().reload(stage().host.list()[0].id)), kIsolated);
}

// --- what an isolated script can do -----------------------------------------------------------------------------------

TEST(ScriptIsolated, HasModulesAndBuiltinsOfItsOwn) {
  Stage stage;
  const std::string source = "import builtins, json, sys, vh\n"
                             "vh.mc(f\"{vh.name} {vh.myid} {getattr(builtins, 'mark', None)} {getattr(json, 'mark', None)} \"\n"
                             "      f\"{[n for n in sys.modules if n.startswith('vh_script')]}\")\n"
                             "builtins.mark = json.mark = vh.name\n";
  stage.must_load("a.py", kIsolated, source);
  stage.must_load("b.py", kIsolated, source);
  stage.must_load("c.py", kShared, source);
  stage.must_load("d.py", kShared, source);
  EXPECT_EQ(stage.hub.said, (Said{"a.py 1 None None ['vh_script_1_a']", "b.py 2 None None ['vh_script_2_b']",
                                  "c.py 3 None None ['vh_script_3_c']",
                                  "d.py 4 c.py c.py ['vh_script_3_c', 'vh_script_4_d']"}));
}

TEST(ScriptIsolated, HelpersAndTheDispatcherAreThere) {
  Stage stage;
  stage.write("helper.py", "import vh\ndef who(): return vh.name\n");
  stage.must_load("a.py", kIsolated, "import dispatcher, helper, vh\n"
                                     "dispatcher.register_script('a', {'OnTimer': lambda: vh.mc('dispatched ' + helper.who())})\n");
  stage.tick();
  EXPECT_EQ(stage.hub.said, Said{"dispatched a.py"});
}

TEST(ScriptIsolated, AnswersAddUpInListOrderOverInterpreters) {
  Stage stage;
  const std::string source = "import vh\n"
                             "def OnParsedMsgChat(nick, msg):\n"
                             "  vh.mc(f'{vh.name} sees {nick} {msg}')\n"
                             "  return nick + vh.name[0], msg + vh.name[0]\n"
                             "def OnParsedMsgMyINFO(nick, desc, tag, speed, mail, size):\n"
                             "  return desc + vh.name[0], None, None, mail + vh.name[0], None\n"
                             "def OnTimer(): return (vh.name, 1)\n";
  stage.must_load("a.py", kShared, source);
  stage.must_load("b.py", kIsolated, source);
  stage.must_load("c.py", kIsolated, source);
  stage.must_load("d.py", kShared, source);
  const HookResult chat = stage.chat("x\xff", "n");
  EXPECT_EQ(chat.text, "x\xff""abcd");
  EXPECT_EQ(chat.nick, "nabcd");
  EXPECT_EQ(stage.hub.said[3], "d.py sees nabc x\xff""abc");
  const HookResult info = stage.host.fire(HookId::kOnParsedMsgMyINFO, {"n", "desc", "tag", "speed", "mail", "0"});
  ASSERT_TRUE(info.my_info);
  EXPECT_EQ(info.my_info->description, "descabcd");
  EXPECT_EQ(info.my_info->mail, "mailabcd");
  EXPECT_FALSE(info.my_info->tag);
  EXPECT_EQ(stage.host.fire(HookId::kOnTimer, {1.0}).reply, "a.py|b.py|c.py|d.py|");
  stage.must_load("block.py", kIsolated, "def OnParsedMsgChat(nick, msg): return 0\n");
  EXPECT_FALSE(stage.chat("x").allow);
}

TEST(ScriptIsolated, HooksWithinHooksGoIntoOtherInterpretersAndBack) {
  Stage stage;
  stage.hub.on_said = [&](const std::string& text) {
    if (text.starts_with("fire:")) stage.chat(text.substr(5));
  };
  const std::string source = "import vh\n"
                             "def OnParsedMsgChat(nick, msg):\n"
                             "  if msg[:1] != vh.name[0]: return\n"
                             "  if msg[1:]: vh.mc('fire:' + msg[1:])\n"
                             "  vh.mc(f'{vh.name} after {msg}')\n";
  for (const char* name : {"a.py", "b.py"}) stage.must_load(name, kIsolated, source);
  for (const char* name : {"c.py", "d.py"}) stage.must_load(name, kShared, source);
  stage.chat("acbdaa");
  EXPECT_EQ(stage.hub.said,
            (Said{"fire:cbdaa", "fire:bdaa", "fire:daa", "fire:aa", "fire:a", "a.py after a", "a.py after aa",
                  "d.py after daa", "b.py after bdaa", "c.py after cbdaa", "a.py after acbdaa"}));
}

TEST(ScriptIsolated, EveryFormOfACallWorksOnItsThreads) {
  Stage stage;
  stage.must_load("forms.py", kIsolated,
                  "import asyncio, threading, vh\n"
                  "def on_hub(a, b): return a + b, threading.current_thread() is threading.main_thread()\n"
                  "async def awaited():\n"
                  "  answers = await asyncio.gather(*(vh.aio.GetNickList() for _ in range(50)))\n"
                  "  async with vh.batch() as b:\n"
                  "    count = b.GetUsersCount()\n"
                  "  sum_of = await vh.on_main(on_hub, 1, b=2)\n"
                  "  vh.mc(f'{len(answers)} {answers[-1]} {count.result()} {sum_of}')\n"
                  "def work():\n"
                  "  with vh.context(timeout=20, label='forms'):\n"
                  "    vh.mc(str(vh.GetNickList()))\n"
                  "  vh.post.mc('posted')\n"
                  "  asyncio.run(awaited())\n"
                  "  try: vh.on_main(lambda: 1 / 0).result()\n"
                  "  except ZeroDivisionError as error: vh.mc(str(error))\n"
                  "  vh.mc('done')\n"
                  "thread = threading.Thread(target=work)\n"
                  "thread.start()\n"
                  "def UnLoad(): thread.join()\n");
  EXPECT_TRUE(stage.run_until([&] { return stage.was_said("done"); }));
  EXPECT_EQ(stage.hub.said, (Said{"['one', 'two']", "posted", "50 ['one', 'two'] 2 (3, True)", "division by zero", "done"}));
}

TEST(ScriptIsolated, ExceptionsAreTheirsToCatchAndOursToLog) {
  Stage stage;
  stage.must_load("a.py", kIsolated, "import threading, vh\n"
                                     "def OnTimer():\n"
                                     "  try: vh.mc(1)\n"
                                     "  except TypeError: vh.mc('caught')\n"
                                     "  thread = threading.Thread(target=lambda: 1 / 0, name='fails')\n"
                                     "  thread.start()\n"
                                     "  thread.join()\n"
                                     "  raise LookupError('in a hook')\n");
  stage.tick();
  EXPECT_EQ(stage.hub.said, Said{"caught"});
  EXPECT_TRUE(stage.log.has("script a.py (id 1): exception in thread fails")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("LookupError: in a hook")) << stage.log.text();
}

TEST(ScriptIsolated, FilesThatCannotBeLoadedAreNamedAndLeaveNothing) {
  Stage stage;
  EXPECT_EQ(stage.load("syntax.py", kIsolated, "def f(:\n").error().detail,
            stage.dir + "/syntax.py: line 1: SyntaxError: invalid syntax");
  EXPECT_EQ(stage.load("exit.py", kIsolated, "import sys\nsys.exit(3)\n").error().detail, stage.dir + "/exit.py: called sys.exit(3)");
  const ScriptId id = stage.must_load("a.py", kIsolated, "import vh\ndef OnTimer(): vh.mc('old')\n");
  stage.write("a.py", "def f(:\n");
  EXPECT_FALSE(stage.reload(id));
  stage.tick();
  EXPECT_EQ(stage.hub.said, Said{"old"}) << "a file that does not compile leaves what runs";
  EXPECT_TRUE(stage.run_until([&] { return stage.runtime.left_standing == 0; }));
}

TEST(ScriptIsolated, APackageThatRefusesIsNamedWithWhatToDo) {
  Stage stage;
  stage.write("fakes/core.py", "raise ImportError('module fakes.core does not support loading in subinterpreters')\n");
  stage.write("fakes/__init__.py", "try:\n  from fakes import core\nexcept ImportError:\n  raise ImportError('see the manual of fakes')\n");
  const std::string source = "import sys\nsys.path.insert(0, __file__.rpartition('/')[0])\nimport fakes\n";
  EXPECT_EQ(stage.load("a.py", kIsolated, source).error().detail,
            stage.dir + "/a.py: the package fakes refuses to be imported in an isolated script (module fakes.core does not "
                        "support loading in subinterpreters); load it shared");
  EXPECT_EQ(stage.load("a.py", kShared, source).error().detail, stage.dir + "/a.py: ImportError: see the manual of fakes");
}

// --- the end ----------------------------------------------------------------------------------------------------------

TEST(ScriptIsolated, UnloadEndsItsInterpreterWithThePoolsAndThreadsThatEnd) {
  Stage stage;
  const ScriptId id = stage.must_load("a.py", kIsolated,
                                      "import asyncio, atexit, concurrent.futures, threading, vh\n"
                                      "def work():\n"
                                      "  try: vh.mc('never')\n"
                                      "  except vh.Abandoned: pass\n"
                                      "async def main(): await asyncio.to_thread(int)\n"
                                      "for _ in range(3): threading.Thread(target=work).start()\n"
                                      "threading.Thread(target=asyncio.run, args=(main(),), daemon=True).start()\n"
                                      "pool = concurrent.futures.ThreadPoolExecutor(2)\n"
                                      "pool.submit(int).result()\n"
                                      "atexit.register(open, __file__ + '.exited', 'w')\n");
  EXPECT_TRUE(stage.unload(id));
  EXPECT_TRUE(stage.run_until([&] { return std::filesystem::exists(stage.dir + "/a.py.exited"); }));
  EXPECT_TRUE(stage.run_until([&] { return stage.runtime.left_standing == 0; }));
  EXPECT_TRUE(stage.host.left_standing().empty());
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kStopBudget)) << stage.log.text();
}

TEST(ScriptIsolated, AThreadThatLivesLeavesItStandingUntilItEnds) {
  Stage stage;
  const ScriptId id = stage.must_load("left.py", kIsolated,
                                      "import os, threading, time\n"
                                      "def wait():\n"
                                      "  while not os.path.exists(__file__ + '.go'): time.sleep(0.01)\n"
                                      "threading.Thread(target=wait, name='sleeper', daemon=True).start()\n"
                                      "threading.Thread(target=wait, name='worker').start()\n");
  EXPECT_TRUE(stage.unload(id));
  EXPECT_TRUE(stage.run_until([&] { return !stage.host.left_standing().empty(); }));
  EXPECT_EQ(stage.runtime.left_standing, 1u);
  EXPECT_TRUE(stage.log.has("script left.py (id 1): its interpreter is left standing: 2 thread(s) did not end: ")) << stage.log.text();
  EXPECT_NE(stage.host.left_standing()[0].find("sleeper (daemon)"), std::string::npos) << stage.host.left_standing()[0];
  stage.must_load("asks.py", kShared, "import vh\nvh.mc(str(vh.stats()['interpreters_left_standing']))\n");
  EXPECT_EQ(stage.hub.said, Said{"1"});
  stage.write("left.py.go", "");
  EXPECT_TRUE(stage.run_until([&] { return stage.host.left_standing().empty(); }));
  EXPECT_EQ(stage.runtime.left_standing, 0u);
}

TEST(ScriptIsolated, AnUnLoadThatNeverEndsIsInterrupted) {
  Stage stage;
  stage.must_load("spins.py", kIsolated, "import time\ndef UnLoad():\n  while True: time.monotonic()\n");
  stage.must_load("fine.py", kIsolated, "import vh\ndef UnLoad(): vh.mc('fine')\n");
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kStopBudget)) << stage.log.text();
  EXPECT_EQ(stage.hub.said, Said{"fine"});
  EXPECT_TRUE(stage.log.has("KeyboardInterrupt")) << stage.log.text();
}

// In a child: 0 if the interpreter was left standing, and said so.
[[noreturn]] void stand_and_leave() {
  Stage stage;
  stage.must_load("left.py", kIsolated, "import threading, time\n"
                                        "threading.Thread(target=time.sleep, args=(600,), name='ghost', daemon=True).start()\n"
                                        "def UnLoad(): raise LookupError('in UnLoad')\n");
  stage.must_load("fine.py", kShared, "import vh\ndef UnLoad(): vh.mc('fine')\n");
  stage.lane.abort();
  int code = stage.host.stop(kStopBudget) ? 1 : 0;
  if (!stage.log.has("the interpreter of script left.py (id 1): 1 thread(s) did not end: ghost (daemon)")) code = 2;
  if (stage.hub.said != Said{"fine"}) code = 3;
  if (code != 0) fprintf(stderr, "%s\n", stage.log.text().c_str());
  std::filesystem::remove_all(stage.dir);
  _exit(code);
}

TEST(ScriptIsolated, StopLeavesAnInterpreterStandingWhoseThreadLives) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(stand_and_leave(), ::testing::ExitedWithCode(0), "");
}

// On the hub thread they are replaced by ones that wait in slices (interruptible_waits.h).
TEST(ScriptIsolated, WaitsOnTheHubThreadAnswerAsTheyDoElsewhere) {
  constexpr const char* kText =
      "import asyncio, queue, select, socket, threading, time\n"
      "def raised(kind, call, *arguments):\n"
      "  try: call(*arguments)\n"
      "  except kind: return True\n"
      "def waits(call):\n"
      "  began = time.monotonic()\n"
      "  assert not call()\n"
      "  assert time.monotonic() - began >= 0.12\n"
      "ending = threading.Event()\n"
      "thread = threading.Thread(target=ending.wait)\n"
      "thread.start()\n"
      "a, b = socket.socketpair()\n"
      "waits(lambda: time.sleep(0.12))\n"
      "waits(lambda: thread.join(0.12))\n"
      "waits(lambda: threading.Event().wait(0.12))\n"
      "waits(lambda: any(select.select(iter([a]), [], [], 0.12)))\n"
      "waits(lambda: asyncio.run(asyncio.sleep(0.12)))\n"
      "waits(lambda: not raised(queue.Empty, queue.Queue().get, True, 0.12))\n"
      "assert raised(TypeError, time.sleep, 'x') and raised(TypeError, time.sleep, None) and raised(TypeError, time.sleep)\n"
      "assert raised(ValueError, time.sleep, -1) and raised(ValueError, time.sleep, float('nan'))\n"
      "assert raised(OverflowError, time.sleep, float('inf')) and raised(TypeError, select.select, [a], [], [], 'x')\n"
      "assert raised(TypeError, threading.Event().wait, 'x')\n"
      "b.send(b'x')\n"
      "assert select.select([a], [], []) == select.select([a], [], [], 5) == ([a], [], [])\n"
      "ending.set()\n"
      "assert thread.join() is None and not thread.is_alive()\n";
  Stage stage;
  stage.must_load("a.py", kIsolated, kText);
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kStopBudget)) << stage.log.text();
}

auto count_of(const std::string& folder) { return std::distance(std::filesystem::directory_iterator(folder), {}); }

// Where Python cannot end an interpreter, the third load or so of a script that is reloaded has one that an earlier load had, in
// which everything works again. Elsewhere each has a new one.
TEST(ScriptIsolated, AnInterpreterThatCannotEndServesTheSameFileAgain) {
  const bool kept = !sub_interpreters_can_end();
  constexpr const char* kText =
      "import asyncio, atexit, concurrent.futures, logging, sys, tempfile, threading, vh, weakref\n"
      "sys.loads = getattr(sys, 'loads', 0) + 1\n"
      "pool = concurrent.futures.ThreadPoolExecutor(2)\n"
      "assert pool.submit(int).result() == asyncio.run(asyncio.to_thread(int))\n"
      "assert threading.current_thread() is threading.main_thread()\n"
      "class Thing: pass\n"
      "thing = Thing()\n"
      "weakref.finalize(thing, int)\n"
      "folder = tempfile.TemporaryDirectory(dir=__file__ + '.folders')\n"
      "atexit.register(lambda loads=sys.loads: open(f'{__file__}.exited', 'a').write(f'{loads} '))\n"
      "logging.warning('of script %d', vh.myid)\n"
      "vh.mc(str(sys.loads))\n";
  Stage stage;
  std::filesystem::create_directory(stage.dir + "/a.py.folders");
  ScriptId id = stage.must_load("a.py", kIsolated, kText);
  for (int i = 0; i < 10 || (kept && i < 200 && std::stoi(stage.hub.said.back()) < 4); ++i) {
    const auto reloaded = stage.reload(id);
    ASSERT_TRUE(reloaded) << reloaded.error().detail;
    id = reloaded.value().id;
    EXPECT_TRUE(stage.run_until([&] { return count_of(stage.dir + "/a.py.folders") == 1; })) << "of the script that has gone";
  }
  if (kept) {
    EXPECT_GE(std::stoi(stage.hub.said.back()), 4) << stage.log.text();
  } else {
    EXPECT_EQ(stage.hub.said, Said(stage.hub.said.size(), "1"));
  }
  stage.must_load("b.py", kIsolated, "import sys, vh\nvh.mc(str(hasattr(sys, 'loads')))\n");
  EXPECT_EQ(stage.hub.said.back(), "False") << "another file's is another interpreter";
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kStopBudget)) << stage.log.text();
  EXPECT_FALSE(stage.log.has("Traceback")) << stage.log.text();
}

TEST(ScriptIsolated, AThreadPoolThatSomebodyKeepsEndsWithItsScript) {
  Stage stage;
  const ScriptId id = stage.must_load("a.py", kIsolated, "import concurrent.futures, sys, threading\n"
                                                         "sys.pool = concurrent.futures.ThreadPoolExecutor(2)\n"
                                                         "sys.pool.submit(int).result()\n");
  EXPECT_TRUE(stage.unload(id));
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kStopBudget)) << stage.log.text();
}

TEST(ScriptIsolated, ManyReloadsWithAThreadLeaveNothing) {
  Stage stage;
  ScriptId id = stage.must_load("a.py", kIsolated,
                                "import threading, vh\n"
                                "ending = threading.Event()\n"
                                "thread = threading.Thread(target=ending.wait)\nthread.start()\n"
                                "def UnLoad():\n  ending.set()\n  thread.join()\n");
  for (int i = 0; i < 20; ++i) {
    const auto reloaded = stage.reload(id);
    ASSERT_TRUE(reloaded) << reloaded.error().detail;
    id = reloaded.value().id;
  }
  EXPECT_TRUE(stage.unload(id));
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kStopBudget)) << stage.log.text();
  EXPECT_FALSE(stage.log.has("thread(s) did not end")) << stage.log.text();
  EXPECT_EQ(stage.runtime.left_standing, 0u);
}

}  // namespace
}  // namespace vhpy::py::testing
