// What the plugin is made of: the lane, Python, the operations, the wake-up, the live copy. Made when the plugin is loaded
// for the first time, and there for as long as the process: Python and libraries of scripts cannot be started twice, and
// threads of scripts may return into this code at any time. A plugin that is unloaded only takes its scripts with it.
//
// Owner: the process. Thread: hub. Shutdown: hub_stops(), from Verlihub's OnUnLoad; what then still lives is left behind
// when the process exits, without destructors.
#pragma once

#include <memory>

#include "core/console.h"
#include "core/live/live.h"
#include "core/verlihub/bots.h"
#include "core/verlihub/events.h"
#include "core/verlihub/hub_headers.h"
#include "core/verlihub/live_feed.h"
#include "core/verlihub/my_info_changes.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/script_commands.h"
#include "core/verlihub/wake.h"
#include "pymodule/host/python_host.h"
#include "queue/lane.h"

namespace vhpy::verlihub {

class Engine {
 public:
  // Null before the first made().
  static Engine* existing() noexcept;
  static Engine& made(Server& server);

  // The plugin begins: Python starts (the first time), scripts of the scripts directory are loaded. The refusal says what is
  // wrong; the plugin then does nothing. Blocks: as long as Python and the scripts take.
  Outcome attach(nVerliHub::nPlugin::cVHPlugin& plugin);
  // The plugin goes: every script's UnLoad, then its bots. Put off to the end of the turn if a script is at work right now. Blocks: as long
  // as the scripts take; what takes longer than its part of 5 s is interrupted.
  void detach();
  // The hub ends. Blocks: up to 4.8 s; if a script then still holds the thread, the process ends here.
  void hub_stops();

  bool attached() const noexcept { return attached_; }
  Server& server() noexcept { return server_; }
  Events& events() noexcept { return events_; }
  LiveFeed& feed() noexcept { return feed_; }
  MyInfoChanges& my_info_changes() noexcept { return my_info_changes_; }

  // The hub's tick.
  void tick();
  // A command of an operator; true if it is the console's.
  bool console(const std::string& line, HubUser& user);

 private:
  explicit Engine(Server& server);

  Outcome start_python();
  void begin_wake();
  void load_scripts();
  void turn();
  void end_of_turn();
  void do_detach();
  void say_to(const std::string& nick, const std::string& text);

  Server& server_;
  queue::Lane lane_;
  Events events_;
  live::Live live_;
  LiveFeed feed_;
  Bots bots_;
  ScriptCommands script_commands_;
  MyInfoChanges my_info_changes_;
  Operations operations_;
  py::Runtime runtime_{operations_, lane_};
  py::PythonHost python_{runtime_};
  Wake wake_;
  const std::string scripts_dir_;
  ScriptConsole console_;
  nVerliHub::nPlugin::cVHPlugin* next_ = nullptr;  // to be attached when the one before has been detached
  bool attached_ = false, detach_due_ = false, running_ = false, ended_ = false;
};

}  // namespace vhpy::verlihub
