#include "core/embedded/server/login.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>

#include "core/embedded/server/bots.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/entry.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/topic.h"
#include "core/embedded/server/version.h"
#include "core/embedded/server/voice.h"
#include "core/embedded/store/passwords.h"
#include "core/embedded/store/registrations.h"
#include "core/nmdc/format.h"
#include "core/nmdc/lock.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

constexpr std::chrono::seconds kSilence{30};  // a guest not heard of for so long may have lost its connection

// What the hub acts on, by the name in $Supports; `echo` is the hub's own name for it.
struct FeatureRow {
  std::string_view name, echo;
  bool Features::*member;  // null: nothing to remember
};
constexpr std::array<FeatureRow, 10> kFeatures{{{"NoHello", "NoHello", &Features::no_hello},
                                               {"NoGetINFO", "NoGetINFO", &Features::no_get_info},
                                               {"UserIP2", "UserIP2", &Features::user_ip},
                                               {"TTHSearch", "TTHSearch", nullptr},
                                               {"BotList", "BotList", &Features::bot_list},
                                               {"HubTopic", "HubTopic", &Features::hub_topic},
                                               {"MCTo", "MCTo", &Features::mc_to},
                                               {"BotINFO", "HubINFO", &Features::bot_info},
                                               {"HubURL", "HubURL", &Features::hub_url},
                                               {"ExtJSON2", "ExtJSON2", &Features::ext_json}}};

template <class Map>
void make_room(Map& map, std::size_t most) {
  if (map.size() >= most) map.erase(map.begin());
}

}  // namespace

void Login::greet(const std::shared_ptr<Session>& session) {
  session->began = context_.now();
  session->last_heard = session->began;
  session->last_ping = session->began;
  session->accepted_at = context_.wall();
  session->stage_deadline = session->began + context_.seconds(Var::kTimeoutKey);
  if (!context_.hooks->fire(HookId::kOnNewConn, {std::string_view(session->ip)}, session.get()).allow) {
    return context_.departures->leave(session, kClosePlugin);
  }
  session->send(make_bytes(nmdc::format::lock(nmdc::make_lock(), kSoftware)));
}

void Login::on_supports(const std::shared_ptr<Session>& session, const nmdc::Supports& message,
                        std::string_view frame) {
  if (session->stage != Stage::kFresh || session->had_supports) {
    return context_.departures->protocol_error(session, "Supports is sent once, before ValidateNick.");
  }
  session->had_supports = true;
  std::vector<std::string_view> common;
  for (const std::string_view feature : message.features) {
    const auto row = std::find_if(kFeatures.begin(), kFeatures.end(), [&](const auto& r) { return r.name == feature; });
    if (row == kFeatures.end() || std::find(common.begin(), common.end(), row->echo) != common.end()) continue;
    if (row->member == &Features::ext_json && context_.setting(Var::kDisableExtjson) != 0) continue;
    if (row->member != nullptr) session->features.*row->member = true;
    common.push_back(row->echo);
  }
  if (context_.hooks->wanted(HookId::kOnParsedMsgSupports)) {
    const std::string back = fmt::format("{}", fmt::join(common, " "));
    if (!context_.hooks->allows(HookId::kOnParsedMsgSupports, session.get(), session->ip, frame, back)) return;
  }
  if (!session->leaving()) session->send(make_bytes(nmdc::format::supports(common)));
}

void Login::on_key(const std::shared_ptr<Session>& session) {
  const bool late = session->stage == Stage::kAccepted || session->stage == Stage::kWantPassword;
  if ((session->stage != Stage::kFresh && !late) || session->had_key) {
    return context_.departures->protocol_error(session, "Key is sent once, before the login is complete.");
  }
  session->had_key = true;
  if (late) return;  // after ValidateNick, as some clients send it: nothing depends on it
  session->stage_deadline = context_.now() + context_.seconds(Var::kTimeoutNick);
}

