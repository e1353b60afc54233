#include "core/embedded/server/departures.h"

#include <spdlog/spdlog.h>

#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/voice.h"
#include "core/embedded/store/registrations.h"
#include "core/nmdc/format.h"

namespace vhpy::embedded {

void Departures::leave(const std::shared_ptr<Session>& session, CloseReason reason,
                       std::chrono::milliseconds linger) {
  if (session->leaving()) return;
  session->stage = Stage::kLeaving;
  session->close_reason = reason;
  waiting_.push_back({session, linger});
  if (departing_) return;
  departing_ = true;
  while (!waiting_.empty()) {
    const Departure next = std::move(waiting_.front());
    waiting_.pop_front();
    depart(next.session);
    if (next.session->link) next.session->link->close(next.linger);
  }
  departing_ = false;
}

void Departures::leave_all(CloseReason reason, std::chrono::milliseconds linger) {
  hub_ends_ = true;
  for (const auto& session : context_.sessions.all()) leave(session, reason, linger);
}

void Departures::depart(const std::shared_ptr<Session>& session) {
  const std::shared_ptr<User> user = session->user;
  if (user) {
    context_.hooks->fire(HookId::kOnUserLogout, {std::string_view(user->nick)}, session.get());
    context_.users.remove(*user);
    user->session = nullptr;
    session->user = nullptr;
    if (!hub_ends_) context_.out->to_all(nmdc::format::quit(user->nick));
    if (session->registered) {
      if (auto kept = context_.accounts.record_logout(user->nick, context_.wall()); !kept) {
        spdlog::warn("logout of {} not recorded: {}", user->nick, kept.error().detail);
      }
    }
  }
  context_.sessions.release(*session);
}

void Departures::refuse(const std::shared_ptr<Session>& session, CloseReason reason, std::string_view text,
                        std::string status) {
  if (session->leaving()) return;
  if (!text.empty()) context_.voice->tell(*session, text);
  if (!status.empty()) session->send(make_bytes(std::move(status)));
  leave(session, reason);
}

void Departures::protocol_error(const std::shared_ptr<Session>& session, std::string_view text) {
  if (session->leaving()) return;
  ++context_.counters.protocol_errors;
  spdlog::info("{} ({}) closed: {}", session->nick.empty() ? "a client" : session->nick, session->ip, text);
  refuse(session, kCloseSyntax, text);
}

void Departures::closed(const std::shared_ptr<Session>& session) {
  leave(session, kCloseQuit, std::chrono::milliseconds{0});
  if (session->stage == Stage::kGone) return;
  session->stage = Stage::kGone;
  session->link = nullptr;
  context_.sessions.remove(*session);
  context_.hooks->fire(HookId::kOnCloseConn, {std::string_view(session->ip)});
  context_.hooks->fire(HookId::kOnCloseConnEx, {std::string_view(session->ip), std::int64_t{session->close_reason},
                                                std::string_view(session->nick)});
}

}  // namespace vhpy::embedded
