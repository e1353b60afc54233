// Callbacks: what users send to each other.
#include "core/verlihub/arguments_again.h"
#include "core/verlihub/plugin.h"
#include "core/verlihub/rewrite.h"

namespace vhpy::verlihub {

namespace enums = nVerliHub::nEnums;

namespace {

std::string_view nick_of(const Connection& conn) { return conn.mpUser->mNick; }

bool has_user(const Connection* conn, const Message* msg) {
  return conn != nullptr && conn->mpUser != nullptr && msg != nullptr;
}

// The whole command; short searches as the $Search that they stand for. Empty: none.
std::string search_of(Server& server, Message& msg) {
  std::string command;
  switch (msg.mType) {
    case enums::eDC_TTHS:
      server.mP.Create_Search(command, msg.ChunkString(enums::eCH_SA_ADDR), msg.ChunkString(enums::eCH_SA_TTH), false);
      return command;
    case enums::eDC_TTHS_PAS:
      server.mP.Create_Search(command, msg.ChunkString(enums::eCH_SP_NICK), msg.ChunkString(enums::eCH_SP_TTH), true);
      return command;
    default: return msg.mStr;
  }
}

}  // namespace

// Keep-alives are no message.
bool Plugin::OnParsedMsgAny(Connection* conn, Message* msg) {
  return !has_user(conn, msg) || msg->mStr.empty() || whole(HookId::kOnParsedMsgAny, conn, msg);
}

bool Plugin::OnParsedMsgAnyEx(Connection* conn, Message* msg) {
  if (conn == nullptr || msg == nullptr || msg->mStr.empty()) return true;
  return allows(HookId::kOnParsedMsgAnyEx, conn, std::string_view(conn->AddrIP()), std::string_view(msg->mStr));
}

bool Plugin::OnParsedMsgChat(Connection* conn, Message* msg) {
  if (engine_ == nullptr || !has_user(conn, msg) || !engine_->events().wanted(HookId::kOnParsedMsgChat)) return true;
  const std::string text = msg->ChunkString(enums::eCH_CH_MSG);  // a copy: the message may be written anew
  const HookResult result =
      engine_->events().fire(HookId::kOnParsedMsgChat, {nick_of(*conn), std::string_view(text)}, conn);
  if (result.allow && (result.nick || result.text)) {
    rewrite_chat(*msg, result.nick.value_or(conn->mpUser->mNick), result.text.value_or(text));
  }
  return result.allow && conn->ok;
}

bool Plugin::OnParsedMsgPM(Connection* conn, Message* msg) {
  if (!has_user(conn, msg)) return true;
  return allows(HookId::kOnParsedMsgPM, conn, nick_of(*conn), std::string_view(msg->ChunkString(enums::eCH_PM_MSG)),
                std::string_view(msg->ChunkString(enums::eCH_PM_TO)));
}

bool Plugin::OnParsedMsgMCTo(Connection* conn, Message* msg) {
  if (!has_user(conn, msg)) return true;
  return allows(HookId::kOnParsedMsgMCTo, conn, nick_of(*conn), std::string_view(msg->ChunkString(enums::eCH_MCTO_MSG)),
                std::string_view(msg->ChunkString(enums::eCH_MCTO_TO)));
}

bool Plugin::OnParsedMsgSearch(Connection* conn, Message* msg) {
  if (engine_ == nullptr || !has_user(conn, msg) || !engine_->events().wanted(HookId::kOnParsedMsgSearch)) return true;
  const std::string command = search_of(*mServer, *msg);
  return allows(HookId::kOnParsedMsgSearch, conn, nick_of(*conn), std::string_view(command));
}

bool Plugin::OnParsedMsgSR(Connection* conn, Message* msg) { return whole(HookId::kOnParsedMsgSR, conn, msg); }

bool Plugin::OnParsedMsgConnectToMe(Connection* conn, Message* msg) {
  if (!has_user(conn, msg)) return true;
  return allows(HookId::kOnParsedMsgConnectToMe, conn, nick_of(*conn),
                std::string_view(msg->ChunkString(enums::eCH_CM_NICK)), std::string_view(msg->ChunkString(enums::eCH_CM_IP)),
                std::string_view(msg->ChunkString(enums::eCH_CM_PORT)));
}

bool Plugin::OnParsedMsgRevConnectToMe(Connection* conn, Message* msg) {
  if (!has_user(conn, msg)) return true;
  return allows(HookId::kOnParsedMsgRevConnectToMe, conn, nick_of(*conn),
                std::string_view(msg->ChunkString(enums::eCH_RC_OTHER)));
}

bool Plugin::OnUnknownMsg(Connection* conn, Message* msg) {
  if (has_user(conn, msg) && conn->mpUser->mInList && !msg->mStr.empty()) whole(HookId::kOnUnknownMsg, conn, msg);
  return true;
}

bool Plugin::OnOpChatMessage(String* nick, String* data) {
  if (nick == nullptr || data == nullptr) return true;
  allows(HookId::kOnOpChatMessage, nullptr, std::string_view(*nick), std::string_view(*data));
  if (engine_ != nullptr) {
    arguments_again<nVerliHub::nPlugin::cVHCBL_Strings>(*mServer, "VH_OnOpChatMessage", nick, data);
  }
  return true;
}

bool Plugin::OnPublicBotMessage(String* nick, String* data, int min, int max) {
  if (nick == nullptr || data == nullptr) return true;
  allows(HookId::kOnPublicBotMessage, nullptr, std::string_view(*nick), std::string_view(*data), std::int64_t{min},
         std::int64_t{max});
  if (engine_ != nullptr) {
    arguments_again<nVerliHub::nPlugin::cVHCBL_StrStrIntInt>(*mServer, "VH_OnPublicBotMessage", nick, data, min, max);
  }
  return true;
}

}  // namespace vhpy::verlihub
