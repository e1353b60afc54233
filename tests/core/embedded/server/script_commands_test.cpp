// vh.ParseCommand and vh.ScriptCommand: what runs, when, and how deep.
#include "core/embedded/server/script_commands.h"

#include "core/embedded/server/limits.h"
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

class ScriptCommandsTest : public HubTest {
 protected:
  // What OnScriptCommand was given, one line per call.
  void listen() {
    scripts.define(HookId::kOnScriptCommand, [this](auto args) {
      heard.push_back(FakeScripts::text(args[0]) + "|" + FakeScripts::text(args[1]) + "|" + FakeScripts::text(args[2]) +
                      "|" + FakeScripts::text(args[3]));
      return HookResult{};
    });
  }
  std::vector<std::string> heard;
};

TEST_F(ScriptCommandsTest, Defect22EachCommandIsTheOneThatIsRun) {
  const auto alice = guest("alice", "10.9.8.7");
  alice->take();
  EXPECT_TRUE(hub().parse_command("ALICE", "+myip", 0).ok());
  EXPECT_EQ(alice->take(), "<HubSecurity> Your address: 10.9.8.7|");
  EXPECT_TRUE(hub().parse_command("alice", "+nonsense", 0).ok());
  EXPECT_EQ(alice->take(), "<HubSecurity> There is no command +nonsense; see +help.|");
  EXPECT_TRUE(hub().parse_command("alice", "+myip", 1).ok());
  EXPECT_EQ(alice->take(), "$To: alice From: HubSecurity $<HubSecurity> Your address: 10.9.8.7|");
}

TEST_F(ScriptCommandsTest, ParseCommandHasTheRightsOfTheUser) {
  const auto alice = guest("alice");
  const auto boss = member("boss", 5);
  EXPECT_TRUE(hub().parse_command("alice", "+kick boss", 0).ok());
  EXPECT_FALSE(boss->closed());
  EXPECT_TRUE(has(alice, "is for class 3 and above"));
  EXPECT_TRUE(hub().parse_command("boss", "!kick alice", 0).ok());
  EXPECT_TRUE(alice->closed());
}

TEST_F(ScriptCommandsTest, ParseCommandRefusesWhatIsNone) {
  const auto alice = guest("alice");
  EXPECT_EQ(hub().parse_command("nobody", "+help", 0).error().code, Refusal::kNoSuchUser);
  EXPECT_EQ(hub().parse_command("OpChat", "+help", 0).error().code, Refusal::kNoSuchUser);
  for (const char* text : {"", "help", " +help"}) {
    EXPECT_EQ(hub().parse_command("alice", text, 0).error().code, Refusal::kBadArgument) << text;
  }
  EXPECT_TRUE(hub().parse_command("alice", "+", 0).ok());
}

TEST_F(ScriptCommandsTest, Defect22ACommandThatRunsItselfEnds) {
  const auto alice = guest("alice");
  int calls = 0, refused = 0;
  scripts.define(HookId::kOnHubCommand, [&](auto) {
    ++calls;
    if (!hub().parse_command("alice", "+myip", 0).ok()) ++refused;
    return HookResult{};
  });
  EXPECT_TRUE(hub().parse_command("alice", "+myip", 0).ok());
  EXPECT_EQ(calls, limits::kMaxCommandDepth);
  EXPECT_EQ(refused, 1);
  calls = 0;
  EXPECT_TRUE(hub().parse_command("alice", "+myip", 0).ok());
  EXPECT_EQ(calls, limits::kMaxCommandDepth) << "the depth is counted anew";
}

TEST_F(ScriptCommandsTest, ACommandMayEndItsUser) {
  const auto alice = guest("alice");
  scripts.define(HookId::kOnHubCommand, [&](auto) {
    static_cast<void>(hub().close_connection("alice", 0, 0));
    return HookResult{};
  });
  EXPECT_TRUE(hub().parse_command("alice", "+myip", 0).ok());
  EXPECT_TRUE(alice->closed());
  EXPECT_FALSE(has(alice, "Your address"));
}

