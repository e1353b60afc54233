// The operations of core/hub.h on Verlihub: what scripts can ask of it. One file per topic: operations_*.cpp.
//
// Owner: the engine. Thread: hub. Nothing here blocks but what Verlihub itself does on that thread: SQL, and looking into a
// GeoIP database for the first time.
#pragma once

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "core/hub.h"
#include "core/live/live.h"
#include "core/verlihub/bots.h"
#include "core/verlihub/hub_headers.h"
#include "core/verlihub/live_feed.h"
#include "core/verlihub/script_commands.h"

namespace vhpy::verlihub {

class Operations final : public Hub {
 public:
  // inside_callback: whether one of this plugin's callbacks is under way.
  Operations(Server& server, live::Live& live, LiveFeed& feed, Bots& bots, ScriptCommands& commands,
             std::function<bool()> inside_callback)
      : server_(server), live_(live), feed_(feed), bots_(bots), commands_(commands),
        inside_callback_(std::move(inside_callback)) {}

  // Commands that could not run inside a callback. At the start of a turn of the loop, outside of callbacks.
  void run_put_off();
  bool has_put_off() const noexcept { return !put_off_.empty(); }

  HubIdentity identity() const override;

#define VHPY_OPERATION(result, name, parameters) result name parameters override;
#include "core/hub_operations.def"

  DynamicFunctions& dynamic_functions() override { return dynamic_functions_; }
  live::Live& live() noexcept override { return live_; }

  void forget_script(ScriptId script) override;

 private:
  // What these answer is in the hub's encoding.
  Utf8Text utf8(const std::string& text) const;
  Outcome send_to_classes(UserCollection& users, std::string data, Integer min, Integer max, bool delayed);
  Result<HubUser*> flag_holder(const Text& nick, Integer flag);
  Outcome fits(const Text& var, const Text& value);

  Server& server_;
  live::Live& live_;
  LiveFeed& feed_;
  Bots& bots_;
  ScriptCommands& commands_;
  const std::function<bool()> inside_callback_;
  struct PutOff {
    std::string nick, command;
    Integer in_pm;
  };
  std::vector<PutOff> put_off_;
  DynamicFunctions dynamic_functions_;
  int command_depth_ = 0;
  bool stop_asked_ = false;  // by a script, and not cancelled
};

}  // namespace vhpy::verlihub
