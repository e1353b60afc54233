// Protocol commands that only operators may send: kick, close, forced move, addresses, topic.
//
// Owner: HubServer. Thread: hub. Who has no right is told so once, and disconnected when trying again.
#pragma once

#include <memory>

#include "core/embedded/server/context.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

class OperatorRequests {
 public:
  explicit OperatorRequests(Context& context) : context_(context) {}

  void on_kick(const std::shared_ptr<Session>& session, std::string_view nick);
  void on_force_move(const std::shared_ptr<Session>& session, const nmdc::OpForceMove& request);
  void on_user_ip(const std::shared_ptr<Session>& session, const nmdc::UserIp& request);
  void on_set_topic(const std::shared_ptr<Session>& session, const nmdc::SetTopic& request);
  void on_other(const std::shared_ptr<Session>& session, const nmdc::OperatorCommand& request);

 private:
  bool may(const std::shared_ptr<Session>& session, std::int64_t min_class);

  Context& context_;
};

}  // namespace vhpy::embedded
