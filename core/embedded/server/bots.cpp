#include "core/embedded/server/bots.h"

#include <fmt/format.h>

#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/entry.h"
#include "core/embedded/store/registrations.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

void Bots::refresh() {
  refresh_one(security_nick(), shown_security_, context_.text(Var::kHubSecurityDesc));
  refresh_one(op_chat_nick(), shown_op_chat_, context_.text(Var::kOpchatDesc));
}

void Bots::refresh_one(const std::string& nick, std::string& shown, const std::string& description) {
  if (const auto old = shown.empty() ? nullptr : context_.users.find(shown)) {
    if (old->nick == nick && old->info.description == description) return;
    take_out(old);
  }
  shown = nick;
  if (nick.empty()) return;
  auto bot = std::make_shared<User>();
  bot->nick = nick;
  bot->user_class = kMaster;
  bot->hubs_own = true;
  nmdc::OwnedMyInfo info;
  info.nick = nick;
  info.description = description;
  context_.users.set_info(*bot, std::move(info));
  context_.users.add(bot);
  show(*bot);
}

bool Bots::is_reserved(std::string_view nick) const {
  const auto user = context_.users.find(nick);
  if (user && user->is_bot()) return true;
  return nmdc::same_nick(nick, security_nick()) || nmdc::same_nick(nick, op_chat_nick());
}

RobotNick Bots::nick_problem(std::string_view nick) const {
  if (const auto problem = nmdc::check_nick(nick, {}, true)) {
    if (problem->fault == nmdc::NickFault::kEmpty) return kRobotNickEmpty;
    return problem->fault == nmdc::NickFault::kForbiddenByte ? kRobotNickBadChars : kRobotNickApiError;
  }
  if (nmdc::same_nick(nick, security_nick()) || nmdc::same_nick(nick, op_chat_nick())) return kRobotNickReserved;
  const auto holder = context_.users.find(nick);
  return holder && holder->is_bot() ? kRobotNickExists : kRobotNickOk;
}

Outcome Bots::add(ScriptId owner, const std::string& nick, int user_class, nmdc::OwnedMyInfo info) {
  if (const auto problem = nmdc::check_nick(nick, {}, true)) return refuse(Refusal::kBadArgument, problem->message);
  if (context_.users.find(nick) || context_.sessions.holder(nick)) {
    return refuse(Refusal::kExists, fmt::format("the nick {} is in use", nick));
  }
  auto bot = std::make_shared<User>();
  bot->nick = nick;
  bot->user_class = user_class;
  bot->owner = owner;
  info.nick = nick;
  context_.users.set_info(*bot, std::move(info));
  context_.users.add(bot);
  show(*bot);
  return Done{};
}

Outcome Bots::remove(ScriptId caller, std::string_view nick) {
  const auto bot = context_.users.find(nick);
  if (!bot) return refuse(Refusal::kNoSuchUser, fmt::format("there is no {}", nick));
  if (!bot->is_bot()) return refuse(Refusal::kBadArgument, fmt::format("{} is not a bot", bot->nick));
  if (bot->hubs_own) return refuse(Refusal::kNotPermitted, fmt::format("{} is the hub's own bot", bot->nick));
  if (bot->owner != caller) {
    return refuse(Refusal::kNotPermitted, fmt::format("{} belongs to another script", bot->nick));
  }
  take_out(bot);
  return Done{};
}

void Bots::forget_script(ScriptId owner) {
  for (const auto& user : context_.users.all()) {
    if (user->is_bot() && !user->hubs_own && user->owner == owner) take_out(user);
  }
}

bool Bots::say_in_op_chat(std::string_view signed_by, std::string_view text, const Session* except) const {
  const std::string& room = op_chat_nick();
  if (room.empty()) return false;
  context_.users.for_each([&](const User& user) {
    if (!user.session || user.session.get() == except || !reads_op_chat(user)) return;
    user.session->send(make_bytes(nmdc::format::private_message(user.nick, room, signed_by, text)));
  });
  return true;
}

bool Bots::reads_op_chat(const User& user) const {
  return user.user_class >= context_.setting(Var::kOpchatClass);
}

void Bots::show(const User& bot) const {
  context_.out->to(make_bytes(nmdc::format::hello(bot.nick)),
                   [](const User& user) { return !user.session->features.no_hello; });
  context_.out->to(bot.my_info, [](const User&) { return true; });
  if (bot.is_op()) context_.entry->send_op_list();
  context_.out->to(make_bytes(nmdc::format::bot_list(context_.users.bots())),
                   [](const User& user) { return user.session->features.bot_list; });
}

void Bots::take_out(const std::shared_ptr<User>& bot) const {
  context_.users.remove(*bot);
  context_.out->to_all(nmdc::format::quit(bot->nick));
}

}  // namespace vhpy::embedded
