// The operations of core/hub.h on this hub: what scripts can ask of it. One file per topic: operations_*.cpp.
//
// Owner: HubServer. Thread: hub. Nothing here blocks.
#pragma once

#include "core/embedded/server/context.h"
#include "core/hub.h"

namespace vhpy::embedded {

class PasswordChanges;

class HubOperations final : public Hub {
 public:
  HubOperations(Context& context, PasswordChanges& changes) : context_(context), changes_(changes) {}

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
  live::Live& live() noexcept override { return *context_.live; }

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
  // A user with a connection, or kNoSuchUser.
  Result<std::shared_ptr<User>> online(const Text& nick) const;

  // Whose status flag is to change; kBadArgument, kNoSuchUser.
  Result<std::shared_ptr<Session>> flag_holder(const Text& nick, Integer flag) const;

  Context& context_;
  PasswordChanges& changes_;
  DynamicFunctions dynamic_functions_;
  int command_depth_ = 0;
};

}  // namespace vhpy::embedded
