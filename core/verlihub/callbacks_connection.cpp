// Callbacks: connections, from the first byte to the last.
#include "core/verlihub/plugin.h"

namespace vhpy::verlihub {

bool Plugin::OnNewConn(Connection* conn) {
  return conn == nullptr || allows(HookId::kOnNewConn, conn, std::string_view(conn->AddrIP()));
}

bool Plugin::OnCloseConn(Connection* conn) {
  if (conn == nullptr) return true;
  if (engine_ != nullptr) engine_->my_info_changes().forget(conn);
  allows(HookId::kOnCloseConn, nullptr, std::string_view(conn->AddrIP()));
  return true;
}

bool Plugin::OnCloseConnEx(Connection* conn) {
  if (conn == nullptr) return true;
  const std::string_view nick = conn->mpUser != nullptr ? std::string_view(conn->mpUser->mNick) : std::string_view();
  allows(HookId::kOnCloseConnEx, nullptr, std::string_view(conn->AddrIP()), std::int64_t{conn->mCloseReason}, nick);
  return true;
}

bool Plugin::OnParsedMsgSupports(Connection* conn, Message* msg, String* back) {
  if (conn == nullptr || msg == nullptr || back == nullptr) return true;
  return allows(HookId::kOnParsedMsgSupports, conn, std::string_view(conn->AddrIP()), std::string_view(msg->mStr),
                std::string_view(*back));
}

bool Plugin::OnParsedMsgValidateNick(Connection* conn, Message* msg) {
  return conn == nullptr || msg == nullptr || allows(HookId::kOnParsedMsgValidateNick, conn, std::string_view(msg->mStr));
}

bool Plugin::OnParsedMsgVersion(Connection* conn, Message* msg) {
  if (conn == nullptr || msg == nullptr) return true;
  return allows(HookId::kOnParsedMsgVersion, conn, std::string_view(conn->AddrIP()), std::string_view(msg->mStr));
}

bool Plugin::OnParsedMsgMyPass(Connection* conn, Message* msg) { return whole(HookId::kOnParsedMsgMyPass, conn, msg); }

bool Plugin::OnParsedMsgMyHubURL(Connection* conn, Message* msg) { return whole(HookId::kOnParsedMsgMyHubURL, conn, msg); }

bool Plugin::OnParsedMsgBotINFO(Connection* conn, Message* msg) { return whole(HookId::kOnParsedMsgBotINFO, conn, msg); }

bool Plugin::OnParsedMsgExtJSON(Connection* conn, Message* msg) {
  if (engine_ != nullptr && conn != nullptr && conn->mpUser != nullptr) engine_->feed().touch(conn->mpUser->mNick);
  return whole(HookId::kOnParsedMsgExtJSON, conn, msg);
}

bool Plugin::OnCtmToHub(Connection* conn, String* referrer) {
  if (conn == nullptr || referrer == nullptr) return true;
  return allows(HookId::kOnCtmToHub, conn, std::string_view(conn->mMyNick), std::string_view(conn->AddrIP()),
                std::int64_t{conn->AddrPort()}, std::int64_t{conn->GetServPort()}, std::string_view(*referrer));
}

}  // namespace vhpy::verlihub
