// Through what the parts of the server reach each other. Each part has one job and a header; HubServer owns them all
// and fills this in before the first connection.
//
// Thread: hub. No pointer is null once the server stands, except where said.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "core/embedded/server/counters.h"
#include "core/embedded/server/loop_rate.h"
#include "core/embedded/server/session_table.h"
#include "core/embedded/server/stop_request.h"
#include "core/embedded/server/user_list.h"
#include "core/embedded/store/script_sql.h"
#include "core/embedded/store/settings.h"

namespace vhpy {
class ScriptConsole;
namespace live {
class Live;
}
}  // namespace vhpy

namespace vhpy::embedded {

namespace geoip {
class GeoIp;
}

namespace store {
class Bans;
class Database;
class Passwords;
class Registrations;
}  // namespace store

class Bots;
class Broadcaster;
class Commands;
class Departures;
class Entry;
class FloodGuard;
class Hooks;
class HostNames;
class Login;
class MyInfoUpdates;
class Penalties;
class ScriptCommands;
class SettingEffects;
class Topic;
class Voice;

using store::Var;

struct Context {
  using TimePoint = std::chrono::steady_clock::time_point;

  store::Settings& settings;
  store::Registrations& accounts;
  store::Bans& bans;
  store::Passwords& passwords;
  store::Database& database;

  std::function<TimePoint()> now{};           // tests bring their own
  std::function<std::int64_t()> wall{};       // epoch seconds
  std::string data_dir{};
  std::int64_t start_time = 0;
  std::uint16_t port = 0;                     // on which the hub listens; 0: it does not (tests)

  UserList users{};
  SessionTable sessions{};
  Counters counters{};
  LoopRate loop_rate{};
  StopRequest stop{};
  std::chrono::milliseconds sql_time = store::ScriptSql::kMaxTime;  // tests on a slow machine give more

  Hooks* hooks = nullptr;
  Broadcaster* out = nullptr;
  Voice* voice = nullptr;
  Departures* departures = nullptr;
  Bots* bots = nullptr;
  Topic* topic = nullptr;
  Penalties* penalties = nullptr;
  FloodGuard* flood = nullptr;
  Entry* entry = nullptr;
  Commands* commands = nullptr;
  HostNames* host_names = nullptr;
  SettingEffects* effects = nullptr;
  MyInfoUpdates* updates = nullptr;
  Login* login = nullptr;
  ScriptCommands* script_commands = nullptr;
  geoip::GeoIp* geo = nullptr;
  live::Live* live = nullptr;
  ScriptConsole* console = nullptr;           // null while the hub runs without scripts

  std::int64_t setting(Var var) const { return settings.integer(var); }
  std::chrono::seconds seconds(Var var) const { return std::chrono::seconds(settings.integer(var)); }
  const std::string& text(Var var) const { return settings.text(var); }
};

}  // namespace vhpy::embedded
