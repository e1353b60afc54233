// Shows when the hub thread keeps the GIL between two hooks, and that whatever comes then finds it as it expects. No threads of
// scripts, so that nobody but the hub thread can hold it.
#include <gtest/gtest.h>
#include <poll.h>

#include <string>
#include <vector>

#include "pymodule/interpreters/script_interpreter.h"
#include "pymodule/python.h"
#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

bool gil_is_held() {
#if PY_VERSION_HEX >= 0x030D0000
  return PyThreadState_GetUnchecked() != nullptr;
#else
  return _PyThreadState_UncheckedGet() != nullptr;
#endif
}

constexpr const char* kChat = "import vh\ndef OnParsedMsgChat(nick, msg): vh.mc(msg)\n";

TEST(ScriptGil, IsGivenBackAfterEachHookOfAHostThatSaysNothing) {
  Stage stage;
  stage.must_load("a.py", kChat);
  stage.chat("one");
  EXPECT_FALSE(gil_is_held());
}

TEST(ScriptGil, StaysBetweenTheHooksThatTheHostExpects) {
  Stage stage;
  stage.must_load("a.py", kChat);
  stage.host.expect_hooks();
  EXPECT_FALSE(gil_is_held()) << "before any hook it is not needed";
  for (const char* text : {"one", "two"}) {
    stage.chat(text);
    EXPECT_TRUE(gil_is_held());
  }
  stage.host.expect_no_hooks();
  EXPECT_FALSE(gil_is_held());
  stage.chat("three");
  EXPECT_FALSE(gil_is_held());
  EXPECT_EQ(stage.hub.said, (std::vector<std::string>{"one", "two", "three"}));
}

TEST(ScriptGil, IsGivenBackWhenNoHookHasUsedItForAWhile) {
  Stage stage;
  stage.must_load("a.py", kChat);
  stage.host.expect_hooks();
  stage.chat("one");
  ::poll(nullptr, 0, 2 * static_cast<int>(kUnused.count()));
  stage.host.between_events();
  EXPECT_FALSE(gil_is_held());
  stage.chat("two");
  EXPECT_TRUE(gil_is_held()) << "hooks are still expected";
  stage.host.expect_no_hooks();
}

TEST(ScriptGil, AHookInsideAHookLeavesItToTheOuterOne) {
  Stage stage;
  stage.must_load("a.py", "import vh\ndef OnParsedMsgChat(nick, msg):\n  vh.mc('fire:again' if msg == 'one' else msg)\n");
  stage.hub.on_said = [&](const std::string& text) {
    if (text.starts_with("fire:")) stage.chat(text.substr(5));
    EXPECT_TRUE(gil_is_held());
  };
  stage.host.expect_hooks();
  stage.chat("one");
  EXPECT_TRUE(gil_is_held());
  stage.host.expect_no_hooks();
  EXPECT_FALSE(gil_is_held());
}

TEST(ScriptGil, ThatOfAnIsolatedScriptIsAlwaysGivenBack) {
  Stage stage;
  stage.must_load("shared.py", kChat);
  stage.host.expect_hooks();
  stage.chat("one");
  stage.must_load("alone.py", ScriptMode::kIsolated, kChat);
  EXPECT_FALSE(gil_is_held()) << "who loads a script gives it back";
  stage.chat("two");
  EXPECT_FALSE(gil_is_held()) << "the isolated script was called last";
  stage.host.expect_no_hooks();
  EXPECT_EQ(stage.hub.said, (std::vector<std::string>{"one", "two", "two"}));
}

TEST(ScriptGil, ScriptsComeAndGoWhileItIsKept) {
  Stage stage;
  const ScriptId id = stage.must_load("a.py", kChat);
  stage.host.expect_hooks();
  stage.chat("one");
  EXPECT_TRUE(stage.reload(id));
  stage.chat("two");
  EXPECT_TRUE(gil_is_held());
  stage.must_load("b.py", kChat);
  stage.chat("three");
  EXPECT_TRUE(gil_is_held());
  EXPECT_TRUE(stage.host.stop(kStopBudget)) << "a host that stops in the middle of a turn";
  EXPECT_EQ(stage.hub.said, (std::vector<std::string>{"one", "two", "three", "three"}));
}

}  // namespace
}  // namespace vhpy::py::testing
