// The list's members without a connection: hub security, the operator chat, and the robots that scripts add.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <string>
#include <string_view>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class Bots {
 public:
  explicit Bots(Context& context) : context_(context) {}

  // Makes the hub's own bots what the settings say now: adds, renames, removes.
  void refresh();

  const std::string& security_nick() const { return context_.text(Var::kHubSecurity); }
  const std::string& op_chat_nick() const { return context_.text(Var::kOpchatName); }  // empty: none
  // Whether a new user may not bear the nick.
  bool is_reserved(std::string_view nick) const;

  // Why a robot could not have the nick. Looks at bots only, not at users.
  RobotNick nick_problem(std::string_view nick) const;

  // A robot of a script. kBadArgument: forbidden bytes; kExists: the nick is in use or registered.
  Outcome add(ScriptId owner, const std::string& nick, int user_class, nmdc::OwnedMyInfo info);
  Outcome remove(ScriptId caller, std::string_view nick);
  void forget_script(ScriptId owner);

  // Relays to everybody whose class reads the operator chat, but not to `except`. False if the hub has none.
  bool say_in_op_chat(std::string_view signed_by, std::string_view text, const Session* except) const;
  bool reads_op_chat(const User& user) const;

 private:
  void refresh_one(const std::string& nick, std::string& shown, const std::string& description);
  void show(const User& bot) const;
  void take_out(const std::shared_ptr<User>& bot) const;

  Context& context_;
  std::string shown_security_, shown_op_chat_;
};

}  // namespace vhpy::embedded
