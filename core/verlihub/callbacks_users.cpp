// Callbacks: users, what they say of themselves, and their coming and going.
#include "core/verlihub/plugin.h"
#include "core/verlihub/rewrite.h"

namespace vhpy::verlihub {

bool Plugin::OnValidateTag(Connection* conn, nVerliHub::cDCTag* tag) {
  if (conn == nullptr || conn->mpUser == nullptr || tag == nullptr) return true;
  return allows(HookId::kOnValidateTag, conn, std::string_view(conn->mpUser->mNick), std::string_view(tag->mTag));
}

bool Plugin::my_info(HookId id, Connection& conn, Message& msg) {
  HubUser& user = *conn.mpUser;
  const Events::Inside here(engine_->events());
  engine_->feed().touch(user.mNick);
  if (!engine_->events().wanted(id)) return true;
  // A copy: the message is written anew below.
  const std::string real = msg.mStr;
  const auto parsed = nmdc::parse_my_info(real);
  if (!parsed) return true;
  const std::string share = std::to_string(parsed->share);
  const HookResult result = engine_->events().fire(
      id, {std::string_view(user.mNick), parsed->description, parsed->tag, parsed->speed, parsed->mail, std::string_view(share)},
      &conn);
  if (!result.allow || !result.my_info) return result.allow;
  if (user.mInList) {
    engine_->my_info_changes().show_changed(*mServer, user, real, *result.my_info);
    return false;  // done, in the hub's place
  }
  engine_->my_info_changes().keep(&conn, *result.my_info);
  OwnedMyInfo info(*parsed);
  apply_change(*result.my_info, info);
  rewrite_my_info(msg, info);
  return true;
}

bool Plugin::OnFirstMyINFO(Connection* conn, Message* msg) {
  if (engine_ == nullptr || conn == nullptr || conn->mpUser == nullptr || msg == nullptr) return true;
  return my_info(HookId::kOnFirstMyINFO, *conn, *msg);
}

bool Plugin::OnParsedMsgMyINFO(Connection* conn, Message* msg) {
  if (engine_ == nullptr || conn == nullptr || conn->mpUser == nullptr || msg == nullptr) return true;
  return my_info(HookId::kOnParsedMsgMyINFO, *conn, *msg);
}

bool Plugin::OnUserInList(HubUser* user) {
  if (engine_ == nullptr || user == nullptr) return true;
  engine_->my_info_changes().apply_at_login(*mServer, *user);
  engine_->feed().touch(user->mNick);
  return allows(HookId::kOnUserInList, user->mxConn, std::string_view(user->mNick));
}

bool Plugin::OnUserLogin(HubUser* user) {
  if (engine_ == nullptr || user == nullptr) return true;
  const Events::Inside here(engine_->events());  // so that a turn publishes it, whether a script wants the hook or not
  engine_->feed().touch(user->mNick);
  return allows(HookId::kOnUserLogin, user->mxConn, std::string_view(user->mNick));
}

bool Plugin::OnUserLogout(HubUser* user) {
  if (engine_ == nullptr || user == nullptr) return true;
  const Events::Inside here(engine_->events());
  engine_->feed().touch(user->mNick);
  allows(HookId::kOnUserLogout, nullptr, std::string_view(user->mNick));
  return true;
}

}  // namespace vhpy::verlihub