// The account under whose rules the nick logs in; null: it is nobody's, or switched off.
const store::Account* Login::account_of(const Session& session) const {
  const store::Account* account = context_.accounts.find(session.nick);
  return account != nullptr && account->enabled && account->user_class >= kRegistered ? account : nullptr;
}

void Login::on_validate_nick(const std::shared_ptr<Session>& session, const nmdc::ValidateNick& message,
                             std::string_view frame) {
  if (session->stage != Stage::kFresh || session->had_validate) {
    return context_.departures->protocol_error(session, "ValidateNick is sent once.");
  }
  session->had_validate = true;
  session->nick = message.nick;
  const store::Account* account = account_of(*session);
  const int user_class = account != nullptr ? account->user_class : int{kGuest};
  if (refuse_ill_formed(session, account != nullptr)) return;
  if (context_.bots->is_reserved(session->nick)) {
    return deny(session, kCloseBadNick, "This nick belongs to the hub. Please choose another one.");
  }
  if (refuse_banned(session, user_class) || refuse_too_soon(session, account) || refuse_full(session, user_class)) {
    return;
  }
  if (!context_.hooks->allows(HookId::kOnParsedMsgValidateNick, session.get(), frame)) {
    return context_.departures->leave(session, kClosePlugin);
  }
  if (!session->leaving()) ask_for_password_or_accept(session);
}

// After the hook: a script may have registered the nick meanwhile, or removed its account.
void Login::ask_for_password_or_accept(const std::shared_ptr<Session>& session) {
  const store::Account* account = account_of(*session);
  session->send(make_bytes(nmdc::format::hub_name(context_.text(Var::kHubName), {})));
  // An account whose first password is still being hashed has one already, as far as anybody who tries it can tell.
  if (account != nullptr && (!account->pwd_change || changes_.under_way(session->nick))) {
    session->stage = Stage::kWantPassword;
    session->stage_deadline = context_.now() + context_.seconds(Var::kTimeoutPassword);
    return session->send(make_bytes(nmdc::format::get_pass()));
  }
  if (refuse_taken(session)) return;
  session->must_set_password = account != nullptr;
  accept(session, session->features.bot_info ? int{kPinger} : int{kGuest});
}

bool Login::refuse_ill_formed(const std::shared_ptr<Session>& session, bool registered) {
  nmdc::NickRules rules;
  rules.min_bytes = static_cast<std::size_t>(context_.setting(Var::kMinNick));
  rules.max_bytes = static_cast<std::size_t>(context_.setting(Var::kMaxNick));
  rules.reserved_prefixes = context_.text(Var::kNickReservedPrefixes);
  const auto problem = nmdc::check_nick(session->nick, rules, registered);
  if (!problem) return false;
  if (problem->fault == nmdc::NickFault::kEmpty) {
    context_.departures->protocol_error(session, problem->message);
  } else {
    deny(session, kCloseBadNick, problem->message);
  }
  return true;
}

bool Login::refuse_banned(const std::shared_ptr<Session>& session, int user_class) {
  if (user_class >= context_.setting(Var::kBanBypassClass)) return false;
  const store::Ban* ban = context_.bans.find({session->nick, session->ip, std::nullopt, {}}, context_.wall());
  if (ban == nullptr) return false;
  spdlog::info("{} ({}) is banned: {}", session->nick, session->ip, ban->reason);
  context_.departures->refuse(session, kCloseInvalidUser, context_.penalties->ban_text(*ban));
  return true;
}

// After a wrong password, and between two logins of one nick.
bool Login::refuse_too_soon(const std::shared_ptr<Session>& session, const store::Account* account) {
  const std::int64_t now = context_.wall();
  const auto wrong = wrong_passwords_.find(session->ip);
  if (account != nullptr && wrong != wrong_passwords_.end() && wrong->second > now) {
    context_.departures->refuse(session, kClosePassword,
                                fmt::format("A wrong password came from your address. Wait {} seconds.", wrong->second - now));
    return true;
  }
  const int user_class = account == nullptr ? int{kGuest} : account->user_class;
  const std::int64_t interval = context_.setting(Var::kIntLogin);
  if (interval == 0 || user_class > context_.setting(Var::kMaxClassIntLogin)) return false;
  const auto last = last_logins_.find(nmdc::fold_nick(session->nick));
  if (last == last_logins_.end() || now >= last->second + interval) return false;
  context_.departures->refuse(session, kCloseReconnect,
                              fmt::format("You reconnect too fast. Wait {} seconds.", last->second + interval - now));
  return true;
}