TEST_F(ScriptCommandsTest, QueuedToTheNextTick) {
  listen();
  EXPECT_TRUE(hub().script_command({0}, "one", "data", 0).ok());
  EXPECT_TRUE(heard.empty());
  pass(std::chrono::seconds(1));
  EXPECT_EQ(heard, (std::vector<std::string>{"one|data|python|"}));
  pass(std::chrono::seconds(1));
  EXPECT_EQ(heard.size(), 1U);
}

TEST_F(ScriptCommandsTest, AtOnceIfAskedFor) {
  listen();
  EXPECT_TRUE(hub().script_command({0}, "now", "", 1).ok());
  EXPECT_EQ(heard, (std::vector<std::string>{"now||python|"}));
  EXPECT_TRUE(hub().script_command({0}, "later", "", -1).ok());
  EXPECT_EQ(heard.size(), 1U);
}

TEST_F(ScriptCommandsTest, Defect24WhatAHookQueuesWaitsForTheNextTick) {
  int calls = 0;
  scripts.define(HookId::kOnScriptCommand, [&](auto) {
    ++calls;
    EXPECT_TRUE(hub().script_command({0}, "again", "", 0).ok());
    return HookResult{};
  });
  EXPECT_TRUE(hub().script_command({0}, "first", "", 0).ok());
  for (int tick = 1; tick <= 5; ++tick) {
    pass(std::chrono::seconds(1));
    EXPECT_EQ(calls, tick);
  }
}

TEST_F(ScriptCommandsTest, Defect24AtOnceInsideAtOnceEnds) {
  int calls = 0, refused = 0;
  scripts.define(HookId::kOnScriptCommand, [&](auto) {
    ++calls;
    if (!hub().script_command({0}, "again", "", 1).ok()) ++refused;
    return HookResult{};
  });
  EXPECT_TRUE(hub().script_command({0}, "first", "", 1).ok());
  EXPECT_EQ(calls, ScriptCommands::kMaxDepth);
  EXPECT_EQ(refused, 1) << "the innermost is told";
}

TEST_F(ScriptCommandsTest, TheQueueIsBounded) {
  listen();
  for (std::size_t i = 0; i < ScriptCommands::kMaxQueued; ++i) {
    ASSERT_TRUE(hub().script_command({0}, "c", "d", 0).ok());
  }
  EXPECT_EQ(hub().script_command({0}, "c", "d", 0).error().code, Refusal::kUnavailable);
  pass(std::chrono::seconds(1));
  EXPECT_EQ(heard.size(), ScriptCommands::kMaxQueued);
  EXPECT_TRUE(hub().script_command({0}, "c", "d", 0).ok());
  const std::string large(ScriptCommands::kMaxQueuedBytes / 2, 'x');
  EXPECT_TRUE(hub().script_command({0}, "c", large, 0).ok());
  EXPECT_EQ(hub().script_command({0}, "c", large, 0).error().code, Refusal::kUnavailable);
}

TEST_F(ScriptCommandsTest, ScriptsAreToldOfNewNamesOfTheBots) {
  listen();
  set("hub_security", "Guard");
  set("opchat_name", "Ops");
  set("hub_security_desc", "no name");
  EXPECT_EQ(heard, (std::vector<std::string>{"_hub_security_change|Guard||", "_opchat_name_change|Ops||"}));
}

TEST_F(ScriptCommandsTest, NobodyListens) {
  EXPECT_TRUE(hub().script_command({7}, "c", "d", 0).ok());
  EXPECT_TRUE(hub().script_command({7}, "c", "d", 1).ok());
  server->use_scripts(nullptr, nullptr);
  pass(std::chrono::seconds(1));
}

}  // namespace
}  // namespace vhpy::embedded
