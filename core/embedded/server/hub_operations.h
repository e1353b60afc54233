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

#define VHPY_OPERATION(result, name, parameters) result name parameters override;
#include "core/hub_operations.def"

  DynamicFunctions& dynamic_functions() override { return dynamic_functions_; }
  live::Live& live() noexcept override { return *context_.live; }

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