bool Login::refuse_full(const std::shared_ptr<Session>& session, int user_class) {
  if (user_class >= kOperator) return false;
  std::int64_t room = context_.setting(Var::kMaxUsers);
  if (user_class == kRegistered) room += context_.setting(Var::kMaxExtraRegs);
  if (user_class == kVip) room += context_.setting(Var::kMaxExtraVips);
  if (user_class == kGuest && session->features.bot_info) room += context_.setting(Var::kMaxExtraPings);
  if (static_cast<std::int64_t>(context_.sessions.claimed()) < room) return false;
  const std::string& said = context_.text(Var::kHubfullMessage);
  context_.departures->refuse(session, kCloseUserLimit,
                              said + (said.empty() ? "" : "\r\n") + "This hub is full. Please try again later.",
                              nmdc::format::hub_is_full());
  return true;
}

// Guests only: who knows the password replaces an old session instead.
bool Login::refuse_taken(const std::shared_ptr<Session>& session) {
  const auto holder = context_.sessions.holder(session->nick);
  if (!holder) return false;
  const bool silent = holder->in_list() && !holder->registered && holder->ip == session->ip &&
                      context_.now() - holder->last_heard >= kSilence;
  if (silent) {
    session->contested = true;
    return false;
  }
  deny(session, kCloseBadNick, "Your nick is taken. Please choose another one.");
  return true;
}

void Login::deny(const std::shared_ptr<Session>& session, CloseReason reason, std::string_view text) {
  context_.departures->refuse(session, reason, text, nmdc::format::validate_denide(session->nick));
}

void Login::on_my_pass(const std::shared_ptr<Session>& session, const nmdc::MyPass& message, std::string_view frame) {
  const bool chooses = session->stage == Stage::kInList && session->password_pending();
  if (!chooses && session->stage != Stage::kWantPassword) {
    return context_.departures->protocol_error(session, "MyPass came without having been asked for.");
  }
  if (!context_.hooks->allows(HookId::kOnParsedMsgMyPass, session.get(), session->nick, frame)) {
    return context_.departures->leave(session, kClosePlugin);
  }
  if (session->leaving()) return;
  if (chooses) return choose_password(session, message.password);
  session->stage = Stage::kVerifying;
  session->stage_deadline = context_.now() + context_.seconds(Var::kTimeoutPassword);
  session->link->pause();
  changes_.when_settled(session->nick, [this, session, password = std::string(message.password)]() mutable {
    if (session->stage == Stage::kVerifying) begin_verify(session, std::move(password));
  });
}

void Login::begin_verify(const std::shared_ptr<Session>& session, std::string password) {
  const store::Account* account = context_.accounts.find(session->nick);
  Outcome begun = context_.passwords.verify(account == nullptr ? std::string{} : account->login_pwd, password,
                                            [this, session](bool right) { verified(session, right); });
  store::wipe(password);
  if (!begun && begun.error().code == Refusal::kBadArgument) return verified(session, false);
  if (!begun) {
    context_.departures->refuse(session, kCloseHubLoad, "Too many logins at once. Please try again in a moment.");
  }
}

