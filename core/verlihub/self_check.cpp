#include "core/verlihub/self_check.h"

#include <fmt/format.h>

namespace vhpy::verlihub {

namespace {

Error differs(const char* what) {
  return refuse(Refusal::kUnavailable,
                fmt::format("this plugin was built for another Verlihub than the one that has loaded it ({} differs): build it "
                            "again with that Verlihub's verlihub_config on PATH; sizes here: server {}, connection {}, user "
                            "{}, plugin {}, settings {}",
                            what, sizeof(Server), sizeof(Connection), sizeof(HubUser),
                            sizeof(nVerliHub::nPlugin::cVHPlugin), sizeof(nVerliHub::nTables::cDCConf)));
}

}  // namespace

Outcome check_layout(Server& server) {
  if (&server != Server::sCurrentServer) return differs("the server's address");
  if (server.mConfigBaseDir.empty() || server.mConfigBaseDir.size() > 4'096) return differs("the start of the server");
  const HubUser* const security = server.mHubSec;
  if (security == nullptr || security->mNick != server.mC.hub_security) return differs("the middle of the server");
  if (security->mxServer != &server || security->mxConn != nullptr || security->mClass != nVerliHub::nEnums::eUC_MASTER) {
    return differs("a user");
  }
  if (server.mUserList.GetUserByNick(security->mNick) != security) return differs("the user list");
  if (server.mUserCountTot > 10'000'000 || server.mStartTime.Sec() > server.mTime.Sec() + 86'400) {
    return differs("the end of the server");
  }
  return Done{};
}

}  // namespace vhpy::verlihub
