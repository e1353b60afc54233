#include "core/embedded/server/entry.h"

#include <spdlog/spdlog.h>

#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/host_names.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/topic.h"
#include "core/embedded/server/voice.h"
#include "core/nmdc/format.h"

namespace vhpy::embedded {

namespace {
constexpr std::size_t kListPieceBytes = 64 * 1024;  // clients bound the length of a line they accept
}

void Entry::enter(const std::shared_ptr<Session>& session, const nmdc::MyInfo& said) {
  nmdc::OwnedMyInfo info(said);
  info.nick = session->nick;  // spelt as at login, or others would see two users
  if (session->contested && !replace_silent_guest(session, info)) return;
  if (session->user_class < context_.setting(Var::kBanBypassClass)) {
    const store::Ban* ban = context_.bans.find({info.nick, session->ip, info.share, {}}, context_.wall());
    if (ban != nullptr) return context_.departures->refuse(session, kCloseInvalidUser, context_.penalties->ban_text(*ban));
  }
  auto user = std::make_shared<User>();
  user->nick = session->nick;
  user->user_class = session->user_class;
  user->session = session;
  user->last_shown = context_.now();
  context_.users.set_info(*user, std::move(info));
  session->user = user;
  session->stage = Stage::kInList;
  context_.users.add(user);
  if (!context_.hooks->allows(HookId::kOnUserInList, session.get(), user->nick)) {
    return context_.departures->leave(session, kClosePlugin);
  }
  if (session->leaving()) return;
  introduce(*user);
  context_.topic->show_name(*session);
  send_lists(*session);
  session->list_answered = !session->asked_for_list;
  if (user->is_op()) {
    context_.out->to(make_bytes(nmdc::format::op_list(context_.users.ops())),
                     [&](const User& other) { return other.session != session; });
  }
  context_.topic->show_topic(*session);
  send_welcome(*session);
  spdlog::debug("{} ({}) logged in, class {}", user->nick, session->ip, user->user_class);
  look_up_host(*session);

  if (!context_.hooks->fire(HookId::kOnUserLogin, {std::string_view(user->nick)}, session.get()).allow) {
    context_.departures->leave(session, kClosePlugin);
  }
}

// A client whose network broke comes back while the hub still holds its dead connection: the same guest if address,
// share and MyINFO are the same.
bool Entry::replace_silent_guest(const std::shared_ptr<Session>& session, const nmdc::OwnedMyInfo& info) const {
  session->contested = false;
  const auto old = context_.sessions.holder(session->nick);
  if (old && old != session) {
    const bool same = old->user && nmdc::format_my_info(info.view()) == nmdc::format_my_info(old->user->info.view());
    if (!same) {
      context_.departures->refuse(session, kCloseInvalidUser, "Your nick is taken.",
                                  nmdc::format::validate_denide(session->nick));
      return false;
    }
    context_.departures->refuse(old, kCloseSelf, "You have logged in anew from elsewhere.");
  }
  context_.sessions.claim(session);
  return true;
}

// To the others only: the user itself finds its MyINFO in the lists that follow.
void Entry::introduce(const User& user) const {
  const auto other = [&](const User& listener) { return &listener != &user; };
  context_.out->to(make_bytes(nmdc::format::hello(user.nick)),
                   [&](const User& to) { return other(to) && !to.session->features.no_hello; });
  context_.out->to(user.my_info, other);
  if (user.session->ext_json) {
    context_.out->to(user.session->ext_json, [&](const User& to) { return other(to) && to.session->features.ext_json; });
  }
  show_address(user, false);
}

void Entry::show_address(const User& user, bool itself_too) const {
  if (context_.setting(Var::kSendUserIp) == 0) return;
  context_.out->to(make_bytes(nmdc::format::user_ip(user.nick, user.ip())), [&](const User& other) {
    return (&other == &user ? itself_too : other.is_op()) && other.session->features.user_ip;
  });
}

void Entry::look_up_host(const Session& session) const {
  if (context_.host_names == nullptr || context_.setting(Var::kDnsLookup) == 0) return;
  context_.host_names->look_up(session.ip);
}

void Entry::send_lists(const Session& session) const {
  if (!session.features.no_hello) session.send(make_bytes(nmdc::format::nick_list(context_.users.nicks())));
  if (session.features.no_get_info || session.features.no_hello) {
    std::string all;
    context_.users.for_each([&](const User& user) { all += *user.my_info; });
    session.send(make_bytes(std::move(all)));
  } else if (session.user) {
    session.send(session.user->my_info);  // the others' come on $GetINFO
  }
  session.send(make_bytes(nmdc::format::op_list(context_.users.ops())));
  if (session.features.bot_list) session.send(make_bytes(nmdc::format::bot_list(context_.users.bots())));
  if (session.features.ext_json) {
    context_.users.for_each([&](const User& user) {
      if (user.session && user.session->ext_json) session.send(user.session->ext_json);
    });
  }
  send_addresses(session);
}

void Entry::send_addresses(const Session& session) const {
  if (!session.features.user_ip || context_.setting(Var::kSendUserIp) == 0) return;
  if (session.user_class < kOperator) return session.send(make_bytes(nmdc::format::user_ip(session.nick, session.ip)));
  std::vector<std::pair<std::string, std::string>> some;
  std::size_t bytes = 0;
  const auto flush = [&] {
    if (!some.empty()) session.send(make_bytes(nmdc::format::user_ips(some)));
    some.clear();
    bytes = 0;
  };
  context_.users.for_each([&](const User& user) {
    some.emplace_back(user.nick, user.ip());
    bytes += user.nick.size() + user.ip().size() + 3;
    if (bytes > kListPieceBytes) flush();
  });
  flush();
}

void Entry::send_op_list() const { context_.out->to_all(nmdc::format::op_list(context_.users.ops())); }

void Entry::send_welcome(const Session& session) const {
  const std::string& motd = context_.text(Var::kHubMotd);
  if (!motd.empty()) context_.voice->tell(session, motd);
  if (!session.must_set_password) return;
  context_.voice->whisper(session, "Your nick is registered but has no password yet. Type one of at least " +
                                       std::to_string(context_.setting(Var::kPasswordMinLen)) +
                                       " characters when your client asks, or: +passwd <password>");
  context_.voice->tell(session, "Please set a password: +passwd <password>");
  session.user->session->set_password_deadline = context_.now() + context_.seconds(Var::kTimeoutSetpass);
  session.send(make_bytes(nmdc::format::get_pass()));
}

void Entry::set_class(const std::shared_ptr<Session>& session, int user_class) const {
  const bool was_op = session->user_class >= kOperator;
  session->user_class = user_class;
  if (!session->user) return;
  session->user->user_class = user_class;
  context_.users.touch(*session->user);
  const bool is_op = user_class >= kOperator;
  if (is_op == was_op) return;
  if (is_op) session->send(make_bytes(nmdc::format::logged_in(session->nick)));
  send_op_list();
}

}  // namespace vhpy::embedded
