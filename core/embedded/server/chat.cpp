#include "core/embedded/server/chat.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/durations.h"
#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/commands/commands.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/voice.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

void Chat::on_chat(const std::shared_ptr<Session>& session, const nmdc::Chat& message) {
  if (!nmdc::same_nick(message.nick, session->nick)) {
    return context_.departures->protocol_error(session, fmt::format("Chat under the nick {} is not yours.", message.nick));
  }
  if (message.text.empty()) return;
  if (!context_.flood->admit(session, FloodKind::kChat)) return;
  if (context_.commands->is_command(*session, message.text)) {
    return context_.commands->run(session, message.text, Commands::Where::kChat);
  }
  if (noted_as_kick(*session, message.text)) return;
  if (refuse(*session, message.text)) return;
  session->last_chat = context_.now();
  session->last_chat_text = message.text;
  say(session, message.text);
}

// What keeps a line from being said. The user is told why.
bool Chat::refuse(Session& session, std::string_view text) const {
  const auto tell = [&](std::string_view why) {
    context_.voice->tell(session, why);
    return true;
  };
  if (const auto left = context_.penalties->hindered_for(session, Restriction::kChat)) {
    return tell(fmt::format("You may not write here for {}.", format_duration(*left)));
  }
  if (session.user_class < context_.setting(Var::kMainchatClass)) return tell("You may not write in the main chat.");
  if (session.user_class >= kVip) return false;
  const auto max_bytes = static_cast<std::size_t>(context_.setting(Var::kMaxChatMsg));
  const auto max_lines = context_.setting(Var::kMaxChatLines);
  if (max_bytes != 0 && text.size() > max_bytes) {
    return tell(fmt::format("Your message has {} bytes; {} are allowed.", text.size(), max_bytes));
  }
  if (max_lines != 0 && std::count(text.begin(), text.end(), '\n') + 1 > max_lines) {
    return tell(fmt::format("Your message has too many lines; {} are allowed.", max_lines));
  }
  if (text == session.last_chat_text) return tell("You have just said that.");
  if (context_.now() - session.last_chat < std::chrono::milliseconds(context_.setting(Var::kIntChatMs))) {
    return tell("You write too fast. Wait a moment.");
  }
  return false;
}

// Operators' clients announce a kick in the chat before they send $Kick; the announcement holds the reason. It is kept
// for that, and not shown: the kick is announced by the hub.
bool Chat::noted_as_kick(Session& session, std::string_view text) const {
  if (session.user_class < kOperator) return false;
  constexpr std::string_view kKicking = " is kicking ", kBecause = " because: ";
  const auto kicking = text.find(kKicking);
  const auto because = text.find(kBecause);
  if (kicking == std::string_view::npos || because == std::string_view::npos || because < kicking) return false;
  const auto begin = kicking + kKicking.size();
  if (!nmdc::same_nick(text.substr(0, kicking), session.nick) || begin > because) return false;
  session.kick_target = text.substr(begin, because - begin);
  session.kick_reason = text.substr(because + kBecause.size());
  return true;
}

void Chat::say(const std::shared_ptr<Session>& session, std::string_view text) const {
  const HookResult result = context_.hooks->fire(HookId::kOnParsedMsgChat, {std::string_view(session->nick), text},
                                                 session.get());
  if (!result.allow || session->leaving()) return;
  context_.out->to_all(nmdc::format::chat(result.nick.value_or(session->nick), result.text.value_or(std::string(text))));
}

}  // namespace vhpy::embedded
