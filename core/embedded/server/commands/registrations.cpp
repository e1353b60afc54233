// Commands about accounts.
#include <fmt/format.h>

#include <charconv>

#include "core/embedded/server/accounts.h"
#include "core/embedded/server/commands/handlers.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/password_changes.h"
#include "core/embedded/store/registrations.h"

namespace vhpy::embedded::commands {

namespace {

std::optional<int> parse_class(std::string_view text) {
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

// Whether the caller stands high enough above a class to give it or take it.
bool above(const CommandCall& call, int other) {
  const int own = call.session->user_class;
  if (own == kMaster || own >= other + call.context.setting(Var::kClassdifReg)) return true;
  call.reply(fmt::format("Your class {} is too low for an account of class {}.", own, other));
  return false;
}

// The account the first word names, if the caller may change it.
const store::Account* account_to_change(CommandCall& call, std::string_view nick) {
  const store::Account* account = call.context.accounts.find(nick);
  if (account == nullptr) {
    call.reply(nick.empty() ? "Whose account?" : fmt::format("{} is not registered.", nick));
    return nullptr;
  }
  return above(call, account->user_class) ? account : nullptr;
}

}  // namespace

void register_user(CommandCall& call) {
  const std::string nick(call.word());
  const std::string_view class_text = call.word();
  const auto user_class = class_text.empty() ? std::optional<int>(kRegistered) : parse_class(class_text);
  if (nick.empty() || !user_class) return call.reply("!regnew <nick> [class] [password]");
  if (!above(call, *user_class)) return;
  const std::string_view password = call.rest();
  const bool allowed = call.context.hooks->allows(HookId::kOnNewReg, call.session.get(), call.session->nick, nick,
                                                  *user_class);
  if (!allowed) return call.reply(fmt::format("{} is not registered: a script forbids it.", nick));
  const Outcome added = accounts::add(call.context, call.changes, nick, *user_class, password, call.session->nick);
  call.report(added, fmt::format("{} is registered with class {}.{}", nick, *user_class,
                                 password.empty() ? " The password is chosen at the next login." : ""));
}

void delete_registration(CommandCall& call) {
  const std::string nick(call.word());
  if (account_to_change(call, nick) == nullptr) return;
  call.report(accounts::remove(call.context, nick), fmt::format("{} is no longer registered.", nick));
}

void reset_password(CommandCall& call) {
  const std::string nick(call.word());
  if (account_to_change(call, nick) == nullptr) return;
  const std::string_view password = call.rest();
  if (password.empty()) {
    return call.report(call.context.accounts.set_password_hash(nick, {}),
                       fmt::format("{} chooses a password at the next login.", nick));
  }
  call.changes.change(nick, password, [call, nick](const Outcome& outcome) {
    call.report(outcome, fmt::format("The password of {} is set.", nick));
  });
}

void change_class(CommandCall& call) {
  const std::string nick(call.word());
  const auto user_class = parse_class(call.word());
  if (!user_class) return call.reply("!regclass <nick> <class>");
  if (account_to_change(call, nick) == nullptr || !above(call, *user_class)) return;
  call.report(accounts::set_class(call.context, nick, *user_class), fmt::format("{} has class {} now.", nick, *user_class));
}

void show_registration(CommandCall& call) {
  const std::string nick(call.word());
  const store::Account* account = call.context.accounts.find(nick);
  if (account == nullptr) return call.reply(fmt::format("{} is not registered.", nick));
  call.reply(fmt::format("Nick: {}\r\nClass: {}\r\nRegistered by: {}\r\nLogins: {}\r\nLast address: {}\r\nPassword: {}",
                         account->nick, account->user_class, account->reg_op, account->login_cnt, account->login_ip,
                         account->pwd_change ? "to be chosen at the next login" : "set"));
}

}  // namespace vhpy::embedded::commands
