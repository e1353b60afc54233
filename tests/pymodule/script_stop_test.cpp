// Shows that the end comes within its budget whatever scripts have left behind: threads, thread pools, hooks that hang;
// and that exceptions and exits on scripts' threads reach the log only. Tests that must leave an interpreter standing run
// in a child process, which ends as a hub would: by _exit().
#include <gtest/gtest.h>

#include <signal.h>
#include <unistd.h>

#include <fstream>
#include <string>
#include <vector>

#include "pymodule/python.h"
#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;

bool stop(Stage& stage) {
  stage.lane.abort();
  return stage.host.stop(kStopBudget);
}

// In a child: exit code 0 if the interpreter was left standing and the log has `expected`.
[[noreturn]] void stand_and_leave(const std::string& source, const std::vector<std::string>& expected) {
  Stage stage;
  stage.must_load("left.py", source);
  int code = stop(stage) ? 1 : 0;
  for (const std::string& part : expected) {
    if (stage.log.has(part)) continue;
    fprintf(stderr, "'%s' is not in the log:\n%s\n", part.c_str(), stage.log.text().c_str());
    code = 2;
  }
  std::filesystem::remove_all(stage.dir);
  _exit(code);
}

class ScriptStop : public ::testing::Test {
 protected:
  ScriptStop() { GTEST_FLAG_SET(death_test_style, "threadsafe"); }
};

TEST_F(ScriptStop, CallsEveryUnLoadInOrder) {
  Stage stage;
  for (const char* name : {"a.py", "b.py", "c.py"}) {
    stage.must_load(name, "import vh\ndef UnLoad(): vh.mc(vh.name)\n");
  }
  EXPECT_TRUE(stop(stage));
  EXPECT_EQ(stage.hub.said, (Said{"a.py", "b.py", "c.py"}));
  EXPECT_EQ(stage.hub.forgotten, (std::vector<ScriptId>{1, 2, 3}));
  EXPECT_TRUE(stage.host.list().empty());
  EXPECT_TRUE(stop(stage)) << "a second time";
  EXPECT_FALSE(stage.host.wants(HookId::kOnTimer));
  stage.tick();
}

TEST_F(ScriptStop, WaitsForThreadsThatEnd) {
  Stage stage;
  stage.must_load("a.py", "import atexit, concurrent.futures, threading, time, vh\n"
                          "def work():\n"
                          "  try: vh.mc('never')\n"
                          "  except vh.Abandoned: time.sleep(0.05)\n"
                          "  print('worker is done', flush=True)\n"
                          "for _ in range(3): threading.Thread(target=work).start()\n"
                          "pool = concurrent.futures.ThreadPoolExecutor(2)\n"
                          "pool.submit(int).result()\n"
                          "atexit.register(print, 'atexit ran')\n");
  ::testing::internal::CaptureStdout();
  EXPECT_TRUE(stop(stage)) << stage.log.text();
  const std::string printed = ::testing::internal::GetCapturedStdout();
  EXPECT_EQ(printed, "worker is done\nworker is done\nworker is done\natexit ran\n");
}

TEST_F(ScriptStop, IdleLoopsAndPoolsDoNotHoldItUp) {
  Stage stage;
  stage.must_load("a.py", "import asyncio, threading, time\n"
                          "async def main():\n"
                          "  await asyncio.to_thread(int)\n"
                          "  started.set()\n"
                          "  await asyncio.sleep(0.05)\n"
                          "started = threading.Event()\n"
                          "threading.Thread(target=lambda: asyncio.run(main())).start()\n"
                          "started.wait()\n");
  EXPECT_TRUE(stop(stage)) << stage.log.text();
}

TEST_F(ScriptStop, AThreadThatDoesNotEndIsLeftAndNamed) {
  EXPECT_EXIT(stand_and_leave("import threading, time\n"
                              "threading.Thread(target=time.sleep, args=(600,), name='sleeper').start()\n"
                              "threading.Thread(target=time.sleep, args=(600,), name='ghost', daemon=True).start()\n",
                              {"Python is left standing: 2 thread(s) of scripts did not end: ", "sleeper", "ghost (daemon)"}),
              ::testing::ExitedWithCode(0), "");
}

