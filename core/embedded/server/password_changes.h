// New passwords of accounts: hashed off the hub thread, kept when done. Who logs in meanwhile waits for it.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class PasswordChanges {
 public:
  using Done = std::function<void(const Outcome&)>;

  explicit PasswordChanges(Context& context) : context_(context) {}

  // Starts to change the password of a registered nick. `done` is called on the hub thread, maybe before this returns
  // (when it is refused at once: too short, not registered, too many at work). Blocks: no.
  void change(std::string_view nick, std::string_view password, Done done);

  bool under_way(std::string_view nick) const;
  std::size_t count_under_way() const { return pending_.size(); }  // accounts

  // Calls `next` once no change for the nick is under way: at once, or later.
  void when_settled(std::string_view nick, std::function<void()> next);

 private:
  void finish(const std::string& folded, const Outcome& outcome, const Done& done);

  Context& context_;
  struct Pending {
    int jobs = 0;
    std::vector<std::function<void()>> waiting;
  };
  std::unordered_map<std::string, Pending> pending_;  // by folded nick; bounded by store::kMaxPasswordJobs
};

}  // namespace vhpy::embedded
