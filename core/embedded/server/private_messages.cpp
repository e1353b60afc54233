#include "core/embedded/server/private_messages.h"

#include <fmt/format.h>

#include <functional>

#include "core/durations.h"
#include "core/embedded/server/bots.h"
#include "core/embedded/server/commands/commands.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/flood_guard.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/penalties.h"
#include "core/embedded/server/voice.h"
#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {
constexpr int kMaxSamePm = 7;                     // identical messages in a row; the next one is a kick
constexpr std::int64_t kSamePmBanSeconds = 900;
}  // namespace

void PrivateMessages::on_private_message(const std::shared_ptr<Session>& session, const nmdc::PrivateMessage& message) {
  if (!nmdc::same_nick(message.from, session->nick) || !nmdc::same_nick(message.signed_by, session->nick)) {
    return context_.departures->protocol_error(session, "A private message must be from yourself.");
  }
  if (!context_.flood->admit(session, FloodKind::kTo)) return;
  const std::string to_nick(message.to), text(message.text);
  const auto to = context_.users.find(to_nick);
  if (!to) return context_.voice->tell(*session, fmt::format("There is no user {}.", to_nick));
  const bool to_hub = to->hubs_own && nmdc::same_nick(to->nick, context_.bots->security_nick());
  if (to_hub && context_.commands->is_command(*session, text)) {
    return context_.commands->run(session, text, Commands::Where::kPrivate);
  }
  if (refuse(session, text, Var::kMaxPmMsg) || refuse_repetition(session, to->nick, text)) return;
  const HookResult result = context_.hooks->fire(
      HookId::kOnParsedMsgPM, {std::string_view(session->nick), std::string_view(text), std::string_view(to->nick)},
      session.get());
  if (!result.allow || session->leaving()) return;
  if (to->hubs_own && nmdc::same_nick(to->nick, context_.bots->op_chat_nick())) return to_op_chat(session, text);
  if (!to->session) return;  // a bot: scripts have seen it in the hook
  to->session->send(make_bytes(nmdc::format::private_message(to->nick, session->nick, session->nick, text)));
}

void PrivateMessages::to_op_chat(const std::shared_ptr<Session>& session, std::string_view text) {
  if (!session->user || !context_.bots->reads_op_chat(*session->user)) {
    return context_.voice->tell(*session, "The operator chat is for operators.");
  }
  context_.bots->say_in_op_chat(session->nick, text, session.get());
  context_.hooks->allows(HookId::kOnOpChatMessage, session.get(), session->nick, text);
}

void PrivateMessages::on_mc_to(const std::shared_ptr<Session>& session, const nmdc::McTo& message) {
  if (!nmdc::same_nick(message.from, session->nick)) {
    return context_.departures->protocol_error(session, "A private chat line must be from yourself.");
  }
  if (!context_.flood->admit(session, FloodKind::kMcTo)) return;
  const auto to = context_.users.find(message.to);
  if (!to || !to->session) return context_.voice->tell(*session, fmt::format("There is no user {}.", message.to));
  if (refuse(session, message.text, Var::kMaxMctoMsg) || refuse_repetition(session, to->nick, message.text)) return;
  if (!context_.hooks->allows(HookId::kOnParsedMsgMCTo, session.get(), session->nick, message.text, to->nick)) return;
  if (session->leaving() || !to->session) return;
  // Most clients ignore $MCTo, so those that have not asked for it get a chat line.
  to->session->send(make_bytes(to->session->features.mc_to
                                   ? nmdc::format::mc_to(to->nick, session->nick, message.text)
                                   : nmdc::format::chat(session->nick, message.text)));
}

bool PrivateMessages::refuse(const std::shared_ptr<Session>& session, std::string_view text, Var max_bytes) {
  const auto tell = [&](std::string_view why) {
    context_.voice->tell(*session, why);
    return true;
  };
  if (const auto left = context_.penalties->hindered_for(*session, Restriction::kPm)) {
    return tell(fmt::format("You may not send messages for {}.", format_duration(*left)));
  }
  if (session->user_class < context_.setting(Var::kPrivateClass)) return tell("You may not send private messages.");
  const auto max = static_cast<std::size_t>(context_.setting(max_bytes));
  if (session->user_class < kVip && max != 0 && text.size() > max) {
    return tell(fmt::format("Your message has {} bytes; {} are allowed.", text.size(), max));
  }
  return false;
}

bool PrivateMessages::refuse_repetition(const std::shared_ptr<Session>& session, std::string_view to,
                                        std::string_view text) {
  if (session->user_class > context_.setting(Var::kMaxClassProtoFlood)) return false;
  const std::uint64_t hash = std::hash<std::string_view>{}(text) ^ (std::hash<std::string_view>{}(to) << 1);
  session->same_pm_count = hash == session->last_pm_hash ? session->same_pm_count + 1 : 1;
  session->last_pm_hash = hash;
  if (session->same_pm_count <= kMaxSamePm) return false;
  ++context_.counters.flood_cuts;
  context_.penalties->ban_ip(session->ip, kSamePmBanSeconds, "the same message again and again");
  context_.departures->refuse(session, kCloseKicked, "You are banned for a while: the same message again and again.");
  return true;
}

}  // namespace vhpy::embedded