void Login::verified(const std::shared_ptr<Session>& session, bool right) {
  if (session->stage != Stage::kVerifying) return;
  const store::Account* account = context_.accounts.find(session->nick);
  const std::int64_t now = context_.wall();
  if (!right || account == nullptr || !account->enabled) {
    spdlog::warn("wrong password for {} from {}", session->nick, session->ip);
    make_room(wrong_passwords_, kMaxRemembered);
    wrong_passwords_[session->ip] = now + context_.setting(Var::kPwdTmpban);
    if (account != nullptr) {
      if (auto kept = context_.accounts.record_wrong_password(session->nick, session->ip, now); !kept) {
        spdlog::warn("not recorded: {}", kept.error().detail);
      }
    }
    return context_.departures->refuse(session, kClosePassword, "Wrong password.", nmdc::format::bad_pass());
  }
  const int user_class = account->user_class;
  if (auto kept = context_.accounts.record_login(session->nick, session->ip, now); !kept) {
    spdlog::warn("login of {} not recorded: {}", session->nick, kept.error().detail);
  }
  session->registered = true;
  if (const auto old = context_.sessions.holder(session->nick)) {
    context_.departures->refuse(old, kCloseSelf, "You have logged in anew from elsewhere.");
  }
  accept(session, user_class);
  if (session->link) session->link->resume();
}

// The first time the account has no password yet, and whoever came with its nick chooses it.
void Login::choose_password(const std::shared_ptr<Session>& session, std::string_view password) {
  session->set_password_deadline = {};
  changes_.change(session->nick, password, [this, session](const Outcome& outcome) {
    if (!session->in_list()) return;
    if (!outcome) {
      context_.voice->tell(*session, "Password not set: " + outcome.error().detail);
      if (!session->must_set_password) return;
      session->set_password_deadline = context_.now() + context_.seconds(Var::kTimeoutSetpass);
      return session->send(make_bytes(nmdc::format::get_pass()));
    }
    context_.voice->tell(*session, "Your password is set. Use it from the next login on.");
    if (!session->must_set_password) return;
    session->must_set_password = false;
    session->registered = true;
    const store::Account* account = context_.accounts.find(session->nick);
    if (account != nullptr) context_.entry->set_class(session, account->user_class);
  });
}

void Login::accept(const std::shared_ptr<Session>& session, int user_class) {
  session->user_class = user_class;
  session->stage = Stage::kAccepted;
  session->stage_deadline = context_.now() + context_.seconds(Var::kTimeoutMyinfo);
  if (!session->contested) context_.sessions.claim(session);
  make_room(last_logins_, kMaxRemembered);
  last_logins_[nmdc::fold_nick(session->nick)] = context_.wall();
  session->send(make_bytes(nmdc::format::hello(session->nick)));
  if (user_class >= kOperator) session->send(make_bytes(nmdc::format::logged_in(session->nick)));
  if (session->features.hub_url) session->send(make_bytes(nmdc::format::get_hub_url()));
}

void Login::check_deadline(const std::shared_ptr<Session>& session) {
  const auto now = context_.now();
  if (session->in_list() && session->password_pending() && now >= session->set_password_deadline) {
    session->set_password_deadline = {};
    return context_.departures->refuse(session, kCloseTimeout, "You did not set a password in time.");
  }
  if (session->stage >= Stage::kInList) return;
  const auto whole = session->began + context_.seconds(Var::kTimeoutLogin);
  if (now < session->stage_deadline && now < whole) return;
  ++context_.counters.login_timeouts;
  context_.departures->refuse(session, kCloseTimeout, "Your login took too long.");
}

bool Login::forgive_ip(const std::string& ip) {
  const auto wrong = wrong_passwords_.find(ip);
  if (wrong == wrong_passwords_.end()) return false;
  const bool held = wrong->second > context_.wall();
  wrong_passwords_.erase(wrong);
  return held;
}

bool Login::forgive_nick(std::string_view nick) {
  const auto last = last_logins_.find(nmdc::fold_nick(nick));
  if (last == last_logins_.end()) return false;
  const bool held = last->second + context_.setting(Var::kIntLogin) > context_.wall();
  last_logins_.erase(last);
  return held;
}

void Login::purge() {
  const std::int64_t now = context_.wall();
  std::erase_if(wrong_passwords_, [now](const auto& entry) { return entry.second <= now; });
  const std::int64_t interval = context_.setting(Var::kIntLogin);
  std::erase_if(last_logins_, [=](const auto& entry) { return entry.second + interval <= now; });
}

}  // namespace vhpy::embedded
