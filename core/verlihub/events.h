// Fires the scripts' hooks for Verlihub's callbacks: one place for who is inside, and for the reply to the event's
// connection.
//
// Owner: the engine. Thread: hub. While a hook runs, connections and users may be closed but not deleted: Verlihub deletes
// them from its loop only.
#pragma once

#include <functional>
#include <initializer_list>

#include "core/script_host.h"
#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub {

class Events {
 public:
  // before, after: called when the outermost piece of this plugin's work on the hub thread begins, and when it is done.
  Events(std::function<void()> before, std::function<void()> after) : before_(std::move(before)), after_(std::move(after)) {}

  // Null: no scripts (before they are loaded, after they are gone).
  void use(ScriptHost* scripts) { scripts_ = scripts; }
  bool wanted(HookId id) const { return scripts_ != nullptr && scripts_->wants(id); }

  // origin: the connection of the event, which gets HookResult::reply; null: none. Blocks: as long as the scripts do.
  HookResult fire(HookId id, std::initializer_list<HookArg> args, Connection* origin = nullptr);

  // For events of which scripts only say yes or no; of no cost if nobody defines the hook.
  template <class... Args>
  bool allows(HookId id, Connection* origin, const Args&... args) {
    return !wanted(id) || fire(id, {HookArg(args)...}, origin).allow;
  }

  // Work on the hub thread during which scripts and the plugin stay: commands, hooks, the console.
  class [[nodiscard]] Inside {
   public:
    explicit Inside(Events& events) : events_(events) {
      if (events_.depth_++ == 0) events_.before_();
    }
    ~Inside() {
      if (--events_.depth_ == 0) events_.after_();
    }
    Inside(const Inside&) = delete;
    Inside& operator=(const Inside&) = delete;

   private:
    Events& events_;
  };
  bool inside() const noexcept { return depth_ != 0; }

  // One of this plugin's callbacks is under way. Verlihub then walks a list that has this plugin in it, and must not take it
  // out.
  class [[nodiscard]] Callback {
   public:
    explicit Callback(Events& events) : events_(events), inside_(events) { ++events_.callbacks_; }
    ~Callback() { --events_.callbacks_; }
    Callback(const Callback&) = delete;
    Callback& operator=(const Callback&) = delete;

   private:
    Events& events_;
    const Inside inside_;
  };
  bool inside_callback() const noexcept { return callbacks_ != 0; }

 private:
  const std::function<void()> before_, after_;
  ScriptHost* scripts_ = nullptr;
  int depth_ = 0, callbacks_ = 0;
};

}  // namespace vhpy::verlihub
