// The embedded hub's server: owns every part, the loop and the listening socket, and is what the program and the tests
// start and stop.
//
// Owner: the composition root. Thread: the one that calls run() is the hub thread; request_stop() and post() from any.
// Shutdown: request_stop() ends run(); then close_all().
#pragma once

#include <asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/embedded/geoip/geoip.h"
#include "core/embedded/server/acceptor.h"
#include "core/embedded/server/bots.h"
#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/commands/commands.h"
#include "core/embedded/server/connection.h"
#include "core/embedded/server/context.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/dispatcher.h"
#include "core/embedded/server/entry.h"
#include "core/embedded/server/event_loop.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/host_names.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/live_feed.h"
#include "core/embedded/server/login.h"
#include "core/embedded/server/my_info_updates.h"
#include "core/embedded/server/password_changes.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/script_commands.h"
#include "core/embedded/server/setting_effects.h"
#include "core/embedded/server/topic.h"
#include "core/embedded/server/voice.h"
#include "core/embedded/store/bans.h"
#include "core/embedded/store/passwords.h"
#include "core/embedded/store/registrations.h"
#include "core/embedded/store/settings.h"
#include "core/live/live.h"

namespace vhpy::queue {
class Lane;
}

namespace vhpy::embedded {

// What the server keeps of the data directory. Owner: the composition root.
struct Tables {
  store::Settings& settings;
  store::Registrations& accounts;
  store::Bans& bans;
  store::Database& database;
};

class HubServer {
 public:
  struct Options {
    std::string data_dir;
    std::size_t max_connections = 100'000;  // what the process may open at once; settings bound users below that
    bool look_up_hosts = true;
    store::PasswordCost password_cost = store::kPasswordCost;
  };

  // lane: null in tests that have none.
  HubServer(const Tables& tables, queue::Lane* lane, Options options);
  ~HubServer();
  HubServer(const HubServer&) = delete;
  HubServer& operator=(const HubServer&) = delete;

  Hub& operations() { return operations_; }
  Context& context() { return context_; }
  const Counters& counters() const { return context_.counters; }

  // From now on hooks are fired and !py... commands work; null: no more. Both must outlive the server or be taken away.
  void use_scripts(ScriptHost* scripts, ScriptConsole* console);

  Outcome listen(const std::string& host, std::uint16_t port);
  std::uint16_t port() const { return acceptor_.port(); }

  // Serves until request_stop(). Blocks.
  void run();
  // One turn of the loop, waiting for at most `patience`.
  void turn(EventLoop::Clock::duration patience) { loop_.turn(work_, patience); }
  // Thread: any. Blocks: no.
  void request_stop() { loop_.stop(); }
  // Of the program: what the script said that has stopped the hub, else 0.
  int exit_code() const { return context_.stop.exit_code(); }
  void post(std::function<void()> job);
  asio::io_context& io() { return loop_.io(); }

  void stop_accepting() { acceptor_.stop(); }
  // Hashes and keeps the passwords that were set, so that nobody is locked out who was told that it worked. What is not
  // done in time is logged. Blocks: up to patience.
  void finish_passwords(std::chrono::milliseconds patience);
  // Says goodbye, gives what is queued `linger` to arrive, closes every connection. Blocks: up to linger.
  void close_all(std::chrono::milliseconds linger);

  // A new client on any transport; tests bring their own.
  std::shared_ptr<LinkEvents> attach(std::shared_ptr<Transport> link, const std::string& ip, std::uint16_t port = 0);
  // What the loop does every second.
  void tick();
  // Reverse DNS has found a name of an address.
  void on_host_found(const std::string& ip, const std::string& host);

 private:
  class ClientLink;

  void on_accepted(asio::ip::tcp::socket socket);
  bool has_room(const std::string& ip);
  void drain();
  void between_events();
  void end_of_turn();
  void expect_no_hooks();

  Options options_;
  queue::Lane* lane_;
  EventLoop loop_;
  EventLoop::Work work_;
  store::Passwords passwords_;
  Context context_;
  Hooks hooks_;
  Broadcaster out_;
  Voice voice_;
  Departures departures_;
  Bots bots_;
  Topic topic_;
  Penalties penalties_;
  FloodGuard flood_;
  Entry entry_;
  PasswordChanges changes_;
  Login login_;
  MyInfoUpdates updates_;
  Commands commands_;
  SettingEffects effects_;
  HostNames host_names_;
  ScriptCommands script_commands_;
  geoip::GeoIp geo_;
  LiveFeed feed_;
  live::Live live_;
  Dispatcher dispatcher_;
  HubOperations operations_;
  LinkHub links_;
  Acceptor acceptor_;
  Context::TimePoint next_purge_{};
};

}  // namespace vhpy::embedded
