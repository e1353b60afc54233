#include "core/embedded/server/connect_relay.h"

#include <fmt/format.h>

#include "core/embedded/nmdc/format.h"
#include "core/embedded/nmdc/nick.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/voice.h"

namespace vhpy::embedded {

void ConnectRelay::on_connect_to_me(const std::shared_ptr<Session>& session, const nmdc::ConnectToMe& request) {
  if (!request.from.empty() && !nmdc::same_nick(request.from, session->nick)) {
    return context_.departures->protocol_error(session, "A connection request must be your own.");
  }
  if (!context_.flood->admit(session, FloodKind::kConnectToMe)) return;
  if (const auto to = peer(session, request.to)) {
    to->session->send(make_bytes(nmdc::format::connect_to_me(request, session->ip)));
  }
}

void ConnectRelay::on_rev_connect_to_me(const std::shared_ptr<Session>& session, const nmdc::RevConnectToMe& request) {
  if (!nmdc::same_nick(request.from, session->nick)) {
    return context_.departures->protocol_error(session, "A connection request must be your own.");
  }
  if (!context_.flood->admit(session, FloodKind::kRevConnectToMe)) return;
  const auto to = peer(session, request.to);
  if (!to) return;
  if (!to->active && !session->user->active) {
    return context_.voice->tell(*session, fmt::format("You and {} are both passive and cannot connect.", to->nick));
  }
  to->session->send(make_bytes(nmdc::format::rev_connect_to_me(session->nick, to->nick)));
}

// Null: nobody to relay to; the sender knows why, unless the other has just left.
std::shared_ptr<User> ConnectRelay::peer(const std::shared_ptr<Session>& session, std::string_view nick) const {
  auto to = context_.users.find(nick);
  if (!to) return nullptr;
  if (to->is_bot()) {
    context_.voice->tell(*session, fmt::format("{} is a bot and shares nothing.", to->nick));
    return nullptr;
  }
  if (to->session == session) {
    context_.voice->tell(*session, "You cannot connect to yourself.");
    return nullptr;
  }
  return to;
}

}  // namespace vhpy::embedded
