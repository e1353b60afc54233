#include "core/embedded/server/connect_relay.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "core/durations.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/limits.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/voice.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

void ConnectRelay::on_connect_to_me(const std::shared_ptr<Session>& session, const nmdc::ConnectToMe& request) {
  if (!request.from.empty() && !nmdc::same_nick(request.from, session->nick)) {
    return context_.departures->protocol_error(session, "A connection request must be your own.");
  }
  if (!context_.flood->admit(session, FloodKind::kConnectToMe)) return;
  const auto to = peer(session, request.to);
  if (!to) return;
  if (context_.hooks->wanted(HookId::kOnParsedMsgConnectToMe)) {
    const std::string port = fmt::format("{}{}", request.port, request.suffix);
    const bool allowed = context_.hooks->allows(HookId::kOnParsedMsgConnectToMe, session.get(), session->nick, to->nick,
                                                session->ip, port);
    if (!allowed || session->leaving() || !to->session) return;
  }
  to->session->send(make_bytes(nmdc::format::connect_to_me(request, session->ip)));
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
  if (!context_.hooks->allows(HookId::kOnParsedMsgRevConnectToMe, session.get(), session->nick, to->nick)) return;
  if (session->leaving() || !to->session) return;
  to->session->send(make_bytes(nmdc::format::rev_connect_to_me(session->nick, to->nick)));
}

// $MyNick comes first and says who, $Lock follows and may say which hub sent it. Only the first is waited with, and not
// for long. The answer is known to stop such clients.
void ConnectRelay::on_peer_handshake(const std::shared_ptr<Session>& session, const nmdc::PeerHandshake& message) {
  const bool says_nick = message.keyword == "$MyNick";
  if (says_nick && session->peer_nick.empty() && !message.argument.empty() && session->stage == Stage::kFresh) {
    session->peer_nick = message.argument;
    session->stage_deadline = std::min(session->stage_deadline, context_.now() + limits::kPeerLockWait);
    return;
  }
  constexpr std::string_view kReferer = "Ref=";
  const auto at = says_nick ? std::string_view::npos : message.argument.find(kReferer);
  const std::string_view referer =
      at == std::string_view::npos ? std::string_view{} : message.argument.substr(at + kReferer.size());
  if (context_.hooks->allows(HookId::kOnCtmToHub, session.get(), session->peer_nick, session->ip, int{session->port},
                             int{context_.port}, referer)) {
    ++context_.counters.protocol_errors;
    spdlog::info("{} ({}) took the hub for a client, sent by '{}'", session->peer_nick, session->ip, referer);
    session->send(make_bytes(nmdc::format::error_ctm_to_hub()));
  }
  context_.departures->leave(session, kCloseNoRedirect);
}

// Null: nobody to relay to; the sender knows why, unless the other has just left.
std::shared_ptr<User> ConnectRelay::peer(const std::shared_ptr<Session>& session, std::string_view nick) const {
  if (const auto left = context_.penalties->hindered_for(*session, Restriction::kConnect)) {
    context_.voice->tell(*session, fmt::format("You may not connect to others for {}.", format_duration(*left)));
    return nullptr;
  }
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
