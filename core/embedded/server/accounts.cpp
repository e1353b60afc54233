#include "core/embedded/server/accounts.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/embedded/server/bots.h"
#include "core/embedded/server/entry.h"
#include "core/embedded/server/password_changes.h"
#include "core/embedded/server/voice.h"
#include "core/embedded/store/passwords.h"
#include "core/embedded/store/registrations.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded::accounts {

namespace {

// Who is online under the nick, if it is a person.
std::shared_ptr<Session> online(Context& context, std::string_view nick) {
  const auto user = context.users.find(nick);
  return user ? user->session : nullptr;
}

}  // namespace

Outcome add(Context& context, PasswordChanges& changes, const std::string& nick, int user_class,
            std::string_view password, std::string_view op) {
  if (const auto problem = nmdc::check_nick(nick, {}, true)) return refuse(Refusal::kBadArgument, problem->message);
  if (context.bots->is_reserved(nick)) return refuse(Refusal::kExists, fmt::format("{} is a bot", nick));
  const auto min = static_cast<std::size_t>(context.setting(Var::kPasswordMinLen));
  if (!password.empty() && password.size() < min) {
    return refuse(Refusal::kBadArgument, fmt::format("a password needs at least {} characters", min));
  }
  store::Account account;
  account.nick = nick;
  account.user_class = user_class;
  account.reg_date = context.wall();
  account.reg_op = op;
  account.pwd_change = password.empty();
  if (!password.empty()) {
    if (!context.passwords.has_room()) {
      return refuse(Refusal::kUnavailable, "too many passwords wait to be hashed; try again in a moment");
    }
    account.login_pwd = store::kPasswordPending;
  }
  if (auto added = context.accounts.add(account); !added) return added;
  spdlog::info("{} registered with class {} by {}", nick, user_class, op);
  if (!password.empty()) {
    changes.change(nick, password, [nick](const Outcome& outcome) {
      if (!outcome) spdlog::error("{} is locked, having no password: {}", nick, outcome.error().detail);
    });
  }
  if (const auto session = online(context, nick)) {
    session->registered = true;  // from now on the nick is theirs
    session->must_set_password = password.empty();
    context.voice->whisper(*session, fmt::format("You have been registered with class {}.{}", user_class,
                                                 password.empty() ? " Set a password: +passwd <password>" : ""));
    context.entry->set_class(session, user_class);
  }
  return Done{};
}

Outcome remove(Context& context, const std::string& nick) {
  const store::Account* account = context.accounts.find(nick);
  if (account == nullptr) return refuse(Refusal::kNotFound, fmt::format("{} is not registered", nick));
  if (account->user_class == kMaster) return refuse(Refusal::kNotPermitted, fmt::format("{} is a master", nick));
  if (auto removed = context.accounts.remove(nick); !removed) return removed;
  spdlog::info("registration of {} removed", nick);
  if (const auto session = online(context, nick)) {
    session->registered = false;
    session->must_set_password = false;
    context.entry->set_class(session, kGuest);
  }
  return Done{};
}

Outcome set_class(Context& context, const std::string& nick, int user_class) {
  const store::Account* account = context.accounts.find(nick);
  if (account == nullptr) return refuse(Refusal::kNotFound, fmt::format("{} is not registered", nick));
  if (account->user_class == user_class) {
    return refuse(Refusal::kBadArgument, fmt::format("{} has class {} already", nick, user_class));
  }
  if (auto changed = context.accounts.set_class(nick, user_class); !changed) return changed;
  spdlog::info("{} has class {} now", nick, user_class);
  const auto session = online(context, nick);
  if (session && (session->registered || session->must_set_password)) context.entry->set_class(session, user_class);
  return Done{};
}

void refresh_online(Context& context) {
  for (const auto& user : context.users.all()) {
    const std::shared_ptr<Session> session = user->session;
    if (!session || !session->registered) continue;
    const store::Account* const account = context.accounts.find(user->nick);
    const bool valid = account != nullptr && account->enabled;
    const int user_class = valid ? account->user_class : int{kGuest};
    session->registered = valid;
    if (user_class != session->user_class) context.entry->set_class(session, user_class);
  }
}

}  // namespace vhpy::embedded::accounts
