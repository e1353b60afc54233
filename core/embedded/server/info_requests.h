// What a client asks the hub about others: lists, MyINFO, addresses, the hub itself.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>

#include "core/embedded/server/context.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

class InfoRequests {
 public:
  explicit InfoRequests(Context& context) : context_(context) {}

  void on_get_nick_list(const std::shared_ptr<Session>& session);
  void on_get_info(const std::shared_ptr<Session>& session, const nmdc::GetInfo& request);
  void on_bot_info(const std::shared_ptr<Session>& session);
  void on_get_topic(const std::shared_ptr<Session>& session);

 private:
  Context& context_;
};

}  // namespace vhpy::embedded
