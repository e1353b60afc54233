#include "core/embedded/server/operator_requests.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/embedded/server/departures.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/topic.h"
#include "core/embedded/server/voice.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

bool OperatorRequests::may(const std::shared_ptr<Session>& session, std::int64_t min_class) {
  if (session->user_class >= min_class) return true;
  if (session->operator_abuse) {
    context_.departures->protocol_error(session, "You have no rights for that.");
  } else {
    session->operator_abuse = true;
    context_.voice->tell(*session, "You have no rights for that.");
  }
  return false;
}

// The reason was in the chat line that went before, if the client is of the usual kind.
void OperatorRequests::on_kick(const std::shared_ptr<Session>& session, std::string_view nick) {
  if (!may(session, kOperator)) return;
  Penalties::KickRequest request;
  if (nmdc::same_nick(nick, session->kick_target)) request.why = session->kick_reason;
  session->kick_target.clear();
  session->kick_reason.clear();
  const std::shared_ptr<User> op = session->user;
  if (auto kicked = context_.penalties->kick(*op, nick, request); !kicked) {
    context_.voice->tell(*session, "Not kicked: " + kicked.error().detail);
  }
}

void OperatorRequests::on_force_move(const std::shared_ptr<Session>& session, const nmdc::OpForceMove& request) {
  if (!may(session, context_.setting(Var::kMinClassRedir))) return;
  const auto victim = context_.users.find(request.nick);
  if (!victim) return context_.voice->tell(*session, fmt::format("There is no user {}.", request.nick));
  if (auto allowed = context_.penalties->may_punish(*session->user, *victim); !allowed) {
    return context_.voice->tell(*session, "Not moved: " + allowed.error().detail);
  }
  const std::string text = fmt::format("You are being redirected to {} because: {}", request.address, request.reason);
  const std::shared_ptr<Session> target = victim->session;
  spdlog::info("{} redirected to {} by {}", victim->nick, request.address, session->nick);
  target->send(make_bytes(nmdc::format::private_message(victim->nick, session->nick, session->nick, text)));
  target->send(make_bytes(nmdc::format::force_move(request.address)));
  context_.departures->leave(target, kCloseForceMove);
}

// Everybody may ask for the own address.
void OperatorRequests::on_user_ip(const std::shared_ptr<Session>& session, const nmdc::UserIp& request) {
  if (!context_.flood->admit(session, FloodKind::kGetInfo)) return;
  std::vector<std::pair<std::string, std::string>> answer;
  for (const std::string_view nick : request.nicks) {
    if (!nmdc::same_nick(nick, session->nick) && !may(session, kOperator)) return;
    if (const auto user = context_.users.find(nick)) answer.emplace_back(user->nick, user->ip());
  }
  if (!answer.empty()) session->send(make_bytes(nmdc::format::user_ips(answer)));
}

void OperatorRequests::on_set_topic(const std::shared_ptr<Session>& session, const nmdc::SetTopic& request) {
  if (!may(session, context_.setting(Var::kTopicModClass))) return;
  if (auto set = context_.topic->set(request.topic); !set) {
    context_.voice->tell(*session, "Topic not set: " + set.error().detail);
  }
}

void OperatorRequests::on_other(const std::shared_ptr<Session>& session, const nmdc::OperatorCommand& request) {
  if (!may(session, kOperator)) return;
  context_.voice->tell(*session, fmt::format("This hub does not know {}; see +help.", request.keyword));
}

}  // namespace vhpy::embedded
