#include "core/embedded/server/dispatcher.h"

#include <fmt/format.h>

#include "core/embedded/server/departures.h"
#include "core/embedded/server/entry.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/hooks.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

// One overload per message. `listed()` guards those that only a user in the list may send.
struct Dispatcher::Visitor {
  Dispatcher& to;
  const std::shared_ptr<Session>& session;
  std::string_view frame;  // the whole command, as hooks are given it

  void error(std::string_view text) const { to.context_.departures->protocol_error(session, text); }

  bool listed(const char* what) const {
    if (session->in_list()) return true;
    error(fmt::format("{} is not allowed before login is complete.", what));
    return false;
  }

  void operator()(const nmdc::Malformed& m) const {
    if (m.reaction == nmdc::Reaction::kClose) return error(m.detail);
    to.context_.flood->admit(session, FloodKind::kUnknown);
  }
  void operator()(const nmdc::KeepAlive&) const { to.context_.flood->admit(session, FloodKind::kPing); }
  void operator()(const nmdc::Unknown&) const {
    if (!to.context_.flood->admit(session, FloodKind::kUnknown) || !session->in_list()) return;
    to.context_.hooks->allows(HookId::kOnUnknownMsg, session.get(), session->nick, frame);
  }

  // --- login ---
  void operator()(const nmdc::Supports& m) const { to.login_.on_supports(session, m, frame); }
  void operator()(const nmdc::Key&) const { to.login_.on_key(session); }
  void operator()(const nmdc::ValidateNick& m) const { to.login_.on_validate_nick(session, m, frame); }
  void operator()(const nmdc::MyPass& m) const { to.login_.on_my_pass(session, m, frame); }
  void operator()(const nmdc::Version&) const {
    if (accepted("Version")) scripts_keep(HookId::kOnParsedMsgVersion, session->ip);
  }
  void operator()(const nmdc::MyHubUrl& m) const {
    if (accepted("MyHubURL") && scripts_keep(HookId::kOnParsedMsgMyHubURL, session->nick)) to.facts_.on_my_hub_url(session, m);
  }
  void operator()(const nmdc::ExtJson& m) const {
    if (accepted("ExtJSON")) to.facts_.on_ext_json(session, m, frame);
  }
  void operator()(const nmdc::BotInfo&) const {
    if (accepted("BotINFO") && scripts_keep(HookId::kOnParsedMsgBotINFO, session->nick)) to.info_.on_bot_info(session);
  }
  void operator()(const nmdc::GetNickList&) const {
    if (accepted("GetNickList")) to.info_.on_get_nick_list(session);
  }
  void operator()(const nmdc::MyInfo& m) const {
    if (!accepted("MyINFO")) return;
    if (!nmdc::same_nick(m.nick, session->nick)) return error(fmt::format("MyINFO of {} is not yours.", m.nick));
    if (!to.context_.flood->admit(session, FloodKind::kMyInfo)) return;
    if (!to.gate_.wanted()) return to.take_my_info(session, m);
    if (const auto passed = to.gate_.pass(session, m)) to.take_my_info(session, passed->view());
  }

  // --- between users ---
  void operator()(const nmdc::Chat& m) const {
    if (listed("Chat")) to.chat_.on_chat(session, m);
  }
  void operator()(const nmdc::PrivateMessage& m) const {
    if (listed("A private message")) to.private_messages_.on_private_message(session, m);
  }
  void operator()(const nmdc::McTo& m) const {
    if (listed("A private message")) to.private_messages_.on_mc_to(session, m);
  }
  void operator()(const nmdc::Search& m) const {
    if (listed("Search")) to.search_.on_search(session, m, frame);
  }
  void operator()(const nmdc::SearchResult& m) const {
    if (listed("A search result")) to.search_.on_result(session, m, frame);
  }
  void operator()(const nmdc::ConnectToMe& m) const {
    if (listed("ConnectToMe")) to.connect_.on_connect_to_me(session, m);
  }
  void operator()(const nmdc::RevConnectToMe& m) const {
    if (listed("RevConnectToMe")) to.connect_.on_rev_connect_to_me(session, m);
  }
  void operator()(const nmdc::GetInfo& m) const {
    if (listed("GetINFO")) to.info_.on_get_info(session, m);
  }

  // --- operators ---
  void operator()(const nmdc::UserIp& m) const {
    if (listed("UserIP")) to.operators_.on_user_ip(session, m);
  }
  void operator()(const nmdc::Kick& m) const {
    if (listed("Kick")) to.operators_.on_kick(session, m.nick);
  }
  void operator()(const nmdc::Close& m) const {
    if (listed("Close")) to.operators_.on_kick(session, m.nick);
  }
  void operator()(const nmdc::OpForceMove& m) const {
    if (listed("OpForceMove")) to.operators_.on_force_move(session, m);
  }
  void operator()(const nmdc::GetTopic&) const {
    if (listed("GetTopic")) to.info_.on_get_topic(session);
  }
  void operator()(const nmdc::SetTopic& m) const {
    if (listed("SetTopic")) to.operators_.on_set_topic(session, m);
  }
  void operator()(const nmdc::OperatorCommand& m) const {
    if (listed("An operator's command")) to.operators_.on_other(session, m);
  }

  void operator()(const nmdc::PeerHandshake& m) const { to.connect_.on_peer_handshake(session, m); }

 private:
  // Fires a hook of which a block disconnects. False: the session has ended.
  bool scripts_keep(HookId id, const std::string& who) const {
    if (!to.context_.hooks->allows(id, session.get(), who, frame)) to.context_.departures->leave(session, kClosePlugin);
    return !session->leaving();
  }
  bool accepted(const char* what) const {
    if (session->stage == Stage::kAccepted || session->in_list()) return true;
    error(fmt::format("{} is not allowed before your nick is accepted.", what));
    return false;
  }
};

void Dispatcher::on_frame(const std::shared_ptr<Session>& session, std::string_view frame) {
  if (session->leaving()) return;
  session->last_heard = context_.now();
  if (scripts_allow(session, frame)) std::visit(Visitor{*this, session, frame}, nmdc::parse(frame));
}

// Every command of every client comes through here: without a script that asks for it, this is one branch.
bool Dispatcher::scripts_allow(const std::shared_ptr<Session>& session, std::string_view frame) {
  const bool known = !session->nick.empty();
  const HookId id = known ? HookId::kOnParsedMsgAny : HookId::kOnParsedMsgAnyEx;
  if (!context_.hooks->wanted(id) || frame.empty()) return true;
  const bool allowed = context_.hooks->allows(id, session.get(), known ? session->nick : session->ip, frame);
  if (!allowed && !known) context_.departures->leave(session, kClosePlugin);
  return allowed && !session->leaving();
}

void Dispatcher::take_my_info(const std::shared_ptr<Session>& session, const nmdc::MyInfo& info) {
  if (session->in_list()) {
    updates_.on_my_info(session, info);
  } else {
    context_.entry->enter(session, info);
  }
}

}  // namespace vhpy::embedded
