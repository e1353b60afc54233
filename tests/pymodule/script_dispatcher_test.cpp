// Shows that functions that scripts register with the module `dispatcher` are called as hooks, come and go with what
// registered them, and never meet another script's. One interpreter per test.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;

TEST(ScriptDispatcher, RegisteredFunctionsAreHooks) {
  Stage stage;
  stage.must_load("shop.py", "import vh\n"
                             "from dispatcher import register_script, unregister_script\n"
                             "def on_chat(nick, msg): return msg + '!'\n"
                             "def on_timer(): vh.mc('tick')\n"
                             "def on_conn(ip): return 0\n"
                             "ID = register_script('shop', {'OnParsedMsgChat': on_chat, 'OnTimer': on_timer,\n"
                             "                              'OnNewConn': on_conn, 'OnFlood': on_conn})\n"
                             "vh.mc(str(isinstance(ID, int)))\n");
  EXPECT_EQ(stage.chat("hi").text, "hi!");
  EXPECT_FALSE(stage.host.fire(HookId::kOnNewConn, {"ip"}).allow);
  EXPECT_FALSE(stage.host.wants(HookId::kOnUserLogin));
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"True", "tick"}));
}

TEST(ScriptDispatcher, ScriptsDoNotMeetAndListOrderHolds) {
  Stage stage;
  const std::string source = "import vh, dispatcher\n"
                             "def on_chat(nick, msg):\n  vh.mc(f'{vh.name} {msg}')\n  return msg + vh.name[0]\n"
                             "dispatcher.register_script('same name', {'OnParsedMsgChat': on_chat})\n";
  const ScriptId a = stage.must_load("a.py", source);
  stage.must_load("b.py", source);
  EXPECT_EQ(stage.chat("x").text, "xab");
  EXPECT_TRUE(stage.unload(a));
  EXPECT_EQ(stage.chat("y").text, "yb");
  EXPECT_EQ(stage.hub.said, (Said{"a.py x", "b.py xa", "b.py y"}));
}

TEST(ScriptDispatcher, PriorityThenOrderAndTheTopLevelBetween) {
  Stage stage;
  stage.must_load("a.py", "import vh\nfrom dispatcher import register_script\n"
                          "def say(word):\n"
                          "  def hook(nick, msg):\n    vh.mc(word)\n    return msg + word[0]\n"
                          "  return hook\n"
                          "register_script('late', {'OnParsedMsgChat': say('late')}, priority=200)\n"
                          "register_script('early', {'OnParsedMsgChat': say('early')}, None, 1)\n"
                          "register_script('usual', {'OnParsedMsgChat': say('usual')})\n"
                          "OnParsedMsgChat = say('own')\n");
  EXPECT_EQ(stage.chat("").text, "eoul");
  EXPECT_EQ(stage.hub.said, (Said{"early", "own", "usual", "late"}));
}

TEST(ScriptDispatcher, AnswersAddUpAsThoseOfScriptsDo) {
  Stage stage;
  stage.must_load("a.py", "from dispatcher import register_script\n"
                          "def command(answer): return lambda *a: answer\n"
                          "def fails(*a): raise LookupError('in a registered function')\n"
                          "for answer in (('one', 1), ('two|', 0), None):\n"
                          "  register_script('x', {'OnHubCommand': command(answer), 'OnNewConn': command(answer and 1)})\n"
                          "register_script('y', {'OnNewConn': fails})\n"
                          "register_script('z', {'OnParsedMsgMyINFO': lambda *a: ('d', None, None, None, a[5] + '0')})\n"
                          "register_script('z', {'OnParsedMsgMyINFO': lambda *a: (None, 't', None, None, a[5] + '1')})\n"
                          "register_script('z', {'OnParsedMsgChat': lambda *a: 'text'})\n"
                          "register_script('z', {'OnParsedMsgChat': lambda *a: 0})\n");
  const HookResult command =
      stage.host.fire(HookId::kOnHubCommand, {"ann", "help", std::int64_t{0}, std::int64_t{0}, "+"});
  EXPECT_FALSE(command.allow);
  EXPECT_EQ(command.reply, "one|two|");
  EXPECT_TRUE(stage.host.fire(HookId::kOnNewConn, {"ip"}).allow) << "an exception allows";
  const HookResult info = stage.host.fire(HookId::kOnParsedMsgMyINFO, {"ann", "", "", "", "", "5"});
  ASSERT_TRUE(info.my_info);
  EXPECT_EQ(info.my_info->description, "d");
  EXPECT_EQ(info.my_info->tag, "t");
  EXPECT_EQ(info.my_info->size, "501");
  EXPECT_FALSE(stage.chat("hi").allow);
}

TEST(ScriptDispatcher, CleanupIsCalledOnceWhoeverUnregisters) {
  Stage stage;
  const std::string source = "import vh\nfrom dispatcher import register_script, unregister_script\n"
                             "ID = register_script('x', {}, cleanup=lambda: vh.mc('cleanup'))\n";
  const ScriptId plain = stage.must_load("plain.py", source);
  EXPECT_TRUE(stage.unload(plain));
  EXPECT_EQ(stage.hub.said, Said{"cleanup"});
  const ScriptId own = stage.must_load("own.py", source + "def UnLoad(): vh.mc(f'UnLoad {unregister_script(ID)} "
                                                           "{unregister_script(ID)} {unregister_script(0)}')\n");
  stage.hub.said.clear();
  EXPECT_TRUE(stage.unload(own));
  EXPECT_EQ(stage.hub.said, (Said{"cleanup", "UnLoad True False False"}));
}

