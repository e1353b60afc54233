// The plugin as Verlihub sees it: one function per callback, each of which hands the event to the scripts. The functions
// are in callbacks_*.cpp, by topic as in core/hooks/.
//
// Owner: Verlihub's plugin manager, by entry.cpp. Thread: hub. Shutdown: retire(). The object itself stays: Verlihub may be
// in the middle of one of its callbacks, or of a list that still names it.
#pragma once

#include "core/verlihub/engine.h"
#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub {

class Plugin final : public nVerliHub::nPlugin::cVHPlugin {
 public:
  using String = std::string;

  // The name of the older Python plugins: Verlihub then refuses to load two of them.
  static constexpr const char* kName = "Python";

  Plugin();

  bool RegisterAll() override;
  void OnLoad(Server* server) override;
  // Unloaded: scripts go, callbacks do nothing any more.
  void retire();

  // connection and login
  bool OnNewConn(Connection* conn) override;
  bool OnCloseConn(Connection* conn) override;
  bool OnCloseConnEx(Connection* conn) override;
  bool OnParsedMsgSupports(Connection* conn, Message* msg, String* back) override;
  bool OnParsedMsgValidateNick(Connection* conn, Message* msg) override;
  bool OnParsedMsgVersion(Connection* conn, Message* msg) override;
  bool OnParsedMsgMyPass(Connection* conn, Message* msg) override;
  bool OnParsedMsgMyHubURL(Connection* conn, Message* msg) override;
  bool OnParsedMsgBotINFO(Connection* conn, Message* msg) override;
  bool OnParsedMsgExtJSON(Connection* conn, Message* msg) override;
  bool OnCtmToHub(Connection* conn, String* referrer) override;

  // users
  bool OnValidateTag(Connection* conn, nVerliHub::cDCTag* tag) override;
  bool OnFirstMyINFO(Connection* conn, Message* msg) override;
  bool OnParsedMsgMyINFO(Connection* conn, Message* msg) override;
  bool OnUserInList(HubUser* user) override;
  bool OnUserLogin(HubUser* user) override;
  bool OnUserLogout(HubUser* user) override;

  // messages
  bool OnParsedMsgAny(Connection* conn, Message* msg) override;
  bool OnParsedMsgAnyEx(Connection* conn, Message* msg) override;
  bool OnParsedMsgChat(Connection* conn, Message* msg) override;
  bool OnParsedMsgPM(Connection* conn, Message* msg) override;
  bool OnParsedMsgMCTo(Connection* conn, Message* msg) override;
  bool OnParsedMsgSearch(Connection* conn, Message* msg) override;
  bool OnParsedMsgSR(Connection* conn, Message* msg) override;
  bool OnParsedMsgConnectToMe(Connection* conn, Message* msg) override;
  bool OnParsedMsgRevConnectToMe(Connection* conn, Message* msg) override;
  bool OnUnknownMsg(Connection* conn, Message* msg) override;
  bool OnOpChatMessage(String* nick, String* data) override;
  bool OnPublicBotMessage(String* nick, String* data, int min, int max) override;

  // operators
  bool OnHubCommand(Connection* conn, String* command, int of_operator, int in_pm) override;
  bool OnOperatorCommand(Connection* conn, String* command) override;
  bool OnUserCommand(Connection* conn, String* command) override;
  bool OnOperatorKicks(HubUser* op, HubUser* user, String* why) override;
  bool OnOperatorDrops(HubUser* op, HubUser* user, String* why) override;
  bool OnNewReg(HubUser* op, String nick, int user_class) override;
  bool OnDelReg(HubUser* op, String nick, int user_class) override;
  bool OnUpdateClass(HubUser* op, String nick, int before, int after) override;
  bool OnNewBan(HubUser* op, nVerliHub::nTables::cBan* ban) override;

  // the hub
  bool OnTimer(long long milliseconds) override;
  bool OnSetConfig(HubUser* user, String* conf, String* var, String* now, String* before, int type) override;
  bool OnScriptCommand(String* command, String* data, String* plugin, String* script) override;
  bool OnUnLoad(long code) override;

 private:
  // A plugin that was refused, or is gone, has none.
  Events* events() const { return engine_ != nullptr ? &engine_->events() : nullptr; }
  template <class... Args>
  bool allows(HookId id, Connection* origin, const Args&... args) const {
    return engine_ == nullptr || engine_->events().allows(id, origin, args...);
  }
  bool whole(HookId id, Connection* conn, Message* msg) const;  // hooks of (nick, the whole command)
  bool my_info(HookId id, Connection& conn, Message& msg);
  bool probe();

  Engine* engine_ = nullptr;
  bool probed_ = false;
};

}  // namespace vhpy::verlihub
