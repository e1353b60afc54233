// Shows that a thread which only computes leaves all interpreters their turn, whichever it and they belong to: also before Python
// 3.12, where they share one GIL and Python itself sees to one interpreter alone. Such a thread ends by itself after 40 s, so that
// without that the tests fail instead of hanging. Each case is run in a process of its own.
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <string>
#include <vector>

#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;
constexpr int kRounds = 20;

// Computes until it is unloaded, and says then whether it did.
const std::string kComputes =
    "import threading, time, vh\n"
    "ended = False\n"
    "outcome = None\n"
    "def compute():\n"
    "  global outcome\n"
    "  tired = time.monotonic() + 40\n"
    "  while not ended and time.monotonic() < tired: pass\n"
    "  outcome = 'computed to the end' if ended else 'tired'\n"
    "thread = threading.Thread(target=compute)\n"
    "thread.start()\n"
    "def UnLoad():\n"
    "  global ended\n"
    "  ended = True\n"
    "  thread.join()\n"
    "  vh.mc(outcome)\n";
const std::string kTicks = "import vh\ndef OnTimer(): vh.mc(vh.name)\n";
// Calls from a thread of its own.
const std::string kCalls =
    "import threading, vh\n"
    "def call():\n"
    "  for _ in range(5): vh.GetUsersCount()\n"
    "  vh.mc(vh.name)\n"
    "thread = threading.Thread(target=call)\n"
    "thread.start()\n"
    "def UnLoad(): thread.join()\n";

class Turns : public ::testing::TestWithParam<ScriptMode> {
 protected:
  static ScriptMode other() { return GetParam() == ScriptMode::kShared ? ScriptMode::kIsolated : ScriptMode::kShared; }
  Stage stage;
};

TEST_P(Turns, HooksOfOthersAreCalledMeanwhile) {
  const ScriptId computes = stage.must_load("computes.py", GetParam(), kComputes);
  stage.must_load("a.py", ScriptMode::kIsolated, kTicks);
  stage.must_load("b.py", other(), kTicks);
  for (int i = 0; i < kRounds; ++i) stage.tick();
  EXPECT_TRUE(stage.unload(computes));
  ASSERT_EQ(stage.hub.said.size(), 2u * kRounds + 1);
  EXPECT_EQ(stage.hub.said.back(), "computed to the end");
}

TEST_P(Turns, ThreadsOfOthersRunMeanwhile) {
  const ScriptId computes = stage.must_load("computes.py", GetParam(), kComputes);
  stage.must_load("a.py", ScriptMode::kIsolated, kCalls);
  stage.must_load("b.py", ScriptMode::kShared, kCalls);
  EXPECT_TRUE(stage.run_until([&] { return stage.was_said("a.py") && stage.was_said("b.py"); }));
  EXPECT_TRUE(stage.unload(computes));
  EXPECT_EQ(stage.hub.said.back(), "computed to the end");
}

TEST_P(Turns, SeveralThatComputeDoNotKeepEachOtherOut) {
  const ScriptId first = stage.must_load("first.py", GetParam(), kComputes);
  const ScriptId second = stage.must_load("second.py", other(), kComputes);
  stage.must_load("a.py", ScriptMode::kIsolated, kTicks);
  stage.must_load("b.py", ScriptMode::kShared, kTicks);
  for (int i = 0; i < kRounds; ++i) stage.tick();
  EXPECT_TRUE(stage.unload(second));
  EXPECT_TRUE(stage.unload(first));
  ASSERT_EQ(stage.hub.said.size(), 2u * kRounds + 2);
  EXPECT_EQ(Said(stage.hub.said.end() - 2, stage.hub.said.end()), Said(2, "computed to the end"));
}

INSTANTIATE_TEST_SUITE_P(Interpreters, Turns, ::testing::Values(ScriptMode::kShared, ScriptMode::kIsolated),
                         [](const auto& mode) { return mode.param == ScriptMode::kShared ? "SharedComputes" : "IsolatedComputes"; });

// In a child, which leaves the thread where it is: 0 if the hooks of others were called while it computed, and the hub came to its end.
[[noreturn]] void compute_and_leave() {
  Stage stage;
  const ScriptId left = stage.must_load("left.py", ScriptMode::kIsolated,
                                        "import threading, time\n"
                                        "def compute():\n"
                                        "  tired = time.monotonic() + 30\n"
                                        "  while time.monotonic() < tired: pass\n"
                                        "  open(__file__ + '.tired', 'w').close()\n"
                                        "threading.Thread(target=compute, daemon=True).start()\n");
  bool right = stage.unload(left) && stage.run_until([&] { return !stage.host.left_standing().empty(); });
  stage.must_load("a.py", ScriptMode::kIsolated, kTicks);
  stage.must_load("b.py", ScriptMode::kShared, kTicks);
  for (int i = 0; i < kRounds; ++i) stage.tick();
  right = right && stage.hub.said.size() == 2u * kRounds && stage.host.left_standing().size() == 1;
  stage.lane.abort();
  right = !stage.host.stop(kStopBudget) && right && !std::filesystem::exists(stage.dir + "/left.py.tired");
  if (!right) fprintf(stderr, "%s\n", stage.log.text().c_str());
  std::filesystem::remove_all(stage.dir);
  _exit(right ? 0 : 1);
}

TEST(TurnsStanding, HooksGoOnAndTheHubEndsWhileAThreadThatNobodyEndsComputes) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(compute_and_leave(), ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace vhpy::py::testing
