// Shows how hooks are called and what becomes of their answers: order, combination, substitution, errors, nesting. One
// interpreter per test; no threads.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <string>
#include <utility>
#include <vector>

#include "tests/pymodule/script_stage.h"

namespace vhpy::py::testing {
namespace {

using Said = std::vector<std::string>;

TEST(ScriptHooks, EachIsCalledWithWhatTheTableSays) {
  Stage stage;
  stage.must_load("all.py", "import vh\n"
                            "def OnTimer(now): vh.mc(f'OnTimer {now!r}')\n"
                            "def OnNewConn(ip): vh.mc(f'OnNewConn {ip}')\n"
                            "def OnCloseConn(ip): vh.mc(f'OnCloseConn {ip}')\n"
                            "def OnUserLogin(nick): vh.mc(f'OnUserLogin {nick}')\n"
                            "def OnUserLogout(nick): vh.mc(f'OnUserLogout {nick}')\n"
                            "def OnParsedMsgChat(nick, msg): vh.mc(f'OnParsedMsgChat {nick} {msg}')\n"
                            "def OnParsedMsgPM(nick, msg, to): vh.mc(f'OnParsedMsgPM {nick} {msg} {to}')\n"
                            "def OnHubCommand(nick, cmd, user_class, in_pm, prefix):\n"
                            "  vh.mc(f'OnHubCommand {nick} {cmd} {user_class!r} {in_pm!r} {prefix}')\n");
  EXPECT_TRUE(stage.host.fire(HookId::kOnTimer, {1700000000.25}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnNewConn, {"10.0.0.1"}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnCloseConn, {"10.0.0.1"}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnUserLogin, {"ann"}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnUserLogout, {"ann"}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnParsedMsgChat, {"ann", "hi"}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnParsedMsgPM, {"ann", "hi", "bob"}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnHubCommand, {"ann", "help me", std::int64_t{-1}, std::int64_t{1}, "+"}).allow);
  EXPECT_EQ(stage.hub.said,
            (Said{"OnTimer 1700000000.25", "OnNewConn 10.0.0.1", "OnCloseConn 10.0.0.1", "OnUserLogin ann",
                  "OnUserLogout ann", "OnParsedMsgChat ann hi", "OnParsedMsgPM ann hi bob",
                  "OnHubCommand ann help me -1 1 +"}));
}

TEST(ScriptHooks, WhatTakesLongerThanTheBudgetIsCountedAndNamedNowAndThen) {
  Stage stage;
  stage.runtime.hook_budget = std::chrono::hours(1);
  const ScriptId id = stage.must_load("slow.py", "import vh\n"
                                                 "def OnTimer(): pass\n"
                                                 "def OnNewConn(ip): vh.mc(str(vh.stats()['hooks_over_budget']))\n"
                                                 "def UnLoad(): pass\n");
  stage.tick();
  EXPECT_EQ(stage.runtime.over_budget, 0u);
  stage.runtime.hook_budget = std::chrono::milliseconds(0);
  for (int i = 0; i < 3; ++i) stage.tick();
  stage.host.fire(HookId::kOnNewConn, {"10.0.0.1"});
  EXPECT_EQ(stage.hub.said, Said{"3"});
  EXPECT_TRUE(stage.unload(id));
  EXPECT_EQ(stage.runtime.over_budget, 4u) << "an UnLoad has a time of its own";
  EXPECT_EQ(stage.log.count("warning: script slow.py (id 1): OnTimer kept the hub waiting for "), 1u) << stage.log.text();
  EXPECT_EQ(stage.log.count("warning: script slow.py (id 1): OnNewConn kept the hub waiting for "), 1u) << stage.log.text();
}

// A function that takes what the table says: "def OnNewConn(ip): ..." with `extra` before the closing bracket.
std::string definition(const Hook& hook, std::size_t arity, const std::string& extra = "") {
  std::string parameters;
  for (std::size_t i = 0; i < arity; ++i) parameters += (i == 0 ? "p" : ", p") + std::to_string(i);
  if (!extra.empty()) parameters += (parameters.empty() ? "" : ", ") + extra;
  std::string shown;
  for (std::size_t i = 0; i < arity; ++i) shown += " {p" + std::to_string(i) + "!r}";
  return fmt::format("import vh\ndef {}({}): vh.mc(f'{}{}')\n", hook.name, parameters, hook.name, shown);
}

TEST(ScriptHooks, EveryHookOfTheTableIsCalledWithItsArguments) {
  Stage stage;
  std::string source;
  for (const Hook& hook : kHooks) source += definition(hook, hook.arity);
  stage.must_load("all.py", source);
  for (const Hook& row : kHooks) {
    if (row.id == HookId::kUnLoad || row.id == HookId::kOnUnLoad) continue;  // the script host's own
    EXPECT_TRUE(stage.host.wants(row.id)) << row.name;
    const auto made = [&](std::size_t i) -> HookArg {
      if (i >= row.arity || row.params[i].type <= HookArgType::kPath) return "text";
      if (row.params[i].type == HookArgType::kInteger) return std::int64_t{-7};
      return 0.5;
    };
    std::string expected = row.name;
    for (std::size_t i = 0; i < row.arity; ++i) {
      const char* const shown[] = {" 'text'", " -7", " 0.5"};
      expected += shown[made(i).index()];
    }
    stage.hub.said.clear();
    switch (row.arity) {
      case 1: stage.host.fire(row.id, {made(0)}); break;
      case 2: stage.host.fire(row.id, {made(0), made(1)}); break;
      case 3: stage.host.fire(row.id, {made(0), made(1), made(2)}); break;
      case 4: stage.host.fire(row.id, {made(0), made(1), made(2), made(3)}); break;
      case 5: stage.host.fire(row.id, {made(0), made(1), made(2), made(3), made(4)}); break;
      default: stage.host.fire(row.id, {made(0), made(1), made(2), made(3), made(4), made(5)}); break;
    }
    EXPECT_EQ(stage.hub.said, Said{expected});
  }
}

TEST(ScriptHooks, EveryHookWithTooManyOrTooFewParametersIsALoadError) {
  Stage stage;
  for (const Hook& hook : kHooks) {
    const std::string begin = stage.dir + "/wrong.py: hook " + hook.name + " is defined as " + hook.name + "(";
    EXPECT_TRUE(stage.why_not("wrong.py", definition(hook, hook.arity + 1)).starts_with(begin)) << hook.name;
    if (hook.arity != 0 && hook.id != HookId::kOnTimer) {
      EXPECT_TRUE(stage.why_not("wrong.py", definition(hook, hook.arity - 1)).starts_with(begin)) << hook.name;
    }
    const ScriptId id = stage.must_load("right.py", definition(hook, hook.arity, "more=None, *others, **named"));
    EXPECT_TRUE(stage.unload(id));
  }
}

TEST(ScriptHooks, Defect11And20CallsLeakNothingAndLongArgumentsFit) {
  Stage stage;
  stage.must_load("a.py", "import gc, sys, vh\n"
                          "def OnParsedMsgChat(nick, msg): return (None, msg)\n"
                          "def OnHubCommand(nick, cmd, user_class, in_pm, prefix): return ('reply', 1)\n"
                          "def OnTimer():\n  gc.collect()\n  vh.mc(str(sys.getallocatedblocks()))\n");
  const std::string longest(1 << 20, 'x');
  EXPECT_EQ(stage.chat(longest, "ann").text, longest);
  const auto blocks_after = [&](int calls) {
    for (int i = 0; i < calls; ++i) {
      stage.chat("a line", "ann");
      stage.host.fire(HookId::kOnHubCommand, {"ann", "help", std::int64_t{0}, std::int64_t{0}, "+"});
    }
    stage.hub.said.clear();
    stage.tick();
    return std::stol(stage.hub.said.at(0));
  };
  const long before = blocks_after(100);
  EXPECT_LT(blocks_after(20'000) - before, 100);
}

TEST(ScriptHooks, Defect25PythonIsNotCalledFromASignalHandlerOfACrash) {
  struct sigaction before {}, after {};
  ASSERT_EQ(sigaction(SIGSEGV, nullptr, &before), 0);
  Stage stage;
  stage.must_load("a.py", "def OnUnLoad(code): pass\n");
  ASSERT_EQ(sigaction(SIGSEGV, nullptr, &after), 0);
  EXPECT_EQ(before.sa_handler, after.sa_handler);
}

TEST(ScriptHooks, AHookThatNobodyDefinesIsNotWanted) {
  Stage stage;
  const ScriptId a = stage.must_load("a.py", "def OnTimer(): pass\n");
  const ScriptId b = stage.must_load("b.py", "def OnTimer(): pass\ndef OnNewConn(ip): pass\ndef UnLoad(): pass\n");
  EXPECT_TRUE(stage.host.wants(HookId::kOnTimer));
  EXPECT_TRUE(stage.host.wants(HookId::kOnNewConn));
  EXPECT_FALSE(stage.host.wants(HookId::kOnUserLogin));
  EXPECT_FALSE(stage.host.wants(HookId::kUnLoad)) << "the script host itself calls UnLoad";
  EXPECT_TRUE(stage.unload(b));
  EXPECT_TRUE(stage.host.wants(HookId::kOnTimer));
  EXPECT_FALSE(stage.host.wants(HookId::kOnNewConn));
  EXPECT_TRUE(stage.unload(a));
  EXPECT_FALSE(stage.host.wants(HookId::kOnTimer));
}

TEST(ScriptHooks, Defect1NoneAllowsIntegersDecideAndNothingElseBlocks) {
  Stage stage;
  stage.must_load("a.py", "ANSWERS = iter([None, 1, True, -5, 10**30, 'text', 0.0, [], (None, 2, 3), 0, False, (None, 0), "
                          "('x', 1)])\n"
                          "def OnNewConn(ip): return next(ANSWERS)\n");
  const auto next = [&] { return stage.host.fire(HookId::kOnNewConn, {"ip"}); };
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(next().allow) << "answer " << i;
  EXPECT_FALSE(next().allow);
  EXPECT_FALSE(next().allow);
  EXPECT_FALSE(next().allow);
  const HookResult last = next();
  EXPECT_TRUE(last.allow);
  EXPECT_EQ(last.reply, "x|");
  EXPECT_EQ(stage.log.count("OnNewConn returned a"), 1u) << stage.log.text();
  EXPECT_TRUE(stage.log.has("a.py (id 1): OnNewConn returned a str, which means nothing and allows")) << stage.log.text();
}

TEST(ScriptHooks, AnyBlockWinsAndAllAreCalled) {
  Stage stage;
  stage.must_load("a.py", "import vh\ndef OnParsedMsgChat(nick, msg):\n  vh.mc('a')\n  return 0\n");
  stage.must_load("b.py", "import vh\ndef OnParsedMsgChat(nick, msg):\n  vh.mc('b')\n  return msg + '!'\n");
  stage.must_load("c.py", "import vh\ndef OnParsedMsgChat(nick, msg):\n  vh.mc('c ' + msg)\n  return 1\n");
  const HookResult result = stage.chat("hi");
  EXPECT_FALSE(result.allow);
  EXPECT_EQ(result.text, "hi!");
  EXPECT_EQ(stage.hub.said, (Said{"a", "b", "c hi!"}));
}

TEST(ScriptHooks, Defect17And18SubstitutionsChain) {
  Stage stage;
  stage.must_load("a.py", "def OnParsedMsgChat(nick, msg): return msg.upper()\n");
  stage.must_load("b.py", "def OnParsedMsgChat(nick, msg): return ('<' + nick + '>', None)\n");
  stage.must_load("c.py", "def OnParsedMsgChat(nick, msg): return (None, nick + ' says ' + msg)\n");
  stage.must_load("d.py", "def OnParsedMsgChat(nick, msg): return None\n");
  const HookResult result = stage.chat("hi", "ann");
  EXPECT_TRUE(result.allow);
  EXPECT_EQ(result.nick, "<ann>");
  EXPECT_EQ(result.text, "<ann> says HI");
  EXPECT_EQ(result.reply, "");
}

constexpr const char* kMyInfo = "def OnParsedMsgMyINFO(nick, desc, tag, speed, mail, size): ";

HookResult my_info(Stage& stage) {
  return stage.host.fire(HookId::kOnParsedMsgMyINFO, {"ann", "desc", "<tag>", "100\x01", "a@b", "5"});
}

TEST(ScriptHooks, Defect17And18MyInfoSubstitutionsChain) {
  Stage stage;
  stage.must_load("a.py", std::string(kMyInfo) + "return (desc + '!', None, None, None, '7')\n");
  stage.must_load("b.py", std::string(kMyInfo) + "return (None, None, speed, '', size + '0')\n");
  stage.must_load("c.py", std::string("import vh\n") + kMyInfo + "vh.mc(f'{nick} {desc} {tag} {mail} {size}')\n");
  const HookResult result = my_info(stage);
  EXPECT_TRUE(result.allow);
  ASSERT_TRUE(result.my_info);
  EXPECT_EQ(result.my_info->description, "desc!");
  EXPECT_FALSE(result.my_info->tag);
  EXPECT_EQ(result.my_info->speed, "100\x01");
  EXPECT_EQ(result.my_info->mail, "");
  EXPECT_EQ(result.my_info->size, "70");
  EXPECT_EQ(stage.hub.said, Said{"ann desc! <tag>  70"});
}

TEST(ScriptHooks, AMyInfoTupleOfAnotherShapeIsNotHalfTaken) {
  for (const char* answer : {"('a', 'b')", "('a', None, None, None, 5)", "('a', None, None, None)", "['a'] * 5"}) {
    Stage stage;
    stage.must_load("a.py", std::string(kMyInfo) + "return " + answer + "\n");
    const HookResult result = my_info(stage);
    EXPECT_TRUE(result.allow) << answer;
    EXPECT_FALSE(result.my_info) << answer;
    EXPECT_TRUE(stage.log.has("expected None, an int or a tuple (desc, tag, speed, mail, size)")) << stage.log.text();
  }
}

TEST(ScriptHooks, ABlockWinsOverAMyInfoSubstitution) {
  Stage stage;
  stage.must_load("a.py", std::string(kMyInfo) + "return 0\n");
  stage.must_load("b.py", std::string(kMyInfo) + "return ('x', None, None, None, None)\n");
  EXPECT_FALSE(my_info(stage).allow);
}

TEST(ScriptHooks, NothingSubstitutedIsNothingSet) {
  Stage stage;
  stage.must_load("a.py", "def OnParsedMsgChat(nick, msg): return (None, None)\n");
  const HookResult result = stage.chat("hi");
  EXPECT_TRUE(result.allow);
  EXPECT_FALSE(result.nick);
  EXPECT_FALSE(result.text);
}

TEST(ScriptHooks, ATupleThatIsNoSubstitutionIsNotHalfTaken) {
  Stage stage;
  stage.must_load("a.py", "def OnParsedMsgChat(nick, msg): return ('other', 0)\n");
  const HookResult result = stage.chat("hi");
  EXPECT_TRUE(result.allow);
  EXPECT_FALSE(result.nick);
  EXPECT_TRUE(stage.log.has("returned a tuple, which means nothing")) << stage.log.text();
}

TEST(ScriptHooks, Defect2TuplesReplyAndRepliesAddUpInOrder) {
  Stage stage;
  stage.must_load("a.py", "def OnHubCommand(nick, cmd, user_class, in_pm, prefix): return ('<Bot> one', 1)\n");
  stage.must_load("b.py", "def OnHubCommand(nick, cmd, user_class, in_pm, prefix): return ('<Bot> two|', 0)\n");
  stage.must_load("c.py", "def OnHubCommand(nick, cmd, user_class, in_pm, prefix): return ('', True)\n");
  const HookResult result =
      stage.host.fire(HookId::kOnHubCommand, {"ann", "help", std::int64_t{0}, std::int64_t{0}, "!"});
  EXPECT_FALSE(result.allow);
  EXPECT_EQ(result.reply, "<Bot> one|<Bot> two|");
}

TEST(ScriptHooks, BytesThatAreNoTextSurvive) {
  Stage stage("cp1252");
  stage.must_load("a.py", "import vh\ndef OnParsedMsgChat(nick, msg):\n  vh.mc(msg)\n  return (nick, msg)\n");
  std::string every;
  for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
  const HookResult result = stage.chat(every, every);
  EXPECT_EQ(result.nick, every);
  EXPECT_EQ(result.text, every);
  EXPECT_EQ(stage.hub.said, Said{every});
}

TEST(ScriptHooks, AnExceptionIsLoggedInFullAndAllows) {
  Stage stage;
  stage.must_load("shop.py", "def price(name): return {}[name]\n"
                             "def OnParsedMsgChat(nick, msg):\n  return price(msg)\n");
  stage.must_load("next.py", "def OnParsedMsgChat(nick, msg): return msg + '!'\n");
  const HookResult result = stage.chat("tea");
  EXPECT_TRUE(result.allow);
  EXPECT_EQ(result.text, "tea!");
  EXPECT_TRUE(stage.log.has("error: script shop.py (id 1): exception in OnParsedMsgChat\n"
                            "  | Traceback (most recent call last):\n"
                            "  |   File \"" + stage.dir + "/shop.py\", line 3, in OnParsedMsgChat\n"
                            "  |     return price(msg)\n")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("KeyError: 'tea'")) << stage.log.text();
}

TEST(ScriptHooks, Defect27NoHookCanEndTheHub) {
  Stage stage;
  stage.must_load("a.py", "import sys\n"
                          "def OnTimer(): sys.exit('enough')\n"
                          "def OnNewConn(ip): raise KeyboardInterrupt\n"
                          "def OnUserLogin(nick): raise GeneratorExit\n"
                          "def OnParsedMsgChat(nick, msg): return OnParsedMsgChat(nick, msg)\n");
  stage.tick();
  EXPECT_TRUE(stage.host.fire(HookId::kOnNewConn, {"ip"}).allow);
  EXPECT_TRUE(stage.host.fire(HookId::kOnUserLogin, {"nick"}).allow);
  EXPECT_TRUE(stage.chat("hi").allow);
  EXPECT_TRUE(stage.log.has("called sys.exit(enough) in OnTimer")) << stage.log.text();
  EXPECT_TRUE(stage.log.has("KeyboardInterrupt"));
  EXPECT_TRUE(stage.log.has("RecursionError"));
}

TEST(ScriptHooks, AWrongSignatureIsALoadError) {
  Stage stage;
  EXPECT_EQ(stage.why_not("chat.py", "def OnParsedMsgChat(nick): pass\n"),
            stage.dir + "/chat.py: hook OnParsedMsgChat is defined as OnParsedMsgChat(nick), but is called as "
                        "OnParsedMsgChat(nick, msg)");
  EXPECT_EQ(stage.why_not("timer.py", "def OnTimer(a, b): pass\n"),
            stage.dir + "/timer.py: hook OnTimer is defined as OnTimer(a, b), but is called as OnTimer(now)");
  EXPECT_EQ(stage.why_not("unload.py", "def UnLoad(code): pass\n"),
            stage.dir + "/unload.py: hook UnLoad is defined as UnLoad(code), but is called as UnLoad()");
  EXPECT_NE(stage.why_not("async.py", "async def OnTimer(now): pass\n").find("async def"), std::string::npos);
  EXPECT_EQ(stage.why_not("keyword.py", "def OnNewConn(*, ip): pass\n"),
            stage.dir + "/keyword.py: hook OnNewConn is defined as OnNewConn(*, ip), but is called as OnNewConn(ip)");
  EXPECT_TRUE(stage.host.list().empty());
  EXPECT_EQ(stage.hub.forgotten.size(), 5u);
}

TEST(ScriptHooks, AnyCallableThatTakesTheArgumentsWill) {
  Stage stage;
  stage.must_load("a.py", "import functools, vh\n"
                          "class Hooks:\n"
                          "  def chat(self, nick, msg): vh.mc('method ' + msg)\n"
                          "  def __call__(self, ip, more=1): vh.mc('object ' + ip)\n"
                          "OnParsedMsgChat = Hooks().chat\n"
                          "OnNewConn = Hooks()\n"
                          "OnUserLogin = functools.partial(lambda greeting, nick: vh.mc(greeting + nick), 'partial ')\n"
                          "def OnUserLogout(*anything): vh.mc('star ' + anything[0])\n"
                          "OnTimer = lambda: vh.mc('no parameter')\n"
                          "OnCloseConn = 'not a function'\n");
  stage.chat("hi");
  stage.host.fire(HookId::kOnNewConn, {"ip"});
  stage.host.fire(HookId::kOnUserLogin, {"ann"});
  stage.host.fire(HookId::kOnUserLogout, {"ann"});
  stage.tick();
  EXPECT_EQ(stage.hub.said, (Said{"method hi", "object ip", "partial ann", "star ann", "no parameter"}));
  EXPECT_FALSE(stage.host.wants(HookId::kOnCloseConn));
  EXPECT_TRUE(stage.log.has("OnCloseConn is named like a hook but cannot be called"));
}

TEST(ScriptHooks, HooksInsideHooksAreBounded) {
  Stage stage;
  stage.must_load("echo.py", "import vh\ndef OnParsedMsgChat(nick, msg):\n  vh.mc(msg + '.')\n  return msg + '!'\n");
  std::vector<HookResult> inner;
  stage.hub.on_said = [&](const std::string& text) { inner.push_back(stage.chat(text)); };
  const HookResult outer = stage.chat("x");
  EXPECT_EQ(outer.text, "x!");
  ASSERT_EQ(inner.size(), 16u);
  EXPECT_FALSE(inner.front().text) << "the seventeenth is not called";
  EXPECT_TRUE(inner.front().allow);
  EXPECT_EQ(inner.back().text, "x.!");
  EXPECT_EQ(stage.log.count("16 hooks run inside one another already"), 1u);
  stage.hub.on_said = nullptr;
  EXPECT_EQ(stage.chat("y").text, "y!");
}

TEST(ScriptHooks, TheHubThreadIsSaidToBeInTheHook) {
  Stage stage;
  stage.must_load("slow.py", "import vh\ndef OnTimer(): vh.mc('look')\ndef UnLoad(): vh.mc('look')\nvh.mc('look')\n");
  EXPECT_EQ(stage.lane.activity().describe(queue::Clock::now()), "idle");
  std::vector<std::string> seen;
  stage.hub.on_said = [&](const std::string&) { seen.push_back(stage.lane.activity().describe(queue::Clock::now())); };
  stage.tick();
  EXPECT_TRUE(stage.unload(1));
  EXPECT_FALSE(stage.load("broken.py", "import vh\nvh.mc('look')\n1/0\n"));
  ASSERT_EQ(seen.size(), 3u);
  EXPECT_TRUE(seen[0].starts_with("in slow.py OnTimer for ")) << seen[0];
  EXPECT_TRUE(seen[1].starts_with("in slow.py UnLoad for ")) << seen[1];
  EXPECT_TRUE(seen[2].starts_with("in broken.py loading for ")) << seen[2];
  EXPECT_EQ(stage.lane.activity().describe(queue::Clock::now()), "idle");
}

}  // namespace
}  // namespace vhpy::py::testing
