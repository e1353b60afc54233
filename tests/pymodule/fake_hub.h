// A hub in memory, without network and storage: what tests of the module vh call. Its answers follow the
// documentation of the function table, so that a test can tell a wrong one.
//
// Thread: operations on the hub thread; the knobs and `sent()` on any.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/hub.h"
#include "core/live/live.h"
#include "tests/pymodule/gate.h"

namespace vhpy::tests {

struct FakeUser {
  std::int64_t user_class = 0;
  std::string ip;
  bool bot = false;
  ScriptId owner = 0;  // of a bot that a script added
  std::uint64_t session = 0;
};

class FakeHub final : public Hub, private live::Source {
 public:
  explicit FakeHub(std::string encoding = "utf-8");

  // --- knobs, any thread ---
  Gate& operation_gate() noexcept { return operation_gate_; }  // every operation passes it
  void add_user(std::string nick, std::int64_t user_class, std::string ip);
  void remove_user(const std::string& nick);
  std::vector<std::string> sent() const;  // what was sent, in order: "mc|nick|text", "pm|..."
  std::size_t operations() const;         // how many ran

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
  Outcome add_registration(const Text& nick, Integer user_class, const Text& password,
                           const Text& op) override;
  Outcome delete_registration(const Text& nick) override;
  Outcome set_registration_class(const Text& nick, Integer user_class) override;

  OptionalText topic(const OptionalText& topic) override;
  // A variable named "throw" throws std::runtime_error with the fallback as its text, or what that names: "bad_alloc", "an int".
  OptionalText config(const Text& conf, const Text& var, const OptionalText& fallback) override;
  Outcome set_config(const Text& conf, const Text& var, const Text& value) override;

  // Tells the state that was asked for; a length that begins with "bad" is refused.
  Result<Restrictions> user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                         const OptionalText& search, const OptionalText& ctm) override;
  Outcome delete_nick_temp_ban(const Text& nick) override;
  Outcome delete_ip_temp_ban(const Text& ip) override;
  Outcome parse_command(const Text& nick, const Text& command, Integer in_pm) override;
  Outcome script_command(const Caller& caller, const Text& command, const Text& data, Integer inst) override;
  // One row: the query, the limit, NULL. The query "bad" is refused.
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
  // Held by each operation: counts it, passes the gate, then locks the data.
  class Turn;

  // The live copy: all of it is made anew after an operation that may have changed something, and after add_user().
  bool changed() const noexcept override;
  void write(live::Draft& draft) override;
  void write_user(live::Draft& draft, const std::string& nick, const FakeUser& user);

  Nicks nicks_where(bool (*wanted)(const FakeUser&)) const;
  FakeUser* online(const Text& nick);  // a user with a connection, not a bot
  Outcome send_if_online(const Text& nick, std::string line);
  Outcome send_raw(const char* what, const Text& data, Integer min, Integer max, Integer delay);
  Text raw_list(const char* keyword, bool (*wanted)(const FakeUser&));

  const std::string encoding_;
  Gate operation_gate_;
  std::string bot_nick() const;  // mutex_ held

  mutable std::mutex mutex_;  // guards everything below
  std::map<std::string, FakeUser> users_;
  std::map<std::string, std::int64_t> registrations_;
  std::map<std::string, std::string> settings_;
  std::string topic_;
  DynamicFunctions dynamic_functions_;  // hub thread only
  std::vector<std::string> sent_;
  std::size_t operations_ = 0;
  std::uint64_t last_session_ = 1;
  bool unpublished_ = true;
  live::Live live_{"config"};  // hub thread, and readers on any
};

}  // namespace vhpy::tests
