// Runs what users type after + ! or /: scripts first, then the script console, then the hub's own commands.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>
#include <string_view>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class Login;
class PasswordChanges;

class Commands {
 public:
  enum class Where { kChat, kPrivate };

  Commands(Context& context, Login& login, PasswordChanges& changes)
      : context_(context), login_(login), changes_(changes) {}

  // Whether the text begins with a command character of the user's class.
  bool is_command(const Session& session, std::string_view text) const;

  // Fires OnHubCommand, then OnOperatorCommand and OnUserCommand as they apply; a block swallows the command. An unknown
  // one is answered privately, never shown.
  void run(const std::shared_ptr<Session>& session, std::string_view text, Where where);

 private:
  bool begins_with(std::string_view text, Var characters) const;
  bool scripts_allow(const std::shared_ptr<Session>& session, std::string_view line, bool operators);
  bool run_console(const std::shared_ptr<Session>& session, std::string_view line);

  Context& context_;
  Login& login_;
  PasswordChanges& changes_;
};

}  // namespace vhpy::embedded
