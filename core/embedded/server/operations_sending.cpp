// Operations: sending text and raw data, closing connections.
#include <fmt/format.h>

#include <algorithm>

#include "core/embedded/server/bots.h"
#include "core/embedded/server/broadcaster.h"
#include "core/embedded/server/departures.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/hub_operations.h"
#include "core/nmdc/format.h"
#include "core/send_arguments.h"

namespace vhpy::embedded {

Outcome HubOperations::main_chat(const Text& msg, const OptionalText& nick) {
  return class_chat(msg, kGuest, kMaster, nick);
}

Outcome HubOperations::class_chat(const Text& msg, Integer min, Integer max, const OptionalText& nick) {
  if (auto range = check_range(min, max); !range) return range;
  const std::string by = nick.value_or(context_.bots->security_nick());
  context_.out->to_classes(nmdc::format::chat(by, msg), min, max);
  context_.hooks->allows(HookId::kOnPublicBotMessage, nullptr, by, msg, min, max);
  return Done{};
}

Outcome HubOperations::user_chat(const Text& msg, const Text& nick, const OptionalText& bot) {
  const auto user = online(nick);
  if (!user) return user.error();
  user.value()->session->send(make_bytes(nmdc::format::chat(bot.value_or(context_.bots->security_nick()), msg)));
  return Done{};
}

Outcome HubOperations::private_message(const Text& msg, const Text& nick, const OptionalText& from,
                                       const OptionalText& bot) {
  const auto user = online(nick);
  if (!user) return user.error();
  const std::string sender = from.value_or(context_.bots->security_nick());
  user.value()->session->send(
      make_bytes(nmdc::format::private_message(user.value()->nick, sender, bot.value_or(sender), msg)));
  return Done{};
}

Outcome HubOperations::op_chat(const Text& msg, const OptionalText& nick) {
  const auto signer = nick ? context_.users.find(*nick) : nullptr;
  const std::string& room = context_.bots->op_chat_nick();
  if (context_.bots->say_in_op_chat(signer ? signer->nick : room, msg, nullptr)) return Done{};
  return refuse(Refusal::kUnavailable, "the hub has no operator chat");
}

// `delay` means: leave it in the buffer until the next flush. Here everything does that, and leaves together at the end
// of the turn, so it changes nothing, in all of the following.
Outcome HubOperations::send_to_user(const Text& data, const Text& nick, Integer) {
  const auto user = online(nick);
  if (!user) return user.error();
  user.value()->session->send(make_bytes(with_pipe(data)));
  return Done{};
}

Outcome HubOperations::send_to_all(const Text& data, Integer min, Integer max, Integer) {
  if (auto range = check_range(min, max); !range) return range;
  context_.out->to_classes(with_pipe(data), min, max);
  return Done{};
}

Outcome HubOperations::send_to_everybody(const Text& data, Integer) {
  context_.out->to_all(with_pipe(data));
  return Done{};
}

Outcome HubOperations::send_to_active(const Text& data, Integer delay) {
  return send_to_active_class(data, kPinger, kMaster, delay);
}

Outcome HubOperations::send_to_passive(const Text& data, Integer delay) {
  return send_to_passive_class(data, kPinger, kMaster, delay);
}

Outcome HubOperations::send_to_active_class(const Text& data, Integer min, Integer max, Integer) {
  if (auto range = check_range(min, max); !range) return range;
  context_.out->to(make_bytes(with_pipe(data)), [=](const User& user) {
    return user.active && user.user_class >= min && user.user_class <= max;
  });
  return Done{};
}

Outcome HubOperations::send_to_passive_class(const Text& data, Integer min, Integer max, Integer) {
  if (auto range = check_range(min, max); !range) return range;
  context_.out->to(make_bytes(with_pipe(data)), [=](const User& user) {
    return !user.active && user.user_class >= min && user.user_class <= max;
  });
  return Done{};
}

Outcome HubOperations::private_message_to_all(const Text& msg, const Text& from, Integer min, Integer max) {
  if (auto range = check_range(min, max); !range) return range;
  context_.users.for_each([&](const User& user) {
    if (!user.session || user.user_class < min || user.user_class > max) return;
    user.session->send(make_bytes(nmdc::format::private_message(user.nick, from, from, msg)));
  });
  return Done{};
}

Outcome HubOperations::close_connection(const Text& nick, Integer nice, Integer reason) {
  const auto user = online(nick);
  if (!user) return user.error();
  if (reason < kCloseDefault || reason > kClosePlugin) {
    return refuse(Refusal::kBadArgument, fmt::format("{} is no close reason", reason));
  }
  // 1 stands for a second, as in older scripts.
  const auto asked = std::chrono::milliseconds(nice == 1 ? 1'000 : std::max<Integer>(nice, 0));
  context_.departures->leave(user.value()->session, static_cast<CloseReason>(reason),
                             std::min(asked, limits::kMaxLinger));
  return Done{};
}

}  // namespace vhpy::embedded
