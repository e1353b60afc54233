// Scripts that listen to events: what their hooks answer is in the events, and unloading them or stopping the hub ends whatever
// waits, with everything else under way; of shared scripts and of isolated ones.
#include <string>
#include <vector>

#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;

class ScriptEvents : public ::testing::TestWithParam<ScriptMode> {};
INSTANTIATE_TEST_SUITE_P(Scripts, ScriptEvents, ::testing::Values(ScriptMode::kShared, ScriptMode::kIsolated),
                         [](const auto& mode) { return std::string(to_string(mode.param)); });

// Threads and tasks that wait in every way there is; each says how it ended. UnLoad says all of it.
constexpr const char* kEverything = R"(
import asyncio, threading, vh

ended, started = [], threading.Semaphore(0)

def iterates():
    stream = vh.events('OnUserLogin')
    started.release()
    for event in stream:
        ended.append(event.nick)
    ended.append('iterated')

def gets():
    stream = vh.events('OnUserLogout')
    started.release()
    try:
        stream.get()
    except vh.Closed:
        ended.append('got Closed')

def refused(call):
    started.release()
    try:
        call()
    except (vh.Closed, vh.Abandoned):
        ended.append('refused')

def batches():
    with vh.batch() as batch:
        batch.mc('never')

async def listens():
    async with vh.events('OnUserLogin') as stream:
        started.release()
        async for event in stream:
            ended.append(event.nick)
    ended.append('listened')

async def awaits():
    started.release()
    try:
        await vh.aio.mc('never')
    except (vh.Closed, vh.Abandoned):
        ended.append('refused')

async def main():
    await asyncio.gather(listens(), listens(), awaits(), awaits())

for target, arguments in ((iterates, ()), (gets, ()), (refused, (lambda: vh.mc('never'),)), (refused, (batches,)),
                          (refused, (lambda: vh.on_main(vh.mc, 'never').result(),)), (lambda: asyncio.run(main()), ())):
    threading.Thread(target=target, args=arguments).start()
for _ in range(9):
    started.acquire()
vh.post.mc('loaded')

def UnLoad():
    for thread in threading.enumerate():
        if thread is not threading.current_thread():
            thread.join(20)
    vh.mc(', '.join(sorted(ended)))
)";
constexpr const char* kAllEnded = "got Closed, iterated, listened, listened, refused, refused, refused, refused, refused";

TEST_P(ScriptEvents, TheHubStopsWithEverythingInFlight) {
  Stage stage;
  stage.must_load("all.py", GetParam(), kEverything);
  stage.lane.abort();
  EXPECT_TRUE(stage.host.stop(kPatience)) << stage.log.text();
  EXPECT_EQ(stage.hub.said, (Said{"loaded", kAllEnded}));
  EXPECT_EQ(stage.runtime.events.counts().streams, 0u);
  EXPECT_FALSE(stage.host.wants(HookId::kOnUserLogin));
}

TEST_P(ScriptEvents, AScriptIsUnloadedWithEverythingInFlight) {
  Stage stage;
  const ScriptId id = stage.must_load("all.py", GetParam(), kEverything);
  EXPECT_TRUE(stage.unload(id)) << stage.log.text();
  EXPECT_EQ(stage.hub.said, (Said{"loaded", kAllEnded}));
  EXPECT_FALSE(stage.host.wants(HookId::kOnUserLogin));
}

TEST_P(ScriptEvents, AScriptIsUnloadedInsideItsOwnHook) {
  Stage stage;
  const ScriptId id = stage.must_load("self.py", GetParam(), R"(
import threading, vh
ended = []
def listen():
    for event in stream: pass
    ended.append('ended')
stream = vh.events('OnParsedMsgChat')
thread = threading.Thread(target=listen)
thread.start()
def OnParsedMsgChat(nick, msg):
    vh.mc('unload')
    return msg + '!'
def UnLoad():
    thread.join(20)
    vh.mc(*ended)
)");
  int told = 0;
  stage.hub.on_said = [&](const std::string& text) {
    if (text != "unload") return;
    stage.host.unload(id, [&](const Result<ScriptInfo>& result) { told += result.ok() ? 1 : 100; });
  };
  EXPECT_EQ(stage.chat("hi").text, "hi!");
  EXPECT_EQ(told, 0) << "not inside the hook";
  stage.host.end_of_turn();
  EXPECT_EQ(told, 1);
  EXPECT_EQ(stage.hub.said, (Said{"unload", "ended"}));
  EXPECT_FALSE(stage.host.wants(HookId::kOnParsedMsgChat));
}

TEST_P(ScriptEvents, AnEventSaysWhatTheHooksHaveAnswered) {
  Stage stage;
  stage.must_load("hooks.py", R"(
def OnParsedMsgChat(nick, msg):
    return 0 if msg == 'spam' else msg.upper()
)");
  const ScriptId id = stage.must_load("listener.py", GetParam(), R"(
import vh
stream = vh.events('OnParsedMsgChat', 'OnUserLogin')
def UnLoad():
    for event in stream: vh.mc('not here: it is dropped')
def OnTimer(now):
    while stream.waiting:
        event = stream.get()
        vh.mc(f'{event.hook} {event.args} {event.allowed}')
)");
  stage.chat("hello", "ann");
  stage.chat("spam", "bob");
  stage.host.fire(HookId::kOnUserLogin, {"cid"});
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"OnParsedMsgChat ('ann', 'HELLO') True", "OnParsedMsgChat ('bob', 'spam') False",
                                  "OnUserLogin ('cid',) True"}));
  stage.chat("after", "ann");
  EXPECT_TRUE(stage.unload(id));
  EXPECT_EQ(stage.hub.said.size(), 3u);
}

}  // namespace
}  // namespace vhpy::py::testing