TEST_F(ScriptStop, ADaemonIsLeftToo) {
  EXPECT_EXIT(stand_and_leave("import threading\n"
                              "def spin():\n  while True: pass\n"
                              "threading.Thread(target=spin, name='spinner', daemon=True).start()\n",
                              {"Python is left standing: 1 thread(s) of scripts did not end: spinner (daemon)"}),
              ::testing::ExitedWithCode(0), "");
}

TEST_F(ScriptStop, AThreadThatPythonHasNoNameForCountsToo) {
  EXPECT_EXIT(stand_and_leave("import _thread, time\n"
                              "_thread.start_new_thread(time.sleep, (600,))\n",
                              {"Python is left standing: 1 thread(s) of scripts did not end: a thread without a name"}),
              ::testing::ExitedWithCode(0), "");
}

TEST_F(ScriptStop, AHangingExitFunctionIsInterrupted) {
  Stage stage;
  stage.must_load("a.py", "import atexit, time\natexit.register(time.sleep, 600)\n");
  EXPECT_TRUE(stop(stage)) << stage.log.text();
}

// TSan holds a signal back until the thread next calls the C library, which `pass` never does.
#ifdef VHPY_THREAD_SANITIZER
#define SPIN "time.monotonic()"
#else
#define SPIN "pass"
#endif

std::string hanging_script(const char* way) {
  return std::string(
             "import asyncio, select, socket, threading, time, vh\n"
             "lock = threading.Lock()\nlock.acquire()\n"
             "pair = socket.socketpair()\n"
             "forever = threading.Event()\n"
             "def spin():\n  while True: " SPIN "\n"
             "def stubborn():\n"
             "  for _ in range(3):\n"
             "    try: time.sleep(600)\n"
             "    except BaseException: pass\n"
             "busy = True\n"
             "def compute():\n  while busy: " SPIN "\n"
             "def beside_a_busy_thread():\n"
             "  global busy\n"
             "  thread = threading.Thread(target=compute)\n"
             "  thread.start()\n"
             "  try: forever.wait()\n"
             "  finally:\n"
             "    busy = False\n"
             "    thread.join()\n"
             "def join_it():\n"
             "  thread = threading.Thread(target=forever.wait, daemon=True)\n"
             "  thread.start()\n"
             "  try: thread.join()\n"
             "  finally: forever.set()\n"
             "def deaf():\n"
             "  while True:\n"
             "    try: time.sleep(600)\n"
             "    except BaseException: pass\n"
             "def deaf_all_the_way_up():\n"
             "  while True:\n"
             "    try: deaf()\n"
             "    except BaseException: continue\n"
             "def UnLoad():\n  ") +
         way + "\n";
}

class HangingUnLoad : public ScriptStop, public ::testing::WithParamInterface<const char*> {};

TEST_P(HangingUnLoad, IsInterruptedAndTheOthersAreCalled) {
  Stage stage;
  stage.must_load("hangs.py", hanging_script(GetParam()));
  stage.must_load("fine.py", "import vh\ndef UnLoad(): vh.mc('fine')\n");
  EXPECT_TRUE(stop(stage)) << stage.log.text();
  EXPECT_EQ(stage.hub.said, Said{"fine"});
  if (std::string(GetParam()) == "stubborn()") return;
  EXPECT_TRUE(stage.log.has("script hangs.py (id 1): UnLoad takes longer than it may: it is interrupted")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("script hangs.py (id 1): exception in UnLoad")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("KeyboardInterrupt: interrupted by the hub: it took too long")) << stage.log.text();
}

INSTANTIATE_TEST_SUITE_P(Ways, HangingUnLoad,
                         ::testing::Values("time.sleep(600)", "lock.acquire()", "spin()", "pair[0].recv(1)",
                                           "select.select([pair[0]], [], [])", "forever.wait()", "deaf()", "deaf_all_the_way_up()",
                                           "stubborn()"),
                         [](const auto& way) { return "Way" + std::to_string(way.index); });

