// Requests of one client to connect to another one directly.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>

#include "core/embedded/server/context.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

class ConnectRelay {
 public:
  explicit ConnectRelay(Context& context) : context_(context) {}

  void on_connect_to_me(const std::shared_ptr<Session>& session, const nmdc::ConnectToMe& request);
  void on_rev_connect_to_me(const std::shared_ptr<Session>& session, const nmdc::RevConnectToMe& request);
  // $MyNick and $Lock: somebody told a client that we are a client to connect to. Fires OnCtmToHub, then disconnects.
  void on_peer_handshake(const std::shared_ptr<Session>& session, const nmdc::PeerHandshake& message);

 private:
  std::shared_ptr<User> peer(const std::shared_ptr<Session>& session, std::string_view nick) const;

  Context& context_;
};

}  // namespace vhpy::embedded
