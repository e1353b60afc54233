// Shows which vh an import gets, from scripts, their threads and their helper modules, and that all other imports are as
// they were. One interpreter per test; threads are the scripts' own.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;

TEST(ScriptImport, EverySpellingGivesTheScriptsOwn) {
  Stage stage;
  stage.must_load("first.py", "");
  stage.must_load("second.py", "import vh\n"
                               "import vh as other\n"
                               "import vh.aio\n"
                               "import vh.aio as waits\n"
                               "from vh import mc, myid\n"
                               "from vh.aio import mc as later\n"
                               "from vh import *\n"
                               "vh.mc(str([vh is other, waits is vh.aio, mc is vh.mc, later is vh.aio.mc, myid]))\n"
                               "vh.mc(str([__import__('vh') is vh, __import__(name='vh', level=0) is vh, botname]))\n"
                               "def inside():\n  import vh as again\n  return again is vh\n"
                               "vh.mc(str([inside(), eval('__import__(\"vh\") is vh')]))\n");
  EXPECT_EQ(stage.hub.said, (Said{"[True, True, True, True, 2]", "[True, True, 'Bot']", "[True, True]"}));
}

TEST(ScriptImport, WhatIsNotThereRaisesAsUsual) {
  Stage stage;
  stage.must_load("a.py", "import vh\n"
                          "def attempt(code):\n"
                          "  try: exec(code, globals())\n"
                          "  except Exception as e: vh.mc(f'{type(e).__name__}: {e}')\n"
                          "attempt('import vh.nothing')\n"
                          "attempt('from vh import nothing')\n"
                          "attempt('import vhx')\n"
                          "attempt('from . import vh')\n"
                          "attempt('__import__(3)')\n"
                          "attempt('__import__()')\n"
                          "attempt('__import__(\"os\", level=\"x\")')\n"
                          "attempt('import os.path as p; assert p.join')\n"
                          "attempt('from xml.dom import minidom; assert minidom.parse')\n");
  ASSERT_EQ(stage.hub.said.size(), 7u);
  EXPECT_EQ(stage.hub.said[0], "ModuleNotFoundError: No module named 'vh.nothing'");
  EXPECT_TRUE(stage.hub.said[1].starts_with("ImportError: cannot import name 'nothing' from 'vh'")) << stage.hub.said[1];
  EXPECT_EQ(stage.hub.said[2], "ModuleNotFoundError: No module named 'vhx'");
  EXPECT_TRUE(stage.hub.said[3].starts_with("ImportError: ")) << stage.hub.said[3];
  for (std::size_t i = 4; i < 7; ++i) EXPECT_TRUE(stage.hub.said[i].starts_with("TypeError: ")) << stage.hub.said[i];
}

TEST(ScriptImport, ThreadsOfAScriptGetTheScripts) {
  Stage stage;
  const std::string source =
      "import threading\n"
      "def work():\n"
      "  import vh\n"
      "  from vh import name\n"
      "  vh.mc(f'{name} {vh.myid}')\n"
      "def OnTimer(): threading.Thread(target=work).start()\n";
  stage.must_load("a.py", source);
  stage.must_load("b.py", source);
  stage.tick();
  EXPECT_TRUE(stage.run_until([&] { return stage.was_said("a.py 1") && stage.was_said("b.py 2"); }));
  EXPECT_EQ(stage.hub.said.size(), 2u);
}

TEST(ScriptImport, HelperModulesBelongToTheScriptThatBringsThem) {
  Stage stage;
  stage.write("helper.py", "import vh\nSTATE = []\ndef who(): return f'{vh.name} {vh.myid} {len(STATE)}'\n");
  stage.write("tools/__init__.py", "from .part import whose\n");
  stage.write("tools/part.py", "def whose():\n  from vh import name\n  return name\n");
  const std::string source = "import helper, tools, vh\n"
                             "helper.STATE.append(1)\n"
                             "def OnTimer(): vh.mc(f'{helper.who()} {tools.whose()}')\n";
  stage.must_load("a.py", source);
  const ScriptId b = stage.must_load("b.py", source);
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"a.py 1 1 a.py", "b.py 2 1 b.py"}));

  stage.hub.said.clear();
  stage.write("helper.py", "import vh\nSTATE = [1, 2]\ndef who(): return f'edited {vh.name} {vh.myid} {len(STATE)}'\n");
  ASSERT_TRUE(stage.reload(b));
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"a.py 1 1 a.py", "edited b.py 3 3 b.py"}));
}

TEST(ScriptImport, HelpersThatComeLateBelongToTheirScriptToo) {
  Stage stage;
  for (const char* which : {"a", "b"}) {
    stage.write(std::string(which) + "/late.py", std::string("import vh\nWHERE = '") + which + "'\ndef who(): return f'{WHERE} {vh.name}'\n");
    stage.write(std::string(which) + "/kit/__init__.py", "from . import part\n");
    stage.write(std::string(which) + "/kit/part.py", "import late\nfrom vh import name\nWHO = name\n");
  }
  const std::string source = "import threading, vh\n"
                             "def OnTimer():\n"
                             "  import late, kit.part\n"
                             "  from kit import part\n"
                             "  vh.mc(f'{late.who()} {kit.part.WHO} {part is kit.part} {part.late is late}')\n"
                             "def OnUserLogin(nick):\n"
                             "  def work():\n"
                             "    from kit.part import WHO\n"
                             "    import late\n"
                             "    vh.mc(f'thread {late.who()} {WHO}')\n"
                             "  threading.Thread(target=work).start()\n";
  stage.must_load("a/main_a.py", source);
  const ScriptId b = stage.must_load("b/main_b.py", source);
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"a main_a.py main_a.py True True", "b main_b.py main_b.py True True"}));

  stage.write("b/late.py", "import vh\nWHERE = 'edited, and longer'\ndef who(): return f'{WHERE} {vh.name} {vh.myid}'\n");
  ASSERT_TRUE(stage.reload(b));
  stage.hub.said.clear();
  stage.host.fire(HookId::kOnUserLogin, {std::string_view("nick")});
  EXPECT_TRUE(stage.run_until([&] { return stage.hub.said.size() == 2; }));
  EXPECT_TRUE(stage.was_said("thread a main_a.py main_a.py"));
  EXPECT_TRUE(stage.was_said("thread edited, and longer main_b.py 3 main_b.py"));
}

