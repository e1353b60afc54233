// What the hub itself says, signed by its security bot.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <string_view>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class Voice {
 public:
  explicit Voice(Context& context) : context_(context) {}

  const std::string& name() const { return context_.text(Var::kHubSecurity); }

  // A line in the main chat that only this connection sees.
  void tell(const Session& session, std::string_view text) const;
  // A private message from the bot.
  void whisper(const Session& session, std::string_view text) const;
  // A line to every operator, in the operator chat's window.
  void tell_operators(std::string_view text) const;

 private:
  Context& context_;
};

}  // namespace vhpy::embedded
