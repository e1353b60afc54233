// Callbacks: the hub as a whole.
#include <utility>

#include "core/verlihub/arguments_again.h"
#include "core/verlihub/plugin.h"
#include "core/verlihub/self_check.h"

namespace vhpy::verlihub {

namespace lists = nVerliHub::nPlugin;

// Never a block: Verlihub would leave out the rest of its tick.
bool Plugin::OnTimer(long long) {
  if (engine_ != nullptr) engine_->tick();
  return true;
}

bool Plugin::OnSetConfig(HubUser* user, String* conf, String* var, String* now, String* before, int type) {
  if (engine_ == nullptr || user == nullptr || conf == nullptr || var == nullptr || now == nullptr || before == nullptr) {
    return true;
  }
  const Events::Inside here(engine_->events());
  engine_->feed().touch_setting(*conf, *var);
  const bool allowed = allows(HookId::kOnSetConfig, user->mxConn, std::string_view(user->mNick), std::string_view(*conf),
                              std::string_view(*var), std::string_view(*now), std::string_view(*before), std::int64_t{type});
  arguments_again<lists::cVHCBL_UsrStrStrStrStrInt>(*mServer, "VH_OnSetConfig", user, conf, var, now, before, type);
  return allowed;
}

bool Plugin::OnScriptCommand(String* command, String* data, String* plugin, String* script) {
  if (command == nullptr || data == nullptr || plugin == nullptr || script == nullptr) return true;
  if (*command == kProbe) {
    probed_ = true;
    return true;
  }
  if (engine_ == nullptr) return true;
  if (command->starts_with('_')) engine_->feed().look_again();  // the hub's own: its bots have other nicks
  allows(HookId::kOnScriptCommand, nullptr, std::string_view(*command), std::string_view(*data), std::string_view(*plugin),
         std::string_view(*script));
  arguments_again<lists::cVHCBL_StrStrStrStr>(*mServer, "VH_OnScriptCommand", command, data, plugin, script);
  return true;
}

// Other codes than 0 come from a handler of a signal, while the hub crashes: no script can run there.
bool Plugin::OnUnLoad(long code) {
  if (code != 0) return true;
  if (Engine* const engine = std::exchange(engine_, nullptr)) engine->hub_stops();
  return true;
}

}  // namespace vhpy::verlihub
