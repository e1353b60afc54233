// Operations: sending text and raw data, closing connections.
#include <fmt/format.h>

#include <algorithm>

#include "core/constants.h"
#include "core/nmdc/escape.h"
#include "core/nmdc/format.h"
#include "core/send_arguments.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace {

constexpr Hub::Integer kMaxLinger = 10'000;  // milliseconds in which a connection that is closed may still be sent to

int as_class(Hub::Integer user_class) { return static_cast<int>(std::clamp<Hub::Integer>(user_class, -1'000, 1'000)); }

// The hub changes the text that it is given for the time of the call.
void send(Connection& connection, std::string frame, bool flush = true) { connection.Send(frame, false, flush); }

}  // namespace

Outcome Operations::send_to_classes(UserCollection& users, std::string data, Integer min, Integer max, bool delayed) {
  if (auto range = check_range(min, max); !range) return range;
  users.SendToAllWithClass(data, as_class(min), as_class(max), delayed, false);
  return Done{};
}

Outcome Operations::main_chat(const Text& msg, const OptionalText& nick) {
  return class_chat(msg, kGuest, kMaster, nick);
}

Outcome Operations::class_chat(const Text& msg, Integer min, Integer max, const OptionalText& nick) {
  std::string by = nick.value_or(server_.mC.hub_security);
  auto sent = send_to_classes(server_.mChatUsers, nmdc::format::chat(by, msg), min, max, server_.mC.delayed_chat);
  if (!sent) return sent;
  std::string text = msg;
  server_.OnPublicBotMessage(&by, &text, as_class(min), as_class(max));
  return Done{};
}

Outcome Operations::user_chat(const Text& msg, const Text& nick, const OptionalText& bot) {
  const auto user = online(server_, nick);
  if (!user) return user.error();
  send(*user.value()->mxConn, nmdc::format::chat(bot.value_or(server_.mC.hub_security), msg));
  return Done{};
}

Outcome Operations::private_message(const Text& msg, const Text& nick, const OptionalText& from, const OptionalText& bot) {
  const auto user = online(server_, nick);
  if (!user) return user.error();
  const std::string sender = from.value_or(server_.mC.hub_security);
  send(*user.value()->mxConn, nmdc::format::private_message(user.value()->mNick, sender, bot.value_or(sender), msg));
  return Done{};
}

Outcome Operations::op_chat(const Text& msg, const OptionalText& nick) {
  if (server_.mOpChat == nullptr) return refuse(Refusal::kUnavailable, "the hub has no operator chat");
  const HubUser* const signer = nick ? find_user(server_, *nick) : nullptr;
  server_.mOpChat->SendPMToAll(nmdc::escape_pipes(msg), signer != nullptr ? signer->mxConn : nullptr, true, false);
  return Done{};
}

Outcome Operations::send_to_user(const Text& data, const Text& nick, Integer delay) {
  const auto user = online(server_, nick);
  if (!user) return user.error();
  send(*user.value()->mxConn, with_pipe(data), delay <= 0);
  return Done{};
}

Outcome Operations::send_to_all(const Text& data, Integer min, Integer max, Integer delay) {
  return send_to_classes(server_.mUserList, with_pipe(data), min, max, delay > 0);
}

Outcome Operations::send_to_everybody(const Text& data, Integer delay) {
  std::string frame = with_pipe(data);
  server_.mUserList.SendToAll(frame, delay > 0, false);
  return Done{};
}

Outcome Operations::send_to_active(const Text& data, Integer delay) {
  std::string frame = with_pipe(data);
  server_.mActiveUsers.SendToAll(frame, delay > 0, false);
  return Done{};
}

Outcome Operations::send_to_passive(const Text& data, Integer delay) {
  std::string frame = with_pipe(data);
  server_.mPassiveUsers.SendToAll(frame, delay > 0, false);
  return Done{};
}

Outcome Operations::send_to_active_class(const Text& data, Integer min, Integer max, Integer delay) {
  return send_to_classes(server_.mActiveUsers, with_pipe(data), min, max, delay > 0);
}

Outcome Operations::send_to_passive_class(const Text& data, Integer min, Integer max, Integer delay) {
  return send_to_classes(server_.mPassiveUsers, with_pipe(data), min, max, delay > 0);
}

// Not the hub's own broadcast, which remembers the sender as the one to whom answers go.
Outcome Operations::private_message_to_all(const Text& msg, const Text& from, Integer min, Integer max) {
  if (auto range = check_range(min, max); !range) return range;
  for_each_user(server_.mUserList, [&](HubUser& user) {
    if (!user.CanSend() || user.mClass < min || user.mClass > max) return;
    send(*user.mxConn, nmdc::format::private_message(user.mNick, from, from, msg));
  });
  return Done{};
}

Outcome Operations::close_connection(const Text& nick, Integer nice, Integer reason) {
  const auto user = online(server_, nick);
  if (!user) return user.error();
  if (reason < kCloseDefault || reason > kClosePlugin) {
    return refuse(Refusal::kBadArgument, fmt::format("{} is no close reason", reason));
  }
  // 1 stands for a second, as in older scripts.
  const Integer linger = nice == 1 ? 1'000 : std::clamp<Integer>(nice, 0, kMaxLinger);
  user.value()->mxConn->CloseNice(static_cast<int>(linger), static_cast<int>(reason));
  return Done{};
}

}  // namespace vhpy::verlihub
