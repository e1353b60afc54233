// A stage for scripts: a hub that remembers what it was asked, a lane, a Python host, a directory to write scripts into,
// and the log as text. One object per test; the thread that makes it is the hub thread.
#pragma once

#include <gtest/gtest.h>
#include <poll.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/constants.h"
#include "core/live/live.h"
#include "pymodule/host/python_host.h"
#include "pymodule/runtime.h"
#include "queue/lane.h"
#include "tests/pymodule/refusing_hub.h"

namespace vhpy::py::testing {

inline constexpr std::chrono::seconds kPatience{60};       // after which a wait is a failed test
inline constexpr std::chrono::milliseconds kStopBudget{2500};

// Keeps what vh.mc() says, and whose AddRobot and forget_script calls came; refuses the rest. vh.mc("fire:<text>")
// inside a hook makes the hub fire another OnParsedMsgChat, as a real one may.
class RememberingHub final : public tests::RefusingHub {
 public:
  HubIdentity identity() const override { return {"Bot", "OpChat", "/hub", "config", encoding, 1234567890}; }
  Nicks nick_list() override { return {"one", "two"}; }
  std::optional<Integer> user_class(const OptionalText&) override { return 3; }
  Integer users_count() override { return 2; }
  Text total_share_size() override { return "0"; }
  Outcome main_chat(const Text& msg, const OptionalText&) override {
    said.push_back(msg);
    if (on_said) on_said(msg);
    return Done{};
  }
  Text raw_nick_list() override { return "$NickList "; }
  Text raw_op_list() override { return "$OpList "; }
  Text raw_bot_list() override { return "$BotList "; }
  Integer robot_nick_problem(const Text&) override { return kRobotNickApiError; }
  OptionalText topic(const OptionalText& topic) override { return topic; }
  OptionalText config(const Text&, const Text&, const OptionalText& fallback) override { return fallback; }
  DynamicAnswer call_dynamic_function(const Text& name, const DynamicValues& arguments) override {
    return functions.call(name, arguments);
  }
  live::Live& live() noexcept override { return live_copy; }
  DynamicFunctions& dynamic_functions() override { return functions; }
  Outcome add_robot(const Caller& caller, const Text&, Integer, const Text&, const Text&, const Text&,
                    const Text&) override {
    robots_of.push_back(caller.script);
    return Done{};
  }
  void forget_script(ScriptId script) override { forgotten.push_back(script); }

  std::string encoding = "utf-8";
  live::Live live_copy{"config"};
  std::vector<std::string> said;
  std::function<void(const std::string&)> on_said;
  std::vector<ScriptId> robots_of;
  std::vector<ScriptId> forgotten;
  DynamicFunctions functions;
};

// Lines of the log, in a string. Any thread may write and read.
class TextSink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  std::string text() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return text_;
  }

 private:
  void sink_it_(const spdlog::details::log_msg& message) override {
    spdlog::memory_buf_t line;
    formatter_->format(message, line);
    text_.append(line.data(), line.size());
  }
  void flush_() override {}

  std::string text_;  // guarded by mutex_, which the base class holds around sink_it_()
};

// spdlog's default logger, into a string.
class LogText {
 public:
  LogText() : before_(spdlog::default_logger()) {
    auto logger = std::make_shared<spdlog::logger>("test", sink_);
    logger->set_pattern("%l: %v");
    spdlog::set_default_logger(std::move(logger));
  }
  ~LogText() { spdlog::set_default_logger(before_); }
  std::string text() const { return sink_->text(); }
  bool has(const std::string& part) const { return text().find(part) != std::string::npos; }
  std::size_t count(const std::string& part) const {
    const std::string all = text();
    std::size_t found = 0;
    for (auto at = all.find(part); at != std::string::npos; at = all.find(part, at + 1)) ++found;
    return found;
  }

 private:
  const std::shared_ptr<TextSink> sink_ = std::make_shared<TextSink>();
  std::shared_ptr<spdlog::logger> before_;
};

