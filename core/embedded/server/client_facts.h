// What a client says of itself besides MyINFO: the address it has connected to, and its ExtJSON, which those who
// understand it are shown. Kept in the session, bounded by the parser.
//
// Owner: Dispatcher. Thread: hub.
#pragma once

#include <memory>
#include <string_view>

#include "core/embedded/server/context.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

class ClientFacts {
 public:
  explicit ClientFacts(Context& context) : context_(context) {}

  // One that is no address is dropped.
  void on_my_hub_url(const std::shared_ptr<Session>& session, const nmdc::MyHubUrl& message) const;
  // frame: the whole command, for the hook. Before login is complete it is kept, and shown when the user is (Entry).
  void on_ext_json(const std::shared_ptr<Session>& session, const nmdc::ExtJson& message, std::string_view frame) const;

 private:
  Context& context_;
};

}  // namespace vhpy::embedded
