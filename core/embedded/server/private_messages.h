// Messages from one user to another, to a bot, or to the operator chat.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>
#include <string_view>

#include "core/embedded/server/context.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

class PrivateMessages {
 public:
  explicit PrivateMessages(Context& context) : context_(context) {}

  void on_private_message(const std::shared_ptr<Session>& session, const nmdc::PrivateMessage& message);
  void on_mc_to(const std::shared_ptr<Session>& session, const nmdc::McTo& message);

 private:
  bool refuse(const std::shared_ptr<Session>& session, std::string_view text, Var max_bytes);
  bool refuse_repetition(const std::shared_ptr<Session>& session, std::string_view to, std::string_view text);
  void to_op_chat(const std::shared_ptr<Session>& session, std::string_view text);

  Context& context_;
};

}  // namespace vhpy::embedded
