// Shows that the script console asks its host for what the operator typed, and answers every line of its own, against a
// host that keeps a list and loads nothing. Deterministic, no threads.
#include "core/console.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "core/constants.h"

namespace vhpy {
namespace {

class ListingHost final : public ScriptHost {
 public:
  void load(const std::string& path, Report report) override {
    calls.push_back("load " + path);
    if (!refusal.empty()) return report(refuse(Refusal::kNotFound, refusal));
    scripts.push_back({++last_id, path});
    report(scripts.back());
  }
  void unload(ScriptId id, Report report) override {
    calls.push_back(fmt::format("unload {}", id));
    for (auto script = scripts.begin(); script != scripts.end(); ++script) {
      if (script->id != id) continue;
      const ScriptInfo gone = *script;
      scripts.erase(script);
      return report(gone);
    }
    report(refuse(Refusal::kNotFound, "gone before"));
  }
  void reload(ScriptId id, Report report) override {
    calls.push_back(fmt::format("reload {}", id));
    if (!refusal.empty()) return report(refuse(Refusal::kUnavailable, refusal));
    for (ScriptInfo& script : scripts) {
      if (script.id != id) continue;
      script.id = ++last_id;
      return report(script);
    }
  }
  std::vector<ScriptInfo> list() const override { return scripts; }
  void end_of_turn() override {}

  std::vector<ScriptInfo> scripts;
  std::vector<std::string> calls;
  std::string refusal;
  ScriptId last_id = 0;

 private:
  HookResult call(HookId, std::span<const HookArg>) override { return {}; }
};

class ScriptConsoleTest : public testing::Test {
 protected:
  // The only answer to `line`; fails the test if there is none, or more than one.
  std::string ask(std::string_view line, int user_class = kAdmin) {
    std::vector<std::string> replies;
    EXPECT_TRUE(console.handle(line, user_class, [&](std::string text) { replies.push_back(std::move(text)); })) << line;
    EXPECT_EQ(replies.size(), 1u) << line;
    return replies.empty() ? std::string() : replies.front();
  }