// There a read is not reached, and from Python 3.12 on no bare lock.acquire() either.
const std::vector<const char*> isolated_ways{
#if PY_VERSION_HEX < 0x030C0000
    "lock.acquire()",
#endif
    "spin()", "forever.wait()", "beside_a_busy_thread()", "join_it()", "time.sleep(600)", "stubborn()",
    "select.select([pair[0]], [], [])", "asyncio.run(asyncio.Event().wait())"};
class HangingIsolatedUnLoad : public ScriptStop, public ::testing::WithParamInterface<const char*> {};

TEST_P(HangingIsolatedUnLoad, IsInterruptedAndTheOthersAreCalled) {
  Stage stage;
  stage.must_load("hangs.py", ScriptMode::kIsolated, hanging_script(GetParam()));
  stage.must_load("fine.py", "import vh\ndef UnLoad(): vh.mc('fine')\n");
  EXPECT_TRUE(stop(stage)) << stage.log.text();
  EXPECT_EQ(stage.hub.said, Said{"fine"});
  if (std::string(GetParam()) == "stubborn()") return;
  EXPECT_TRUE(stage.log.has("script hangs.py (id 1): exception in UnLoad")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("KeyboardInterrupt: interrupted by the hub: it took too long")) << stage.log.text();
}

INSTANTIATE_TEST_SUITE_P(Ways, HangingIsolatedUnLoad, ::testing::ValuesIn(isolated_ways),
                         [](const auto& way) { return "Way" + std::to_string(way.index); });

TEST_F(ScriptStop, TheSignalOfTheInterruptionIsPutBack) {
  struct sigaction ours {};
  ours.sa_handler = [](int) {};
  sigaction(SIGURG, &ours, nullptr);
  Stage stage;
  stage.must_load("a.py", "import time\ndef UnLoad(): time.sleep(600)\n");
  EXPECT_TRUE(stop(stage));
  EXPECT_TRUE(stage.log.has("interrupted by the hub"));
  struct sigaction now {};
  sigaction(SIGURG, nullptr, &now);
  EXPECT_EQ(now.sa_handler, ours.sa_handler);
}

TEST_F(ScriptStop, ExceptionsOfThreadsAreLogged) {
  Stage stage;
  stage.must_load("a.py", "import sys, threading, vh\n"
                          "def fails(): raise ValueError('in a thread')\n"
                          "def exits(): sys.exit(3)\n"
                          "class Bad:\n  def __del__(self): raise OSError('while deleted')\n"
                          "def OnTimer():\n"
                          "  for work in fails, exits:\n"
                          "    thread = threading.Thread(target=work, name=work.__name__)\n"
                          "    thread.start()\n"
                          "    thread.join()\n"
                          "  Bad()\n"
                          "  vh.mc('alive')\n");
  stage.tick();
  EXPECT_EQ(stage.hub.said, Said{"alive"});
  EXPECT_TRUE(stage.log.has("error: script a.py (id 1): exception in thread fails\n  | Traceback")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("ValueError: in a thread"));
  EXPECT_TRUE(stage.log.has("OSError: while deleted")) << stage.log.text();
  EXPECT_FALSE(stage.log.has("exits"));
}

TEST_F(ScriptStop, AThreadThatLearnsOfTheEndIsNoFault) {
  Stage stage;
  const ScriptId a = stage.must_load("a.py", "import threading, vh\n"
                                     "gone = threading.Event()\n"
                                     "def late():\n"
                                     "  gone.wait(60)\n"
                                     "  vh.mc('too late')\n"
                                     "threading.Thread(target=late, name='late').start()\n"
                                     "def UnLoad():\n"
                                     "  gone.set()\n"
                                     "  for thread in threading.enumerate():\n"
                                     "    if thread.name == 'late': thread.join(60)\n");
  EXPECT_TRUE(stage.unload(a));
  EXPECT_TRUE(stage.log.has("info: script a.py (id 1): thread late ends: vh.Abandoned: ")) << stage.log.text();
  EXPECT_FALSE(stage.log.has("Traceback")) << stage.log.text();
  EXPECT_EQ(stage.hub.said, Said{});
}

TEST_F(ScriptStop, PrintIsSeenByTheLine) {
  Stage stage;
  ::testing::internal::CaptureStdout();
  stage.must_load("a.py", "print('no flush', chr(0xdce9))\n");
  EXPECT_EQ(::testing::internal::GetCapturedStdout(), "no flush \\udce9\n");
}

