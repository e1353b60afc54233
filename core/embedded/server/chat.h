// The main chat: what may be said, by whom, how often, and who hears it.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/embedded/server/context.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

class Chat {
 public:
  explicit Chat(Context& context) : context_(context) {}

  void on_chat(const std::shared_ptr<Session>& session, const nmdc::Chat& message);

 private:
  bool refuse(Session& session, std::string_view text) const;
  bool noted_as_kick(Session& session, std::string_view text) const;
  void say(const std::shared_ptr<Session>& session, std::string_view text) const;

  Context& context_;
};

}  // namespace vhpy::embedded
