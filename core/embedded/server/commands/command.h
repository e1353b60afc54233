// One chat command: a row of the table, and what its handler is given.
//
// Thread: hub. To add a command: a handler in the file of its topic, and a row in command_table.cpp.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class Login;
class PasswordChanges;

// The call of a command. The session stays valid, but may leave while the handler runs.
class CommandCall {
 public:
  CommandCall(Context& hub, Login& logins, PasswordChanges& passwords, std::shared_ptr<Session> who, bool in_pm)
      : context(hub), login(logins), changes(passwords), session(std::move(who)), user(session->user), in_pm_(in_pm) {}

  Context& context;
  Login& login;
  PasswordChanges& changes;
  std::shared_ptr<Session> session;
  std::shared_ptr<User> user;
  std::string suffix;      // of "ban_1h": "1h"
  std::string_view args;   // not yet taken by word()

  // The next word of the arguments; empty: there is none.
  std::string_view word();
  // All that is left, without spaces around it.
  std::string_view rest() const;

  // To the caller only: where the command was typed. Long answers always come as a private message.
  void reply(std::string_view text) const;
  void reply_long(std::string_view text) const;
  // "Done: ..." or the reason why not.
  void report(const Outcome& outcome, std::string_view done) const;

 private:
  bool in_pm_;
};

struct CommandRow {
  std::string_view names;      // separated by spaces, without prefix
  int min_class;
  std::optional<Var> min_class_setting;  // if set, counts instead of min_class
  bool takes_suffix;           // "name_suffix" is this command too
  std::string_view syntax;     // what follows the name
  std::string_view help;       // one line
  void (*run)(CommandCall& call);
};

}  // namespace vhpy::embedded
