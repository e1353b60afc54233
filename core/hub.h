// What a hub can be asked: one operation per row of the function table (core/functions/). Both hosts implement it.
//
// Thread: every operation runs on the hub thread only, and none of them blocks on a script or takes the GIL.
// Text is bytes as they stand on the wire, unescaped unless said otherwise. Nicks compare ASCII-case-insensitively.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/answers.h"
#include "core/dynamic_functions.h"
#include "core/result.h"

namespace vhpy {

namespace live {
class Live;
}

using ScriptId = std::uint32_t;  // 0 = not a script

// On whose behalf an operation runs.
struct Caller {
  ScriptId script = 0;
};

struct MyInfo {
  std::string nick, description, tag, speed, mail, size;
};

// Facts about the host that scripts see as attributes of vh. The strings may change at run time (settings).
struct HubIdentity {
  std::string bot_nick;      // hub security: signs what the hub says
  std::string op_chat_nick;  // empty = no operator chat
  std::string config_dir;    // vh.basedir
  std::string config_name;   // vh.config_name: name of the hub's own settings in GetConfig and SetConfig
  std::string encoding;      // of the bytes on the wire: a Python codec name
  std::int64_t start_time;   // epoch seconds
};

class Hub {
 public:
  using Text = std::string;
  using OptionalText = std::optional<std::string>;
  using Integer = std::int64_t;
  using Real = double;
  using Nicks = std::vector<std::string>;

  virtual ~Hub() = default;

  virtual HubIdentity identity() const = 0;

  // --- users and lists ---
  virtual Nicks nick_list() = 0;
  virtual Nicks op_list() = 0;
  virtual Nicks bot_list() = 0;
  virtual std::optional<Integer> user_class(const OptionalText& nick) = 0;
  virtual OptionalText user_ip(const Text& nick) = 0;
  virtual OptionalText user_host(const Text& nick) = 0;
  virtual std::optional<MyInfo> my_info(const Text& nick) = 0;
  virtual Integer users_count() = 0;
  virtual Text total_share_size() = 0;

  // --- sending ---
  virtual Outcome main_chat(const Text& msg, const OptionalText& nick) = 0;
  virtual Outcome class_chat(const Text& msg, Integer min, Integer max, const OptionalText& nick) = 0;
  virtual Outcome user_chat(const Text& msg, const Text& nick, const OptionalText& bot) = 0;
  virtual Outcome private_message(const Text& msg, const Text& nick, const OptionalText& from,
                                  const OptionalText& bot) = 0;
  virtual Outcome op_chat(const Text& msg, const OptionalText& nick) = 0;
  virtual Outcome send_to_user(const Text& data, const Text& nick, Integer delay) = 0;
  virtual Outcome send_to_all(const Text& data, Integer min, Integer max, Integer delay) = 0;
  virtual Outcome private_message_to_all(const Text& msg, const Text& from, Integer min, Integer max) = 0;
  virtual Outcome close_connection(const Text& nick, Integer nice, Integer reason) = 0;

  // --- sending raw data by kind of connection ---
  virtual Outcome send_to_everybody(const Text& data, Integer delay) = 0;
  virtual Outcome send_to_active(const Text& data, Integer delay) = 0;
  virtual Outcome send_to_passive(const Text& data, Integer delay) = 0;
  virtual Outcome send_to_active_class(const Text& data, Integer min, Integer max, Integer delay) = 0;
  virtual Outcome send_to_passive_class(const Text& data, Integer min, Integer max, Integer delay) = 0;

  // --- lists as commands, and what clients say besides MyINFO ---
  virtual Text raw_nick_list() = 0;  // without the closing '|'
  virtual Text raw_op_list() = 0;
  virtual Text raw_bot_list() = 0;
  virtual OptionalText user_hub_url(const Text& nick) = 0;
  virtual OptionalText user_ext_json(const Text& nick) = 0;  // the whole command, without its '|'
  virtual OptionalText user_version(const Text& nick) = 0;   // of its client, from the tag
  virtual std::optional<Integer> user_share(const Text& nick) = 0;