TEST(ScriptDispatcher, ChangesAfterTheLoadCountFromTheNextTurnOn) {
  Stage stage;
  stage.must_load("a.py", "import vh, dispatcher, threading\n"
                          "ids = []\n"
                          "def add(): ids.append(dispatcher.register_script('x', {'OnNewConn': lambda ip: 0}))\n"
                          "def OnParsedMsgChat(nick, msg):\n"
                          "  if msg == 'add': add()\n"
                          "  elif msg == 'thread':\n"
                          "    thread = threading.Thread(target=add)\n    thread.start()\n    thread.join()\n"
                          "  else: dispatcher.unregister_script(ids.pop())\n");
  const auto blocked = [&] { return !stage.host.fire(HookId::kOnNewConn, {"ip"}).allow; };
  for (const char* how : {"add", "thread"}) {
    stage.host.end_of_turn();
    EXPECT_FALSE(stage.host.wants(HookId::kOnNewConn));
    stage.chat(how);
    stage.host.end_of_turn();
    EXPECT_TRUE(blocked()) << how;
    stage.chat("remove");
    EXPECT_FALSE(blocked()) << how;
    stage.host.end_of_turn();
    EXPECT_FALSE(stage.host.wants(HookId::kOnNewConn)) << how;
  }
}

TEST(ScriptDispatcher, HelperModulesRegisterForTheScriptThatBroughtThem) {
  Stage stage;
  stage.write("parts.py", "import dispatcher\n"
                          "def start(word): dispatcher.register_script('x', {'OnParsedMsgChat': lambda n, m: word})\n");
  stage.must_load("a.py", "import parts\nparts.start('from a')\n");
  EXPECT_EQ(stage.chat("hi").text, "from a");
  EXPECT_TRUE(stage.unload(1));
  EXPECT_FALSE(stage.chat("hi").text);
}

TEST(ScriptDispatcher, AnExceptionOfAnyKindIsLoggedAndAllows) {
  Stage stage;
  stage.must_load("a.py", "import sys, vh\nfrom dispatcher import register_script\n"
                          "register_script('first', {'OnParsedMsgChat': lambda n, m: 0})\n"
                          "register_script('second', {'OnParsedMsgChat': lambda n, m: sys.exit(3)})\n"
                          "register_script('third', {'OnParsedMsgChat': lambda n, m: vh.mc('still called') and 1})\n"
                          "register_script('odd', {'OnParsedMsgChat': lambda n, m: ('n', 7), 'OnNewConn': lambda ip: (5, 0)})\n"
                          "register_script('last', {}, cleanup=sys.exit)\n");
  EXPECT_FALSE(stage.chat("hi").allow);
  EXPECT_EQ(stage.hub.said, Said{"still called"});
  EXPECT_TRUE(stage.log.text().find("script second: exception in OnParsedMsgChat") != std::string::npos) << stage.log.text();
  const HookResult connection = stage.host.fire(HookId::kOnNewConn, {"ip"});
  EXPECT_TRUE(connection.allow) << "a tuple that means nothing";
  EXPECT_EQ(connection.reply, "");
  EXPECT_TRUE(stage.unload(1));
  EXPECT_TRUE(stage.log.text().find("script last: exception in its cleanup function") != std::string::npos);
}

TEST(ScriptDispatcher, FunctionsThatCouldNotBeCalledAreRefused) {
  Stage stage;
  const std::string where = stage.dir + "/a.py: TypeError: register_script('shop'): ";
  const std::string start = "from dispatcher import register_script\n";
  EXPECT_EQ(stage.why_not("a.py", start + "register_script('shop', {'OnUserLogin': lambda a, b, c: 0})\n"),
            where + "OnUserLogin is defined with (a, b, c), but is called as OnUserLogin(nick)");
  EXPECT_EQ(stage.why_not("a.py", start + "register_script('shop', {'OnTimer': lambda a, b: 0})\n"),
            where + "OnTimer is defined with (a, b), but is called as OnTimer(now)");
  EXPECT_EQ(stage.why_not("a.py", start + "async def hook(nick): pass\nregister_script('shop', {'OnUserLogin': hook})\n"),
            where + "OnUserLogin is an 'async def': hooks are called on the hub thread, which awaits nothing");
  stage.must_load("a.py", start + "register_script('shop', {'OnNothing': print})\n");
  EXPECT_TRUE(stage.log.text().find("there is no hook OnNothing") != std::string::npos);
}

TEST(ScriptDispatcher, HooksOfTheTopLevelAreStillChecked) {
  Stage stage;
  const std::string start = "from dispatcher import register_script\nregister_script('shop', {'OnTimer': print})\n";
  EXPECT_TRUE(stage.why_not("a.py", start + "async def OnTimer(): pass\n").find("is an 'async def'") != std::string::npos);
  EXPECT_TRUE(stage.why_not("a.py", start + "def OnTimer(a, b): pass\n").find("hook OnTimer is defined as") != std::string::npos);
  EXPECT_TRUE(stage.why_not("a.py", start + "async def UnLoad(): pass\n").find("hook UnLoad is an") != std::string::npos);
}

TEST(ScriptDispatcher, WhatIsNoFunctionIsRefused) {
  Stage stage;
  EXPECT_EQ(stage.why_not("a.py", "from dispatcher import register_script\nregister_script('shop', {'OnTimer': 3})\n"),
            stage.dir + "/a.py: TypeError: register_script('shop'): OnTimer is a int, not a function");
}

}  // namespace
}  // namespace vhpy::py::testing
