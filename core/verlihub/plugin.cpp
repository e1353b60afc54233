#include "core/verlihub/plugin.h"

#include <spdlog/spdlog.h>

#include <array>

#include "core/verlihub/self_check.h"

namespace vhpy::verlihub {

namespace {

constexpr std::array kEvents{
    "VH_OnNewConn",          "VH_OnCloseConn",          "VH_OnCloseConnEx",     "VH_OnParsedMsgSupports",
    "VH_OnParsedMsgValidateNick", "VH_OnParsedMsgVersion", "VH_OnParsedMsgMyPass", "VH_OnParsedMsgMyHubURL",
    "VH_OnParsedMsgBotINFO", "VH_OnParsedMsgExtJSON",   "VH_OnCtmToHub",        "VH_OnValidateTag",
    "VH_OnFirstMyINFO",      "VH_OnParsedMsgMyINFO",    "VH_OnUserInList",      "VH_OnUserLogin",
    "VH_OnUserLogout",       "VH_OnParsedMsgAny",       "VH_OnParsedMsgAnyEx",  "VH_OnParsedMsgChat",
    "VH_OnParsedMsgPM",      "VH_OnParsedMsgMCTo",      "VH_OnParsedMsgSearch", "VH_OnParsedMsgSR",
    "VH_OnParsedMsgConnectToMe", "VH_OnParsedMsgRevConnectToMe", "VH_OnUnknownMsg", "VH_OnOpChatMessage",
    "VH_OnPublicBotMessage", "VH_OnHubCommand",         "VH_OnOperatorCommand", "VH_OnUserCommand",
    "VH_OnOperatorKicks",    "VH_OnOperatorDrops",      "VH_OnNewReg",          "VH_OnDelReg",
    "VH_OnUpdateClass",      "VH_OnNewBan",             "VH_OnTimer",           "VH_OnSetConfig",
    "VH_OnScriptCommand",    "VH_OnUnLoad"};

}  // namespace

Plugin::Plugin() {
  mName = kName;
  mVersion = VHPY_VERSION;
}

bool Plugin::RegisterAll() {
  for (const char* const event : kEvents) {
    if (!RegisterCallBack(event)) spdlog::warn("this Verlihub has no event {}: its hook never fires", event);
  }
  return true;
}

// An event that nobody else answers, straight back to this object: if the hub's callbacks lie in other slots than ours, it
// does not come.
bool Plugin::probe() {
  std::string command = kProbe, nothing;
  probed_ = false;
  mServer->AddScriptCommand(&command, &nothing, &nothing, &nothing, true);
  return probed_;
}

// Never throws: Verlihub would keep a pointer to the plugin that it then deletes.
void Plugin::OnLoad(Server* server) {
  cVHPlugin::OnLoad(server);
  if (!probe()) {
    spdlog::error("the plugin does nothing: this hub's callbacks do not reach it. It was built for another Verlihub than the "
                  "one that has loaded it: build it again with that Verlihub's verlihub_config on PATH");
    return;
  }
  engine_ = &Engine::made(*server);
  if (auto attached = engine_->attach(*this); !attached) {
    spdlog::error("the plugin does nothing: {}", attached.error().detail);
    engine_ = nullptr;
  }
}

void Plugin::retire() {
  if (Engine* const engine = std::exchange(engine_, nullptr)) engine->detach();
}

bool Plugin::whole(HookId id, Connection* conn, Message* msg) const {
  if (conn == nullptr || conn->mpUser == nullptr || msg == nullptr) return true;
  return allows(id, conn, std::string_view(conn->mpUser->mNick), std::string_view(msg->mStr));
}

}  // namespace vhpy::verlihub
