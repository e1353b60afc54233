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

  Nicks nick_list() override;
  Nicks op_list() override;
  Nicks bot_list() override;
  std::optional<Integer> user_class(const OptionalText& nick) override;
  OptionalText user_ip(const Text& nick) override;
  OptionalText user_host(const Text& nick) override;
  std::optional<MyInfo> my_info(const Text& nick) override;
  Integer users_count() override;
  Text total_share_size() override;

  Outcome main_chat(const Text& msg, const OptionalText& nick) override;
  Outcome class_chat(const Text& msg, Integer min, Integer max, const OptionalText& nick) override;
  Outcome user_chat(const Text& msg, const Text& nick, const OptionalText& bot) override;
  Outcome private_message(const Text& msg, const Text& nick, const OptionalText& from,
                          const OptionalText& bot) override;
  Outcome op_chat(const Text& msg, const OptionalText& nick) override;
  Outcome send_to_user(const Text& data, const Text& nick, Integer delay) override;
  Outcome send_to_all(const Text& data, Integer min, Integer max, Integer delay) override;
  Outcome private_message_to_all(const Text& msg, const Text& from, Integer min, Integer max) override;
  Outcome close_connection(const Text& nick, Integer nice, Integer reason) override;

  Outcome send_to_everybody(const Text& data, Integer delay) override;
  Outcome send_to_active(const Text& data, Integer delay) override;
  Outcome send_to_passive(const Text& data, Integer delay) override;
  Outcome send_to_active_class(const Text& data, Integer min, Integer max, Integer delay) override;
  Outcome send_to_passive_class(const Text& data, Integer min, Integer max, Integer delay) override;

  Text raw_nick_list() override;
  Text raw_op_list() override;
  Text raw_bot_list() override;
  OptionalText user_hub_url(const Text& nick) override;
  OptionalText user_ext_json(const Text& nick) override;
  OptionalText user_version(const Text& nick) override;
  std::optional<Integer> user_share(const Text& nick) override;

  Outcome set_my_info(const Text& nick, const OptionalText& description, const OptionalText& tag,
                      const OptionalText& speed, const OptionalText& mail, const OptionalText& size) override;
  Outcome set_my_info_flag(const Text& nick, Integer flag) override;
  Outcome unset_my_info_flag(const Text& nick, Integer flag) override;
  Outcome set_user_ip(const Text& nick, const Text& ip) override;

  Real loop_rate() override;
  Outcome stop_hub(Integer code, Integer delay) override;
  Integer robot_nick_problem(const Text& nick) override;

  Outcome kick_user(const Text& op, const Text& nick, const Text& why, const OptionalText& address,
                    const OptionalText& note_op, const OptionalText& note_user) override;
  Outcome ban(const Text& op, const Text& nick, const Text& reason, Integer seconds, Integer type) override;
  Outcome add_registration(const Text& nick, Integer user_class, const Text& password, const Text& op) override;
  Outcome delete_registration(const Text& nick) override;
  Outcome set_registration_class(const Text& nick, Integer user_class) override;

  OptionalText topic(const OptionalText& topic) override;
  OptionalText config(const Text& conf, const Text& var, const OptionalText& fallback) override;
  Outcome set_config(const Text& conf, const Text& var, const Text& value) override;

  Result<Restrictions> user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                         const OptionalText& search, const OptionalText& ctm) override;
  Outcome delete_nick_temp_ban(const Text& nick) override;
  Outcome delete_ip_temp_ban(const Text& ip) override;

  Outcome parse_command(const Text& nick, const Text& command, Integer in_pm) override;
  Outcome script_command(const Caller& caller, const Text& command, const Text& data, Integer inst) override;
  Result<SqlRows> sql(const Text& query, Integer limit) override;
  DynamicAnswer call_dynamic_function(const Text& name, const DynamicValues& arguments) override;
  DynamicFunctions& dynamic_functions() override { return dynamic_functions_; }
  live::Live& live() noexcept override { return live_; }

  Result<Text> user_country_code(const Text& nick) override;
  Result<Text> country_code(const Text& ip) override;
  Result<Utf8Text> country_name(const Text& ip) override;
  Result<Utf8Text> city(const Text& ip, const Text& db) override;
  Result<Utf8Text> autonomous_system(const Text& ip, const Text& db) override;
  Result<GeoRecord> geo_record(const Text& ip, const Text& db) override;

  Outcome add_robot(const Caller& caller, const Text& nick, Integer user_class, const Text& description,
                    const Text& speed, const Text& mail, const Text& share) override;
  Outcome delete_robot(const Caller& caller, const Text& nick) override;
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
