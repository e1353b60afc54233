// Shows that the script console asks its host for what the operator typed, and answers every line of its own, against a
// host that keeps a list and loads nothing. Deterministic, no threads.
#include "core/console.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "core/constants.h"
#include "core/lane_report.h"
#include "core/script_files.h"

namespace vhpy {
namespace {

class ListingHost final : public ScriptHost {
 public:
  ListingHost() : ScriptHost(events_) {}
  void load(const ScriptRequest& request, Report report) override {
    const std::string& path = request.path;
    calls.push_back("load " + path + (request.mode ? fmt::format(" {}", to_string(*request.mode)) : ""));
    if (!refusal.empty()) return report(refuse(Refusal::kNotFound, refusal));
    scripts.push_back({++last_id, path, request.mode.value_or(ScriptMode::kShared)});
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
  std::string path_of(ScriptId) const override { return {}; }
  std::vector<std::string> left_standing() const override { return standing; }
  void end_of_turn() override {}

  std::vector<ScriptInfo> scripts;
  std::vector<std::string> standing;
  std::vector<std::string> calls;
  std::string refusal;
  ScriptId last_id = 0;

 private:
  HookResult call(HookId, std::span<const HookArg>) override { return {}; }
  events::Feed events_;
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

TEST_F(ScriptConsoleTest, OperatorsTypeAndReadTheHubsEncoding) {
  ScriptConsole russian(host, "/hub/scripts", {.least_class = {}, .set_log_level = {}, .encoding = [] { return std::string("cp1251"); }});
  std::vector<std::string> said;
  const auto keep = [&](std::string text) { said.push_back(std::move(text)); };
  const std::string name = "\xE4\xE0.py";  // "да.py"
  ASSERT_TRUE(russian.handle("!pyload " + name, kAdmin, keep));
  EXPECT_EQ(host.calls.back(), "load /hub/scripts/да.py");
  host.refusal = "ошибка 日";
  ASSERT_TRUE(russian.handle("!pyload other.py", kAdmin, keep));
  EXPECT_EQ(said, (std::vector<std::string>{"Script loaded: 1 /hub/scripts/" + name, "Script not loaded: \xEE\xF8\xE8\xE1\xEA\xE0 ?"}));
}

TEST_F(ScriptConsoleTest, StatisticsOfTheQueue) {
  EXPECT_EQ(ask("!pystats"), "This hub keeps no statistics.");
  EXPECT_EQ(ask("!pystats now"), "Usage: !pystats");
  queue::Lane lane;
  lane.bind_consumer();
  std::thread([&] {
    const auto call = lane.make("mc", 0, queue::Clock::now() + std::chrono::seconds(10), 0, [] {});
    ASSERT_EQ(lane.push(call, queue::WhenFull::kRefuse), queue::Admission::kAccepted);
  }).join();
  const std::string waiting = lane_report(lane);
  EXPECT_TRUE(waiting.starts_with("The hub thread is idle.\r\nCalls queued: 1 (")) << waiting;
  lane.drain({});
  ScriptConsole counting(host, "/hub/scripts",
                         {.least_class = {}, .set_log_level = {}, .encoding = {}, .statistics = [&] { return lane_report(lane); }});
  std::string said;
  EXPECT_TRUE(counting.handle("!pystats", kAdmin, [&](std::string text) { said = std::move(text); }));
  EXPECT_NE(said.find("Calls so far: 1; ran 1 (failed 0)"), std::string::npos) << said;
  EXPECT_NE(said.find("Most time, with calls: functions mc 1 ("), std::string::npos) << said;
  EXPECT_NE(said.find("; scripts no. 0 1 ("), std::string::npos) << said;
  EXPECT_NE(said.find("The hub thread's loop: busy 0.0 % of"), std::string::npos) << said;
}

TEST_F(ScriptConsoleTest, OtherLinesAreNotOurs) {
  for (const char* line : {"", "!", "!py", "!pyloads a.py", "!pylisting", "pylist", "+pylist", "hello !pylist", "!PYLIST"}) {
    EXPECT_FALSE(console.handle(line, kMaster, [](std::string text) { FAIL() << text; })) << line;
  }
  EXPECT_TRUE(host.calls.empty());
}

TEST_F(ScriptConsoleTest, RightsBeginAtAdmin) {
  for (const int user_class : {static_cast<int>(kGuest), static_cast<int>(kCheef)}) {
    for (const char* line : {"!pyload a.py", "!pyunload 1", "!pyreload a.py", "!pylist", "!pyload", "!pyfiles", "!pylog 1"}) {
      EXPECT_NE(ask(line, user_class).find("no rights"), std::string::npos) << line;
    }
  }
  EXPECT_TRUE(host.calls.empty());
  ask("!pyload a.py", kAdmin);
  ask("!pyload b.py", kMaster);
  EXPECT_EQ(host.calls.size(), 2u);
}

TEST_F(ScriptConsoleTest, TheHostMaySayWhichClassItTakes) {
  std::int64_t least = kMaster;
  ScriptConsole strict(host, "/hub/scripts", {.least_class = [&] { return least; }, .set_log_level = {}});
  std::string said;
  const auto keep = [&](std::string text) { said = std::move(text); };
  EXPECT_TRUE(strict.handle("!pylist", kAdmin, keep));
  EXPECT_EQ(said, "You have no rights to use !pylist: it needs class 10 or above.");
  least = kOperator;
  EXPECT_TRUE(strict.handle("!pylist", kOperator, keep));
  EXPECT_EQ(said, "No scripts are loaded.");
}

TEST_F(ScriptConsoleTest, LogLevelsAreHandedToTheHost) {
  EXPECT_EQ(ask("!pylog 1"), "This hub has no log level that can be set.");
  std::vector<int> levels;
  const auto set = [&](int level) -> Outcome {
    levels.push_back(level);
    if (level == 3) return refuse(Refusal::kUnavailable, "the disk is full");
    return Done{};
  };
  ScriptConsole console_with_log(host, "/hub/scripts", {.least_class = {}, .set_log_level = set});
  std::vector<std::string> said;
  for (const char* line : {"!pylog 0", "!pylog 5", "!pylog 3", "!pylog 6", "!pylog -1", "!pylog much"}) {
    EXPECT_TRUE(console_with_log.handle(line, kAdmin, [&](std::string text) { said.push_back(std::move(text)); }));
  }
  EXPECT_EQ(levels, (std::vector<int>{0, 5, 3}));
  EXPECT_EQ(said[0], "The log level is 0.");
  EXPECT_EQ(said[2], "Log level not set: the disk is full");
  for (std::size_t i = 3; i < 6; ++i) EXPECT_TRUE(said[i].starts_with("The log level is a number from 0")) << said[i];
}

// A directory with files in it, removed again.
class FolderOfScripts {
 public:
  explicit FolderOfScripts(std::initializer_list<const char*> names)
      : path_(std::filesystem::path(testing::TempDir()) / fmt::format("vhpy_script_files_{}", getpid())) {
    std::filesystem::create_directories(path_ / "folder.py");
    for (const char* name : names) std::ofstream(path_ / name) << "\n";
  }
  ~FolderOfScripts() { std::filesystem::remove_all(path_); }
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

TEST_F(ScriptConsoleTest, FilesAreNumberedInTheOrderOfTheirBytes) {
  const FolderOfScripts folder({"b.py", "a.py", "B.py", "notes.txt", "\xc3\xa9.py", "a.pyc", "10.py", "9.py"});
  EXPECT_EQ(script_files(folder.path()),
            (std::vector<std::string>{"10.py", "9.py", "B.py", "a.py", "b.py", "\xc3\xa9.py"}));
  ScriptConsole here(host, folder.path());
  std::vector<std::string> said;
  for (const char* line : {"!pyfiles", "!pyload 4", "!pyload 0", "!pyload 7"}) {
    EXPECT_TRUE(here.handle(line, kAdmin, [&](std::string text) { said.push_back(std::move(text)); }));
  }
  EXPECT_EQ(said[0], "Scripts in " + folder.path() +
                         " (number, file):\r\n1 10.py\r\n2 9.py\r\n3 B.py\r\n4 a.py\r\n5 b.py\r\n6 \xc3\xa9.py");
  EXPECT_EQ(said[1], "Script loaded: 1 " + folder.path() + "/a.py");
  EXPECT_EQ(said[2], "Script not loaded: there is no file number 0; see !pyfiles");
  EXPECT_EQ(said[3], "Script not loaded: there is no file number 7; see !pyfiles");
  EXPECT_EQ(ask("!pyfiles"), "There are no scripts in /hub/scripts.");
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
  EXPECT_EQ(ask("!pylist"), "Loaded scripts (id, path, mode):\r\n1 /hub/scripts/a.py [shared]\r\n2 /hub/scripts/b.py [shared]");
}

TEST_F(ScriptConsoleTest, AModeMayFollowTheFileAndIsRemembered) {
  std::vector<std::string> kept;
  ScriptConsole keeping(host, "/hub/scripts",
                        {.least_class = {}, .set_log_level = {}, .encoding = {}, .statistics = {},
                         .remember_mode = [&](const std::string& name, std::optional<ScriptMode> mode) -> Outcome {
                           kept.push_back(name + (mode ? fmt::format(" {}", to_string(*mode)) : ""));
                           return Done{};
                         }});
  const auto type = [&](std::string_view line) { EXPECT_TRUE(keeping.handle(line, kAdmin, [](std::string) {})); };
  type("!pyload shop.py isolated");
  type("!pyload /x/my shop.py  shared");
  type("!pyload plain.py");
  type("!pyload /x/isolated");
  type("!pyload shop.py default");
  EXPECT_EQ(host.calls, (std::vector<std::string>{"load /hub/scripts/shop.py isolated", "load /x/my shop.py shared",
                                                  "load /hub/scripts/plain.py", "load /x/isolated", "load /hub/scripts/shop.py"}));
  EXPECT_EQ(kept, (std::vector<std::string>{"shop.py isolated", "my shop.py shared", "shop.py"}));
  host.refusal = "broken";
  type("!pyload other.py isolated");
  EXPECT_EQ(kept.size(), 3u) << "what could not be loaded in a mode is not to be tried in it for ever";
  host.standing = {"script gone.py (id 7): 1 thread(s) did not end: ghost"};
  EXPECT_TRUE(ask("!pylist").ends_with("\r\nLeft standing, because threads of unloaded scripts still run (1):\r\n"
                                       "script gone.py (id 7): 1 thread(s) did not end: ghost"));
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
  EXPECT_EQ(ask("!pyload"), "Usage: !pyload FILE|PATH|N [shared|isolated|default]");
  EXPECT_EQ(ask("!pyunload   "), "Usage: !pyunload FILE|PATH|ID");
  EXPECT_EQ(ask("!pyreload"), "Usage: !pyreload FILE|PATH|ID");
  EXPECT_EQ(ask("!pylist all"), "Usage: !pylist");
  EXPECT_EQ(ask("!pyfiles all"), "Usage: !pyfiles");
  EXPECT_EQ(ask("!pylog"), "Usage: !pylog N");
  EXPECT_TRUE(host.calls.empty());
}

}  // namespace
}  // namespace vhpy
