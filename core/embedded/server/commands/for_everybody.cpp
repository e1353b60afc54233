// Commands about oneself.
#include <fmt/format.h>

#include "core/durations.h"
#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/commands/command_table.h"
#include "core/embedded/server/commands/handlers.h"
#include "core/embedded/server/login.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/voice.h"
#include "core/embedded/store/registrations.h"
#include "core/nmdc/format.h"

namespace vhpy::embedded::commands {

void help(CommandCall& call) {
  std::string text = "Commands for you (each after + ! or /):";
  for (const CommandRow& row : command_rows()) {
    if (call.session->user_class < min_class(call.context, row)) continue;
    const std::string_view name = row.names.substr(0, row.names.find(' '));
    text += fmt::format("\r\n+{}{}{}  {}", name, row.syntax.empty() ? "" : " ", row.syntax, row.help);
  }
  call.reply_long(text);
}

void my_info(CommandCall& call) {
  const User& user = *call.user;
  call.reply(fmt::format("Nick: {}\r\nClass: {}\r\nAddress: {}\r\nShare: {} bytes\r\nClient: {}\r\nMode: {}", user.nick,
                         user.user_class, user.ip(), user.info.share, user.info.tag,
                         user.active ? "active" : "passive"));
}

void my_ip(CommandCall& call) { call.reply("Your address: " + call.session->ip); }

void me(CommandCall& call) {
  const std::string_view text = call.rest();
  if (text.empty()) return call.reply("+me <text>");
  if (const auto left = call.context.penalties->hindered_for(*call.session, Restriction::kChat)) {
    return call.reply(fmt::format("You may not write here for {}.", format_duration(*left)));
  }
  if (call.session->user_class < call.context.setting(Var::kMainchatClass)) {
    return call.reply("You may not write in the main chat.");
  }
  const auto max = static_cast<std::size_t>(call.context.setting(Var::kMaxChatMsg));
  if (call.session->user_class < kVip && max != 0 && text.size() > max) {
    return call.reply("Your message is too long.");
  }
  call.context.out->to_all(nmdc::format::action(call.session->nick, text));
}

void ask_for_account(CommandCall& call) {
  if (call.context.accounts.find(call.session->nick) != nullptr) return call.reply("Your nick is registered.");
  call.context.voice->tell_operators(fmt::format("{} ({}) asks for an account. {}", call.session->nick,
                                                 call.session->ip, call.rest()));
  call.reply("The operators have been told.");
}

void set_password(CommandCall& call) {
  const bool may = call.session->registered || call.session->must_set_password;
  if (!may || call.context.accounts.find(call.session->nick) == nullptr) {
    return call.reply("Your nick is not registered; see +regme.");
  }
  call.login.choose_password(call.session, call.rest());
}

}  // namespace vhpy::embedded::commands
