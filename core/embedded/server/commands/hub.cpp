// Commands about the hub as a whole.
#include <fmt/format.h>

#include "core/embedded/server/commands/handlers.h"
#include "core/embedded/server/setting_effects.h"
#include "core/embedded/server/topic.h"
#include "core/embedded/server/voice.h"
#include "core/nmdc/format.h"

namespace vhpy::embedded::commands {

void topic(CommandCall& call) {
  const std::string_view text = call.rest();
  call.report(call.context.topic->set(text), text.empty() ? "The topic is cleared." : "The topic is set.");
}

void get_ip(CommandCall& call) {
  const std::string_view nick = call.word();
  const auto user = call.context.users.find(nick);
  call.reply(user ? fmt::format("{}: {}{}{}", user->nick, user->ip(), user->host.empty() ? "" : " ", user->host)
                  : fmt::format("There is no user {}.", nick));
}

void broadcast(CommandCall& call) {
  const std::string_view text = call.rest();
  if (text.empty()) return call.reply("!bc <text>");
  const std::string& bot = call.context.voice->name();
  std::size_t sent = 0;
  call.context.users.for_each([&](const User& user) {
    if (!user.session) return;
    user.session->send(make_bytes(nmdc::format::private_message(user.nick, bot, call.session->nick, text)));
    ++sent;
  });
  call.reply(fmt::format("Sent to {} users.", sent));
}

void get_setting(CommandCall& call) {
  const std::string_view name = call.word();
  std::string text;
  for (const store::SettingRow& row : store::setting_rows()) {
    if (!name.empty() && row.name.find(name) == std::string_view::npos) continue;
    const auto value = call.context.settings.get(store::kConfigFile, row.name);
    text += fmt::format("\r\n{} = {}   ({})", row.name, value.value_or(""), row.doc);
  }
  if (text.empty()) return call.reply(fmt::format("There is no setting {}.", name));
  call.reply_long("Settings:" + text);
}

void set_setting(CommandCall& call) {
  const std::string name(call.word());
  if (name.empty()) return call.reply("!set <setting> [value]");
  call.report(call.context.effects->change(call.session->nick, std::string(store::kConfigFile), name, call.rest()),
              fmt::format("{} is set.", name));
}

}  // namespace vhpy::embedded::commands
