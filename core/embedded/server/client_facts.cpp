#include "core/embedded/server/client_facts.h"

#include <algorithm>

#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/hooks.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

// Host, port, scheme and path are not told apart: the address is kept for scripts, which know what they look for.
bool may_be_address(std::string_view url) {
  return !url.empty() && std::all_of(url.begin(), url.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7F && c != '$' && c != '<' && c != '>';
  });
}

}  // namespace

void ClientFacts::on_my_hub_url(const std::shared_ptr<Session>& session, const nmdc::MyHubUrl& message) const {
  if (!context_.flood->admit(session, FloodKind::kGetInfo)) return;
  if (!may_be_address(message.url)) return;
  session->hub_url = message.url;
  if (session->user) context_.users.touch(*session->user);
}

void ClientFacts::on_ext_json(const std::shared_ptr<Session>& session, const nmdc::ExtJson& message,
                              std::string_view frame) const {
  if (!nmdc::same_nick(message.nick, session->nick)) {
    return context_.departures->protocol_error(session, "ExtJSON must bear your own nick.");
  }
  if (!session->features.ext_json) {
    context_.flood->admit(session, FloodKind::kUnknown);
    return;
  }
  if (!context_.flood->admit(session, FloodKind::kExtJson)) return;
  if (!context_.hooks->allows(HookId::kOnParsedMsgExtJSON, session.get(), session->nick, frame)) return;
  if (session->leaving()) return;
  std::string command = nmdc::format::ext_json(session->nick, message.json);
  if (session->ext_json && *session->ext_json == command) return;
  session->ext_json = make_bytes(std::move(command));
  if (!session->in_list()) return;
  context_.users.touch(*session->user);
  context_.out->to(session->ext_json, [](const User& user) { return user.session->features.ext_json; });
}

}  // namespace vhpy::embedded
