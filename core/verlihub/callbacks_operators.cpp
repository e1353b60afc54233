// Callbacks: commands, and what operators do with them. Scripts may cause each of these events inside itself, by
// vh.ParseCommand and the like; so each says its arguments again.
#include "core/verlihub/arguments_again.h"
#include "core/verlihub/plugin.h"

namespace vhpy::verlihub {

namespace lists = nVerliHub::nPlugin;

bool Plugin::OnHubCommand(Connection* conn, String* command, int of_operator, int in_pm) {
  if (engine_ == nullptr || conn == nullptr || conn->mpUser == nullptr || command == nullptr || command->empty()) return true;
  Engine& engine = *engine_;
  const std::string_view whole_command = *command;
  const bool allowed = allows(HookId::kOnHubCommand, conn, std::string_view(conn->mpUser->mNick), whole_command.substr(1),
                              std::int64_t{conn->mpUser->mClass}, std::int64_t{in_pm}, whole_command.substr(0, 1));
  arguments_again<lists::cVHCBL_ConnTextIntInt>(*mServer, "VH_OnHubCommand", conn, command, of_operator, in_pm);
  engine.feed().look_again();  // whatever the command changes
  return allowed;
}

bool Plugin::OnOperatorCommand(Connection* conn, String* command) {
  if (engine_ == nullptr || conn == nullptr || conn->mpUser == nullptr || command == nullptr) return true;
  Engine& engine = *engine_;  // the command may unload this plugin
  if (engine.console(*command, *conn->mpUser)) return false;
  const bool allowed = allows(HookId::kOnOperatorCommand, conn, std::string_view(conn->mpUser->mNick), std::string_view(*command));
  arguments_again<lists::cVHCBL_ConnText>(engine.server(), "VH_OnOperatorCommand", conn, command);
  return allowed;
}

bool Plugin::OnUserCommand(Connection* conn, String* command) {
  if (engine_ == nullptr || conn == nullptr || conn->mpUser == nullptr || command == nullptr) return true;
  const bool allowed = allows(HookId::kOnUserCommand, conn, std::string_view(conn->mpUser->mNick), std::string_view(*command));
  arguments_again<lists::cVHCBL_ConnText>(*mServer, "VH_OnUserCommand", conn, command);
  return allowed;
}

bool Plugin::OnOperatorKicks(HubUser* op, HubUser* user, String* why) {
  if (engine_ == nullptr || op == nullptr || user == nullptr || why == nullptr) return true;
  const bool allowed = allows(HookId::kOnOperatorKicks, op->mxConn, std::string_view(op->mNick), std::string_view(user->mNick),
                              std::string_view(*why));
  arguments_again<lists::cVHCBL_UsrUsrStr>(*mServer, "VH_OnOperatorKicks", op, user, why);
  return allowed;
}

bool Plugin::OnOperatorDrops(HubUser* op, HubUser* user, String* why) {
  if (engine_ == nullptr || op == nullptr || user == nullptr || why == nullptr) return true;
  const std::string_view by = op->mNick, nick = user->mNick;
  const bool plain = allows(HookId::kOnOperatorDrops, op->mxConn, by, nick);
  const bool with_reason = allows(HookId::kOnOperatorDropsWithReason, op->mxConn, by, nick, std::string_view(*why));
  arguments_again<lists::cVHCBL_UsrUsrStr>(*mServer, "VH_OnOperatorDrops", op, user, why);
  return plain && with_reason;
}

bool Plugin::OnNewReg(HubUser* op, String nick, int user_class) {
  if (engine_ == nullptr || op == nullptr) return true;
  engine_->feed().touch(nick);
  const bool allowed = allows(HookId::kOnNewReg, op->mxConn, std::string_view(op->mNick), std::string_view(nick),
                              std::int64_t{user_class});
  arguments_again<lists::cVHCBL_UsrStrInt>(*mServer, "VH_OnNewReg", op, nick, user_class);
  return allowed;
}

bool Plugin::OnDelReg(HubUser*, String nick, int) {
  if (engine_ != nullptr) engine_->feed().touch(nick);
  return true;
}

bool Plugin::OnUpdateClass(HubUser*, String nick, int, int) {
  if (engine_ != nullptr) engine_->feed().touch(nick);
  return true;
}

bool Plugin::OnNewBan(HubUser* op, nVerliHub::nTables::cBan* ban) {
  if (engine_ == nullptr || op == nullptr || ban == nullptr) return true;
  const bool allowed = allows(HookId::kOnNewBan, op->mxConn, std::string_view(op->mNick), std::string_view(ban->mIP),
                              std::string_view(ban->mNick), std::string_view(ban->mReason));
  arguments_again<lists::cVHCBL_UsrBan>(*mServer, "VH_OnNewBan", op, ban);
  return allowed;
}

}  // namespace vhpy::verlihub