  // --- changing what is known of users ---
  virtual Outcome set_my_info(const Text& nick, const OptionalText& description, const OptionalText& tag,
                              const OptionalText& speed, const OptionalText& mail, const OptionalText& size) = 0;
  virtual Outcome set_my_info_flag(const Text& nick, Integer flag) = 0;
  virtual Outcome unset_my_info_flag(const Text& nick, Integer flag) = 0;
  virtual Outcome set_user_ip(const Text& nick, const Text& ip) = 0;

  // --- the hub itself ---
  virtual Real loop_rate() = 0;                                  // turns of the main loop per second
  virtual Outcome stop_hub(Integer code, Integer delay) = 0;     // delay in seconds; -1 cancels
  virtual Integer robot_nick_problem(const Text& nick) = 0;      // a RobotNick

  // --- registrations and bans ---
  virtual Outcome kick_user(const Text& op, const Text& nick, const Text& why, const OptionalText& address,
                            const OptionalText& note_op, const OptionalText& note_user) = 0;
  virtual Outcome ban(const Text& op, const Text& nick, const Text& reason, Integer seconds, Integer type) = 0;
  virtual Outcome add_registration(const Text& nick, Integer user_class, const Text& password, const Text& op) = 0;
  virtual Outcome delete_registration(const Text& nick) = 0;
  virtual Outcome set_registration_class(const Text& nick, Integer user_class) = 0;

  // --- settings ---
  virtual OptionalText topic(const OptionalText& topic) = 0;  // sets it when given; the topic afterwards
  virtual OptionalText config(const Text& conf, const Text& var, const OptionalText& fallback) = 0;
  virtual Outcome set_config(const Text& conf, const Text& var, const Text& value) = 0;

  // --- restrictions and temporary bans ---
  // Each of the four: absent or empty keeps it, "0" lifts it, "1" is a week, else a length such as "3h".
  virtual Result<Restrictions> user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                                 const OptionalText& search, const OptionalText& ctm) = 0;
  virtual Outcome delete_nick_temp_ban(const Text& nick) = 0;
  virtual Outcome delete_ip_temp_ban(const Text& ip) = 0;

  // --- commands, database, functions of plugins ---
  virtual Outcome parse_command(const Text& nick, const Text& command, Integer in_pm) = 0;
  virtual Outcome script_command(const Caller& caller, const Text& command, const Text& data, Integer inst) = 0;
  virtual Result<SqlRows> sql(const Text& query, Integer limit) = 0;
  virtual DynamicAnswer call_dynamic_function(const Text& name, const DynamicValues& arguments) = 0;

  // --- where addresses are; a refusal says why nothing is known. db: a database file, empty for the hub's own ---
  virtual Result<Text> user_country_code(const Text& nick) = 0;
  virtual Result<Text> country_code(const Text& ip) = 0;
  virtual Result<Utf8Text> country_name(const Text& ip) = 0;
  virtual Result<Utf8Text> city(const Text& ip, const Text& db) = 0;
  virtual Result<Utf8Text> autonomous_system(const Text& ip, const Text& db) = 0;
  virtual Result<GeoRecord> geo_record(const Text& ip, const Text& db) = 0;

  // --- bots ---
  virtual Outcome add_robot(const Caller& caller, const Text& nick, Integer user_class, const Text& description,
                            const Text& speed, const Text& mail, const Text& share) = 0;
  virtual Outcome delete_robot(const Caller& caller, const Text& nick) = 0;

  // Not in the table: where plugins of the host register what call_dynamic_function() calls.
  virtual DynamicFunctions& dynamic_functions() = 0;

  // Not in the table: what vh.cached and vh.snapshot() read (core/live/live.h). Thread: any; the object says more.
  virtual live::Live& live() noexcept = 0;

  // Not in the table: called when a script is gone, to remove what it owned.
  virtual void forget_script(ScriptId script) = 0;
};

}  // namespace vhpy
