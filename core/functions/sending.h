// Rows: sending text and raw data, and closing connections.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr auto kMc = function<&Hub::main_chat>(
    "mc", Effect::kSends,
    "Says a line in the main chat.\n\nmsg: the text. nick: who says it (default: the hub's bot). Returns True.",
    param("msg"), param("nick", none));

inline constexpr auto kClassmc = function<&Hub::class_chat>(
    "classmc", Effect::kSends,
    "Says a line in the main chat to a range of classes.\n\nmsg: the text. min, max: classes, inclusive. nick: who\n"
    "says it (default: the hub's bot). Returns False if min > max.",
    param("msg"), param("min"), param("max"), param("nick", none));

inline constexpr auto kUsermc = function<&Hub::user_chat>(
    "usermc", Effect::kSends,
    "Shows one user a line in the main chat.\n\nmsg: the text. nick: who sees it. bot: who says it (default: the\n"
    "hub's bot). Returns False if nick is not online.",
    param("msg"), param("nick"), param("bot", none));

inline constexpr auto kPm = function<&Hub::private_message>(
    "pm", Effect::kSends,
    "Sends a private message.\n\nmsg: the text. nick: who receives it. from_: whose window it appears in (default:\n"
    "the hub's bot). bot: who signs it (default: from_). Returns False if nick is not online.",
    param("msg"), param("nick"), param("from_", none), param("bot", none));

inline constexpr auto kSendToOpChat = function<&Hub::op_chat>(
    "SendToOpChat", Effect::kSends,
    "Says a line in the operator chat.\n\nmsg: the text. nick: who says it if online (default: the operator chat's\n"
    "bot). Returns False if the hub has no operator chat.",
    param("msg"), param("nick", none));

inline constexpr auto kSendDataToUser = function<&Hub::send_to_user>(
    "SendDataToUser", Effect::kSends,
    "Sends raw protocol data to one user.\n\ndata: a command; the closing '|' is added if missing, nothing is\n"
    "escaped. nick: who receives it. delay: above 0 leaves it in the send buffer. Returns False if nick is not\n"
    "online.",
    param("data"), param("nick"), param("delay", 0));

inline constexpr auto kSendDataToAll = function<&Hub::send_to_all>(
    "SendDataToAll", Effect::kSends,
    "Sends raw protocol data to a range of classes.\n\ndata: a command; the closing '|' is added if missing, nothing\n"
    "is escaped. min, max: classes, inclusive. delay: above 0 leaves it in the send buffer. Returns False if\n"
    "min > max.",
    param("data"), param("min"), param("max"), param("delay", 0));

inline constexpr auto kSendToAll = function<&Hub::send_to_everybody>(
    "SendToAll", Effect::kSends,
    "Sends raw protocol data to everybody in the user list.\n\ndata: a command; the closing '|' is added if missing,\n"
    "nothing is escaped. delay: above 0 leaves it in the send buffer. Returns True.",
    param("data"), param("delay", 0));

inline constexpr auto kSendToActive = function<&Hub::send_to_active>(
    "SendToActive", Effect::kSends,
    "Sends raw protocol data to users who can be connected to (M:A in the tag).\n\ndata: a command; the closing '|'\n"
    "is added if missing, nothing is escaped. delay: above 0 leaves it in the send buffer. Returns True.",
    param("data"), param("delay", 0));

inline constexpr auto kSendToPassive = function<&Hub::send_to_passive>(
    "SendToPassive", Effect::kSends,
    "Sends raw protocol data to users who cannot be connected to (no M:A in the tag).\n\ndata: a command; the closing\n"
    "'|' is added if missing, nothing is escaped. delay: above 0 leaves it in the send buffer. Returns True.",
    param("data"), param("delay", 0));

inline constexpr auto kSendToActiveClass = function<&Hub::send_to_active_class>(
    "SendToActiveClass", Effect::kSends,
    "Sends raw protocol data to active users of a range of classes.\n\ndata: a command; the closing '|' is added if\n"
    "missing, nothing is escaped. min, max: classes, inclusive. delay: above 0 leaves it in the send buffer. Returns\n"
    "False if min > max.",
    param("data"), param("min"), param("max"), param("delay", 0));

inline constexpr auto kSendToPassiveClass = function<&Hub::send_to_passive_class>(
    "SendToPassiveClass", Effect::kSends,
    "Sends raw protocol data to passive users of a range of classes.\n\ndata: a command; the closing '|' is added if\n"
    "missing, nothing is escaped. min, max: classes, inclusive. delay: above 0 leaves it in the send buffer. Returns\n"
    "False if min > max.",
    param("data"), param("min"), param("max"), param("delay", 0));

inline constexpr auto kSendPMToAll = function<&Hub::private_message_to_all>(
    "SendPMToAll", Effect::kSends,
    "Sends a private message to a range of classes.\n\nmsg: the text. from_: who sends and signs it. min, max:\n"
    "classes, inclusive. Returns False if min > max.",
    param("msg"), param("from_"), param("min"), param("max"));

inline constexpr auto kCloseConnection = function<&Hub::close_connection>(
    "CloseConnection", Effect::kWrites,
    "Disconnects a user.\n\nnick: who. nice: milliseconds in which what was sent may still arrive (0: close now).\n"
    "reason: one of the eCR_ constants. Returns False if nick is not online.",
    param("nick"), param("nice", 0), param("reason", 0));

struct SendingFunctions {
  static constexpr const char* kTitle = "Sending";
  using Table = FunctionTable<kMc, kClassmc, kUsermc, kPm, kSendToOpChat, kSendDataToUser, kSendDataToAll,
                              kSendPMToAll, kCloseConnection, kSendToAll, kSendToActive, kSendToPassive,
                              kSendToActiveClass, kSendToPassiveClass>;
};

}  // namespace vhpy::functions