// --- the start --------------------------------------------------------------------------------------------------------

class PythonStart : public ::testing::Test {
 protected:
  std::string refusal(const std::string& executable) {
    const Outcome started = host.start({executable});
    EXPECT_FALSE(started) << executable;
    return started ? "" : started.error().detail;
  }
  // An executable that answers like a python of that version.
  std::string pretend(const std::string& answer) {
    const std::string path = ::testing::TempDir() + "vhpy_pretend_" + std::to_string(getpid());
    std::ofstream(path) << "#!/bin/sh\nprintf '" << answer << "'\n";
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }

  LogText log;
  RememberingHub hub;
  queue::Lane lane;
  Runtime runtime{hub, lane};
  PythonHost host{runtime};
};

TEST_F(PythonStart, RefusesWhatIsNotThePythonItWasBuiltFor) {
  lane.bind_consumer();
  EXPECT_EQ(refusal("/no/such/python"), "/no/such/python cannot be used as Python: No such file or directory");
  EXPECT_EQ(refusal("/bin/false"), "/bin/false cannot be used as Python: it did not say what version it is");
  EXPECT_EQ(refusal("/tmp"), "/tmp cannot be used as Python: Permission denied");
  const std::string old = pretend("3.6.15\\ncpython-36\\nm\\n/usr/bin/python3.6");
  EXPECT_TRUE(refusal(old).starts_with(old + " is Python 3.6.15 (cpython-36m), but this program is linked with 3."));
  std::filesystem::remove(old);
  host.load("/x.py", [](const auto& result) { EXPECT_FALSE(result); });
  EXPECT_TRUE(host.fire(HookId::kOnTimer, {1.0}).allow);
  EXPECT_TRUE(host.stop(kStopBudget)) << "was never started";
}

TEST_F(PythonStart, FindsThePackagesOfAVirtualEnvironment) {
  const std::string venv = ::testing::TempDir() + "vhpy_venv_" + std::to_string(getpid());
  const std::string make = std::string(VHPY_TEST_EXECUTABLE) + " -m venv --without-pip " + venv;
  ASSERT_EQ(std::system(make.c_str()), 0);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(venv + "/lib")) {
    if (entry.path().filename() == "site-packages") std::ofstream(entry.path() / "only_here.py") << "FOUND = 'yes'\n";
  }
  {
    Stage stage("utf-8", {venv + "/bin/python"});
    stage.must_load("a.py", "import only_here, sys, vh\nvh.mc(only_here.FOUND)\nvh.mc(sys.prefix)\nvh.mc(sys.executable)\n");
    EXPECT_EQ(stage.hub.said, (Said{"yes", venv, venv + "/bin/python"}));
  }
  std::filesystem::remove_all(venv);
}

TEST_F(PythonStart, IgnoresTheEnvironmentItWasStartedIn) {
  setenv("PYTHONHOME", "/nowhere", 1);
  setenv("PYTHONPATH", "/nowhere", 1);
  setenv("LC_ALL", "C", 1);
  struct sigaction ours {};
  ours.sa_handler = SIG_DFL;
  sigaction(SIGINT, &ours, nullptr);
  Stage stage;
  stage.must_load("a.py", "import locale, signal, sys, vh\n"
                          "vh.mc(str('/nowhere' in sys.path))\n"
                          "vh.mc(locale.getpreferredencoding(False).lower())\n"
                          "vh.mc(str(signal.getsignal(signal.SIGINT) is signal.default_int_handler))\n");
  EXPECT_EQ(stage.hub.said, (Said{"False", "utf-8", "False"}));
  struct sigaction now {};
  sigaction(SIGINT, nullptr, &now);
  EXPECT_EQ(now.sa_handler, SIG_DFL);
}

TEST_F(PythonStart, OnlyOnceAtATime) {
  Stage stage;
  lane.bind_consumer();
  EXPECT_EQ(refusal(""), "Python is already running in this process");
  EXPECT_EQ(stage.host.start({}).error().detail, "Python is already running in this process");
}

}  // namespace
}  // namespace vhpy::py::testing