TEST(ScriptImport, FoldersWithoutInitAndModulesFoundByNameAreNotShared) {
  Stage stage;
  for (const char* which : {"a", "b"}) {
    stage.write(std::string(which) + "/util.py", std::string("WHERE = '") + which + "'\n");
    stage.write(std::string(which) + "/ns/part.py", std::string("import vh\nWHERE = '") + which + " ' + vh.name\n");
  }
  stage.must_load("a/main_a.py", "import vh\n"
                                 "def OnTimer():\n"
                                 "  import importlib, ns.part\n"
                                 "  vh.mc(f'{importlib.import_module(\"util\").WHERE} {ns.part.WHERE}')\n");
  stage.must_load("b/main_b.py", "import vh\n"
                                 "def OnTimer():\n"
                                 "  import util\n  from ns import part\n"
                                 "  vh.mc(f'{util.WHERE} {part.WHERE}')\n");
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"a a main_a.py", "b b main_b.py"}));
}

TEST(ScriptImport, AThreadThatOutlivesItsScriptBringsNoHelpersIn) {
  Stage stage;
  stage.write("late.py", "WHERE = 'first'\n");
  const std::string source = "import threading, vh\n"
                             "go_on, done = threading.Event(), threading.Event()\n"
                             "def work():\n"
                             "  go_on.wait(20)\n"
                             "  global failed, other\n"
                             "  try: import late\n"
                             "  except ImportError as e: failed = str(e)\n"
                             "  import colorsys as other\n"
                             "  done.set()\n"
                             "def UnLoad():\n"
                             "  import builtins\n"
                             "  builtins.left_behind = globals()\n";
  const ScriptId id = stage.must_load("a.py", source + "threading.Thread(target=work, daemon=True).start()\n");
  ASSERT_TRUE(stage.unload(id));
  stage.must_load("b.py", "import vh\n"
                          "left_behind['go_on'].set()\n"
                          "left_behind['done'].wait(20)\n"
                          "vh.mc(left_behind['failed'] + str('other' in left_behind))\n"
                          "import late\nvh.mc(late.__name__)\n");
  EXPECT_EQ(stage.hub.said, (Said{"No module named 'late' (this script was unloaded)True", "vh_files_2.late"}));
}

TEST(ScriptImport, FilesBesideAScriptDoNotHideThoseOfPython) {
  Stage stage;
  stage.write("colorsys.py", "raise RuntimeError('the wrong one')\n");
  stage.must_load("json.py", "import colorsys, json, sys, vh\nvh.mc(str(hasattr(json, 'dumps')))\n"
                             "vh.mc(str(sys.path[-1] == vh.path.rpartition('/')[0]))\n");
  EXPECT_EQ(stage.hub.said, (Said{"True", "True"}));
}

TEST(ScriptImport, InstalledPackagesAreSharedAndStay) {
  Stage stage;
  stage.write("venv/lib/python3/site-packages/installed.py", "COUNT = []\n");
  const std::string source = "import sys, vh\n"
                             "sys.path.append(vh.path.rpartition('/')[0] + '/venv/lib/python3/site-packages')\n"
                             "import installed\n"
                             "installed.COUNT.append(1)\n"
                             "sys.path.pop()\n"
                             "vh.mc(str(len(installed.COUNT)))\n";
  const ScriptId a = stage.must_load("a.py", source);
  ASSERT_TRUE(stage.reload(a));
  stage.must_load("b.py", source);
  EXPECT_EQ(stage.hub.said, (Said{"1", "2", "3"}));
}

TEST(ScriptImport, CodeOfNoScriptGetsTheGeneralOne) {
  Stage stage;
  stage.must_load("a.py", "import importlib, threading, vh\n"
                          "general = importlib.import_module('vh')\n"
                          "seen = {}\n"
                          "exec('def work(seen):\\n  import vh\\n  seen[\"id\"] = vh.myid', space := {})\n"
                          "thread = threading.Thread(target=space['work'], args=(seen,))\n"
                          "thread.start()\n"
                          "thread.join()\n"
                          "vh.mc(f'{general.myid} {seen[\"id\"]}')\n");
  EXPECT_EQ(stage.hub.said, Said{"0 0"});
}

TEST(ScriptImport, AnotherImportFunctionMayStandBeforeOurs) {
  Stage stage;
  stage.must_load("a.py", "import builtins, vh\n"
                          "names = []\n"
                          "ours = builtins.__import__\n"
                          "def spy(name, *args, **kwargs):\n"
                          "  names.append(name)\n"
                          "  return ours(name, *args, **kwargs)\n"
                          "builtins.__import__ = spy\n"
                          "import vh as again, wave\n"
                          "builtins.__import__ = ours\n"
                          "vh.mc(f'{again is vh} {names[0]} {names[1]}')\n");
  EXPECT_EQ(stage.hub.said, Said{"True vh wave"});
}

}  // namespace
}  // namespace vhpy::py::testing
