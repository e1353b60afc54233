// Builds with VHPY_CHECK_GIL abort when the hub thread takes the GIL to serve a command; hooks that the command fires may.
#include "pymodule/gil_watch.h"

#include "pymodule/python.h"
#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

TEST(GilWatchDeathTest, AttachingInsideAnOperationAborts) {
  Stage stage;
  PyThreadState* state = nullptr;
  {
    const ServingCommand outside_of_it;  // what is allowed elsewhere is not below
    const RunningScripts loads;
    stage.must_load("one.py", "");
  }
  stage.runtime.python->with_gil(0, [&] { state = PyThreadState_Get(); });
  EXPECT_DEATH(
      {
        const ServingCommand serving;
        const GilHeld held(state);
      },
      "attaches a Python thread state while it serves a command");
  const GilHeld held(state);  // elsewhere it may
}

TEST(GilWatchTest, AHookThatAnOperationFiresMay) {
  Stage stage;
  stage.hub.on_said = [&](const std::string& text) {
    if (text == "fire") stage.chat("inner");
  };
  stage.must_load("one.py", R"(
import threading, vh
def OnParsedMsgChat(nick, msg): vh.mc(f'heard {msg}')
thread = threading.Thread(target=vh.mc, args=('fire',))
thread.start()
)");
  EXPECT_TRUE(stage.run_until([&] { return stage.was_said("heard inner"); }));
}

}  // namespace
}  // namespace vhpy::py::testing
