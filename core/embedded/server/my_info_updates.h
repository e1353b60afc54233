// What users say of themselves after login. The hub knows it at once; everybody is told at most once per int_myinfo
// seconds and user, the latest state rather than none.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>

#include "core/embedded/server/context.h"
#include "core/nmdc/my_info.h"

namespace vhpy::embedded {

class MyInfoUpdates {
 public:
  explicit MyInfoUpdates(Context& context) : context_(context) {}

  void on_my_info(const std::shared_ptr<Session>& session, const nmdc::MyInfo& info);
  // Shows what had to wait.
  void tick();
  // Shows everybody the user's present MyINFO, now.
  void show(User& user) const;

 private:
  Context& context_;
  bool any_pending_ = false;
};

}  // namespace vhpy::embedded
