// A hub without sockets and with a clock of its own: tests drive sessions through a transport that records, so that
// every case is deterministic.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/embedded/server/hub_server.h"
#include "core/embedded/store/database.h"
#include "core/nmdc/frame.h"
#include "tests/core/embedded/server/view_check.h"

namespace vhpy::embedded {

class TempDir {
 public:
  TempDir() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vhpy-server-XXXXXX").string();
    path_ = mkdtemp(pattern.data()) == nullptr ? std::string{} : pattern;
  }
  ~TempDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

// What a hub keeps, opened anew by each hub of a test about restarts.
struct HubFiles {
  explicit HubFiles(const std::string& dir)
      : database(store::Database::open(dir + "/hub.sqlite").value()),
        settings(store::Settings::load(*database).value()),
        accounts(store::Registrations::load(*database).value()),
        bans(store::Bans::load(*database).value()) {}

  std::unique_ptr<store::Database> database;
  store::Settings settings;
  store::Registrations accounts;
  store::Bans bans;
};

// A client whose socket is a record of what the hub did with it.
class FakeClient final : public Transport {
 public:
  void send(Bytes bytes) override { output_ += *bytes; }
  void close(std::chrono::milliseconds) override { closing_ = true; }
  void pause() override { paused_ = true; }
  void resume() override {
    paused_ = false;
    deliver();
  }
  bool closing() const override { return closing_; }

  void attach(HubServer& server, const std::shared_ptr<Transport>& self, const std::string& ip) {
    events_ = server.attach(self, ip);
    live_ = &server.operations().live();
  }
  // Bytes from the client, in any split. What was before is in the live copy, so that a change of it shows.
  void say(std::string_view bytes) {
    if (events_) live_->publish();
    framer_.feed(bytes);
    deliver();
  }
  // The client is gone.
  void vanish() {
    closing_ = true;
    if (const auto events = std::exchange(events_, nullptr)) events->on_closed();
  }
  // What the hub has sent since the last call.
  std::string take() { return std::exchange(output_, {}); }
  const std::string& output() const { return output_; }
  bool closed() const { return closing_; }
  bool paused() const { return paused_; }

 private:
  void deliver() {
    if (delivering_) return;
    delivering_ = true;
    while (!paused_ && !closing_ && events_) {
      const auto frame = framer_.next();
      if (!frame) break;
      events_->on_frame(*frame);
    }
    delivering_ = false;
    if (framer_.fault() != nmdc::FrameFault::kNone && !closing_ && events_) {
      events_->on_fault(LinkFault::kBadBytes, to_string(framer_.fault()));
      closing_ = true;
    }
  }

  std::shared_ptr<LinkEvents> events_;
  live::Live* live_ = nullptr;  // the hub's, which lives as long as events_
  nmdc::Framer framer_;
  std::string output_;
  bool paused_ = false, closing_ = false, delivering_ = false;
};

// Scripts, as the hub sees them: any hook is a function of the test.
class FakeScripts final : public ScriptHost {
 public:
  using Hook = std::function<HookResult(std::span<const HookArg>)>;

  FakeScripts() : ScriptHost(events_) {}
  events::Feed& events() noexcept { return events_; }

  void define(HookId id, Hook hook) {
    defined_ |= events::only(id);
    events_.set_scripts_want(defined_);
    hooks_[static_cast<std::size_t>(id)] = std::move(hook);
  }
  void load(const ScriptRequest&, Report) override {}
  void unload(ScriptId, Report) override {}
  void reload(ScriptId, Report) override {}
  std::vector<ScriptInfo> list() const override { return {}; }
  std::string path_of(ScriptId) const override { return {}; }
  void end_of_turn() override { events_.end_of_turn(); }

  static HookResult allow(bool allowed) {
    HookResult result;
    result.allow = allowed;
    return result;
  }
  static std::string text(const HookArg& arg) { return std::string(std::get<std::string_view>(arg)); }

 private:
  HookResult call(HookId id, std::span<const HookArg> args) override {
    return hooks_[static_cast<std::size_t>(id)](args);
  }
  events::Feed events_;
  events::HookSet defined_ = 0;
  std::array<Hook, kHooks.size()> hooks_;
};

class HubTest : public ::testing::Test {
 protected:
  using Client = std::shared_ptr<FakeClient>;