  ListingHost host;
  ScriptConsole console{host, "/hub/scripts"};
};

TEST_F(ScriptConsoleTest, OtherLinesAreNotOurs) {
  for (const char* line : {"", "!", "!py", "!pyloads a.py", "!pylisting", "pylist", "+pylist", "hello !pylist", "!PYLIST"}) {
    EXPECT_FALSE(console.handle(line, kMaster, [](std::string text) { FAIL() << text; })) << line;
  }
  EXPECT_TRUE(host.calls.empty());
}

TEST_F(ScriptConsoleTest, RightsBeginAtAdmin) {
  for (const int user_class : {static_cast<int>(kGuest), static_cast<int>(kCheef)}) {
    for (const char* line : {"!pyload a.py", "!pyunload 1", "!pyreload a.py", "!pylist", "!pyload"}) {
      EXPECT_NE(ask(line, user_class).find("no rights"), std::string::npos) << line;
    }
  }
  EXPECT_TRUE(host.calls.empty());
  ask("!pyload a.py", kAdmin);
  ask("!pyload b.py", kMaster);
  EXPECT_EQ(host.calls.size(), 2u);
}

TEST_F(ScriptConsoleTest, BareNamesAreTakenFromTheScriptsDirectory) {
  EXPECT_EQ(ask("!pyload shop.py"), "Script loaded: 1 /hub/scripts/shop.py");
  EXPECT_EQ(ask("!pyload  /elsewhere/my shop.py "), "Script loaded: 2 /elsewhere/my shop.py");
  EXPECT_EQ(ask("!pyload ./here.py"), "Script loaded: 3 ./here.py");
  EXPECT_EQ(host.calls, (std::vector<std::string>{"load /hub/scripts/shop.py", "load /elsewhere/my shop.py",
                                                  "load ./here.py"}));
}

TEST_F(ScriptConsoleTest, WhatTheHostRefusesIsSaid) {
  host.refusal = "shop.py: no such file";
  EXPECT_EQ(ask("!pyload shop.py"), "Script not loaded: shop.py: no such file");
  EXPECT_EQ(ask("!pyreload shop.py"), "Script not loaded: shop.py: no such file");
}

TEST_F(ScriptConsoleTest, ListGivesIdAndPathInOrder) {
  EXPECT_EQ(ask("!pylist"), "No scripts are loaded.");
  ask("!pyload a.py");
  ask("!pyload b.py");
  EXPECT_EQ(ask("!pylist"), "Loaded scripts (id, path):\r\n1 /hub/scripts/a.py\r\n2 /hub/scripts/b.py");
}

TEST_F(ScriptConsoleTest, UnloadTakesIdPathOrName) {
  for (const char* line : {"!pyload a.py", "!pyload b.py", "!pyload /x/c.py"}) ask(line);
  EXPECT_EQ(ask("!pyunload 2"), "Script unloaded: 2 /hub/scripts/b.py");
  EXPECT_EQ(ask("!pyunload /hub/scripts/../scripts/a.py"), "Script unloaded: 1 /hub/scripts/a.py");
  EXPECT_EQ(ask("!pyunload c.py"), "Script unloaded: 3 /x/c.py");
  EXPECT_TRUE(host.scripts.empty());
}

TEST_F(ScriptConsoleTest, UnknownScriptsAreNamed) {
  EXPECT_EQ(ask("!pyunload a.py"), "Script not unloaded: a.py is not loaded; see !pylist");
  EXPECT_EQ(ask("!pyunload 7"), "Script not unloaded: no script has the id 7; see !pylist");
  EXPECT_EQ(ask("!pyreload 7"), "Script not reloaded: no script has the id 7; see !pylist");
  EXPECT_NE(ask("!pyunload 99999999999999999999").find("is not loaded"), std::string::npos);
  EXPECT_TRUE(host.calls.empty());
}

TEST_F(ScriptConsoleTest, AmbiguousNamesNeedAnId) {
  ask("!pyload /x/a.py");
  ask("!pyload /y/a.py");
  host.calls.clear();
  EXPECT_EQ(ask("!pyunload a.py"), "Script not unloaded: 2 scripts are called a.py; give the id, see !pylist");
  EXPECT_EQ(ask("!pyreload a.py"), "Script not reloaded: 2 scripts are called a.py; give the id, see !pylist");
  EXPECT_TRUE(host.calls.empty());
}

TEST_F(ScriptConsoleTest, ReloadLoadsWhatWasNotLoaded) {
  EXPECT_EQ(ask("!pyreload a.py"), "Script loaded: 1 /hub/scripts/a.py");
  EXPECT_EQ(ask("!pyreload a.py"), "Script reloaded: 2 /hub/scripts/a.py");
  EXPECT_EQ(ask("!pyreload 2"), "Script reloaded: 3 /hub/scripts/a.py");
  EXPECT_EQ(host.calls, (std::vector<std::string>{"load /hub/scripts/a.py", "reload 1", "reload 2"}));
}

TEST_F(ScriptConsoleTest, SymbolicLinksAreTheSameScript) {
  const auto dir = std::filesystem::path(testing::TempDir()) / fmt::format("vhpy_console_{}", getpid());
  std::filesystem::create_directories(dir);
  std::ofstream(dir / "real.py") << "\n";
  std::filesystem::create_symlink(dir / "real.py", dir / "link.py");
  ask("!pyload " + (dir / "real.py").string());
  EXPECT_EQ(ask("!pyunload " + (dir / "link.py").string()), "Script unloaded: 1 " + (dir / "real.py").string());
  std::filesystem::remove_all(dir);
}

TEST_F(ScriptConsoleTest, MissingAndSuperfluousArgumentsGiveUsage) {
  EXPECT_EQ(ask("!pyload"), "Usage: !pyload FILE");
  EXPECT_EQ(ask("!pyunload   "), "Usage: !pyunload FILE|ID");
  EXPECT_EQ(ask("!pyreload"), "Usage: !pyreload FILE|ID");
  EXPECT_EQ(ask("!pylist all"), "Usage: !pylist");
  EXPECT_TRUE(host.calls.empty());
}

}  // namespace
}  // namespace vhpy
