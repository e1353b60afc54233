// Bots of scripts: each belongs to the script that made it and leaves with it. Verlihub's own bots, and those of other
// plugins, are left alone.
//
// Owner: the engine. Thread: hub. Shutdown: forget_all() while the plugin that owns the hub's side of them is still there.
#pragma once

#include <map>
#include <string>

#include "core/constants.h"
#include "core/hub.h"
#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub {

class Bots {
 public:
  static constexpr std::size_t kMaxBots = 1'000;  // of all scripts together

  explicit Bots(Server& server) : server_(server) {}

  // The plugin in whose name Verlihub keeps the bots; null: none, and none can be made.
  void use(nVerliHub::nPlugin::cVHPlugin* plugin) { plugin_ = plugin; }

  RobotNick nick_problem(const std::string& nick) const;
  // info: the nick is filled in here.
  Outcome add(ScriptId owner, const std::string& nick, int user_class, const std::string& frame);
  Outcome remove(ScriptId caller, const std::string& nick);
  void forget_script(ScriptId owner);
  void forget_all();
  std::size_t size() const noexcept { return bots_.size(); }

 private:
  struct Bot {
    PluginBot* robot;  // made and deleted by the plugin base class
    ScriptId owner;
  };
  void take_out(std::map<std::string, Bot>::iterator at);

  Server& server_;
  nVerliHub::nPlugin::cVHPlugin* plugin_ = nullptr;
  std::map<std::string, Bot> bots_;  // by folded nick
};

}  // namespace vhpy::verlihub
