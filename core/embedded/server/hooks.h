// Fires the scripts' hooks for the server: one place for the depth limit and for the reply to the event's connection.
//
// Owner: HubServer. Thread: hub. While a hook runs, anything may happen to users and connections: callers hold shared
// pointers and look again afterwards.
#pragma once

#include <initializer_list>

#include "core/embedded/server/context.h"
#include "core/script_host.h"

namespace vhpy::embedded {

class Hooks {
 public:
  explicit Hooks(Context& context) : context_(context) {}

  // Null: no scripts (before they are loaded, after they are gone).
  void use(ScriptHost* scripts) { scripts_ = scripts; }
  ScriptHost* scripts() const { return scripts_; }

  bool wanted(HookId id) const { return scripts_ != nullptr && scripts_->wants(id); }

  // origin: the connection of the event, which gets HookResult::reply; null: none. Blocks: as long as the scripts do.
  HookResult fire(HookId id, std::initializer_list<HookArg> args, const Session* origin = nullptr);

  // For events of which scripts only say yes or no. A hook that nobody defines costs one branch; `args` are text and
  // numbers, and what takes work to make is made by the caller only if wanted(). Look at the session again afterwards.
  template <class... Args>
  bool allows(HookId id, const Session* origin, const Args&... args) {
    return !wanted(id) || fire(id, {HookArg(args)...}, origin).allow;
  }

 private:
  Context& context_;
  ScriptHost* scripts_ = nullptr;
  int depth_ = 0;
};

}  // namespace vhpy::embedded
