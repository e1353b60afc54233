#include "core/embedded/server/info_requests.h"

#include "core/embedded/server/departures.h"
#include "core/embedded/server/entry.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/topic.h"
#include "core/embedded/server/version.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

// Before MyINFO the request needs no answer of its own, because the list follows MyINFO in any case; and a client that
// sends MyINFO first and then asks has just been sent it.
void InfoRequests::on_get_nick_list(const std::shared_ptr<Session>& session) {
  if (session->stage == Stage::kAccepted) {
    session->asked_for_list = true;
    return;
  }
  if (!context_.flood->admit(session, FloodKind::kNickList)) return;
  if (session->list_answered) {
    session->list_answered = false;
    return;
  }
  context_.entry->send_lists(*session);
}

void InfoRequests::on_get_info(const std::shared_ptr<Session>& session, const nmdc::GetInfo& request) {
  if (!nmdc::same_nick(request.from, session->nick)) {
    return context_.departures->protocol_error(session, "GetINFO must bear your own nick.");
  }
  if (!context_.flood->admit(session, FloodKind::kGetInfo)) return;
  const auto other = context_.users.find(request.other);
  session->send(other ? other->my_info : make_bytes(nmdc::format::quit(request.other)));
}

void InfoRequests::on_bot_info(const std::shared_ptr<Session>& session) {
  if (!context_.flood->admit(session, FloodKind::kGetInfo)) return;
  if (!session->features.bot_info) return;
  nmdc::format::HubInfo info;
  info.name = context_.text(Var::kHubName);
  info.host = context_.text(Var::kHubHost);
  info.description = context_.text(Var::kHubDesc);
  info.software = kSoftware;
  info.owner = context_.text(Var::kHubOwner);
  info.category = context_.text(Var::kHubCategory);
  info.encoding = context_.text(Var::kHubEncoding);
  info.max_users = static_cast<std::uint64_t>(context_.setting(Var::kMaxUsers));
  session->send(make_bytes(nmdc::format::hub_info(info)));
}

void InfoRequests::on_get_topic(const std::shared_ptr<Session>& session) {
  if (!context_.flood->admit(session, FloodKind::kGetInfo)) return;
  session->send(make_bytes(nmdc::format::hub_topic(context_.topic->get())));
}

}  // namespace vhpy::embedded