  HubTest() { restart(); }
  ~HubTest() override { hang_up(); }
  // Whatever a test has done, the live copy shows it.
  void TearDown() override {
    server->use_scripts(nullptr, nullptr);
    expect_view_matches(hub());
  }

  // A new hub on the same directory.
  void restart() {
    hang_up();
    server.reset();
    files.reset();
    files = std::make_unique<HubFiles>(dir.path());
    server = std::make_unique<HubServer>(
        Tables{files->settings, files->accounts, files->bans, *files->database}, nullptr,
        HubServer::Options{.data_dir = dir.path(), .look_up_hosts = false, .password_cost = store::kCheapPasswordCost});
    server->context().now = [this] { return now; };
    server->context().wall = [this] { return wall; };
    server->context().sql_time = std::chrono::seconds(30);
    server->use_scripts(&scripts, nullptr);
  }

  void set(const std::string& name, const std::string& value) {
    ASSERT_TRUE(hub().set_config("config", name, value).ok()) << name;
  }
  // What was before is in the live copy, so that what an operation changes shows in the end.
  Hub& hub() {
    server->operations().live().publish();
    return server->operations();
  }

  void pass(std::chrono::milliseconds time) {
    now += time;
    wall += std::chrono::duration_cast<std::chrono::seconds>(time).count();
    server->tick();
  }
  // Turns the loop until `done`, for what comes back from the password thread.
  void wait_until(const std::function<bool()>& done) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!done() && std::chrono::steady_clock::now() < until) server->turn(std::chrono::milliseconds(50));
    ASSERT_TRUE(done());
  }

  Client connect(const std::string& ip = "10.0.0.1") {
    auto client = std::make_shared<FakeClient>();
    client->attach(*server, client, ip);
    clients_.push_back(client);
    return client;
  }
  static std::string my_info(const std::string& nick, const std::string& share = "1073741824",
                             const std::string& mode = "A") {
    return "$MyINFO $ALL " + nick + " probe<++ V:0.868,M:" + mode + ",H:1/0/0,S:3>$ $100\x01$a@b.c$" + share + "$|";
  }
  // A guest in the list.
  Client guest(const std::string& nick, const std::string& ip = "10.0.0.1") {
    auto client = connect(ip);
    client->say("$Supports NoHello NoGetINFO UserIP2 TTHSearch BotList HubTopic |$Key x|$ValidateNick " + nick + "|");
    client->say("$Version 1,0091|$GetNickList|" + my_info(nick));
    return client;
  }
  // Registers and logs in.
  Client member(const std::string& nick, int user_class, const std::string& ip = "10.0.0.9") {
    enroll(nick, user_class, "secret-" + nick);
    auto client = connect(ip);
    client->say("$Supports NoHello NoGetINFO UserIP2 |$Key x|$ValidateNick " + nick + "|$MyPass secret-" + nick + "|");
    wait_until([&] { return !client->paused() || client->closed(); });
    client->say("$Version 1,0091|$GetNickList|" + my_info(nick));
    return client;
  }
  void enroll(const std::string& nick, int user_class, const std::string& password) {
    store::Account account;
    account.nick = nick;
    account.user_class = user_class;
    account.pwd_change = password.empty();
    ASSERT_TRUE(files->accounts.add(account).ok());
    if (password.empty()) return;
    const std::string hash = store::Passwords::hash_now(password, store::kCheapPasswordCost);
    ASSERT_TRUE(files->accounts.set_password_hash(nick, hash).ok());
  }

  static bool has(const Client& client, std::string_view text) {
    return client->output().find(text) != std::string::npos;
  }

  TempDir dir;
  std::chrono::steady_clock::time_point now = std::chrono::steady_clock::now();
  std::int64_t wall = 1'800'000'000;
  FakeScripts scripts;
  std::unique_ptr<HubFiles> files;
  std::unique_ptr<HubServer> server;

 private:
  // Hub and client keep each other alive until one of them hangs up.
  void hang_up() {
    if (server) server->use_scripts(nullptr, nullptr);  // the hooks of the test may be gone already
    for (const auto& client : std::exchange(clients_, {})) {
      if (const auto alive = client.lock()) alive->vanish();
    }
  }
  std::vector<std::weak_ptr<FakeClient>> clients_;
};

}  // namespace vhpy::embedded