class Stage {
 public:
  explicit Stage(std::string encoding = "utf-8", PythonOptions options = {}) {
    hub.encoding = std::move(encoding);
    lane.bind_consumer();
    std::string pattern = (std::filesystem::path(::testing::TempDir()) / "vhpy_stage_XXXXXX").string();
    dir = ::mkdtemp(pattern.data());
    const Outcome started = host.start(options);
    EXPECT_TRUE(started) << (started ? "" : started.error().detail);
  }
  ~Stage() {
    lane.abort();
    host.stop(kStopBudget);
    std::filesystem::remove_all(dir);
  }

  std::string write(const std::string& name, const std::string& source) const {
    const auto path = std::filesystem::path(dir) / name;
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << source;
    return path.string();
  }

  // Loads at once (outside hooks) and gives the answer; fails the test when it is not told exactly once.
  Result<ScriptInfo> load_path(const std::string& path) {
    return answer_of([&](ScriptHost::Report report) { host.load(path, std::move(report)); });
  }
  Result<ScriptInfo> load(const std::string& name, const std::string& source) { return load_path(write(name, source)); }
  ScriptId must_load(const std::string& name, const std::string& source) {
    const auto result = load(name, source);
    EXPECT_TRUE(result) << (result ? "" : result.error().detail) << "\n" << log.text();
    return result ? result.value().id : 0;
  }
  Result<ScriptInfo> load(const std::string& name, ScriptMode mode, const std::string& source) {
    const ScriptRequest request(write(name, source), mode);
    return answer_of([&](ScriptHost::Report report) { host.load(request, std::move(report)); });
  }
  ScriptId must_load(const std::string& name, ScriptMode mode, const std::string& source) {
    const auto result = load(name, mode, source);
    EXPECT_TRUE(result) << (result ? "" : result.error().detail) << "\n" << log.text();
    return result ? result.value().id : 0;
  }
  Result<ScriptInfo> unload(ScriptId id) {
    return answer_of([&](ScriptHost::Report report) { host.unload(id, std::move(report)); });
  }
  Result<ScriptInfo> reload(ScriptId id) {
    return answer_of([&](ScriptHost::Report report) { host.reload(id, std::move(report)); });
  }
  std::string why_not(const std::string& name, const std::string& source) {
    const auto result = load(name, source);
    EXPECT_FALSE(result) << name << " was loaded";
    return result ? "" : result.error().detail;
  }

  HookResult chat(std::string_view text, std::string_view nick = "nick") {
    return host.fire(HookId::kOnParsedMsgChat, {nick, text});
  }
  void tick() { host.fire(HookId::kOnTimer, {1.5}); }

  // What a hub's loop does, until `condition` holds: drains the lane, sleeping on its wake-up.
  template <class Condition>
  ::testing::AssertionResult run_until(Condition condition) {
    const auto until = std::chrono::steady_clock::now() + kPatience;
    while (!condition()) {
      if (std::chrono::steady_clock::now() > until) return ::testing::AssertionFailure() << "not in time\n" << log.text();
      pollfd wake{lane.wake_fd(), POLLIN, 0};
      ::poll(&wake, 1, 10);
      lane.drain({});
      host.end_of_turn();
    }
    return ::testing::AssertionSuccess();
  }
  bool was_said(const std::string& text) const { return std::find(hub.said.begin(), hub.said.end(), text) != hub.said.end(); }

  LogText log;
  RememberingHub hub;
  queue::Lane lane;
  Runtime runtime{hub, lane};
  PythonHost host{runtime};
  std::string dir;

 private:
  template <class Ask>
  Result<ScriptInfo> answer_of(Ask ask) {
    std::optional<Result<ScriptInfo>> answer;
    int told = 0;
    ask([&](const Result<ScriptInfo>& result) {
      answer = result;
      ++told;
    });
    EXPECT_EQ(told, 1);
    return answer ? *answer : Result<ScriptInfo>(refuse(Refusal::kUnavailable, "never told"));
  }
};

}  // namespace vhpy::py::testing
