#include "core/embedded/server/setting_effects.h"

#include <fmt/format.h>

#include "core/embedded/nmdc/nick.h"
#include "core/embedded/server/bots.h"
#include "core/embedded/server/topic.h"

namespace vhpy::embedded {

Outcome SettingEffects::set(const std::string& name, std::string_view value) {
  const store::SettingRow* row = store::find_setting(name);
  if (row == nullptr) return refuse(Refusal::kNotFound, fmt::format("there is no setting {}", name));
  if (row->var == Var::kHubTopic) return context_.topic->set(value);
  const bool names_bot = row->var == Var::kHubSecurity || row->var == Var::kOpchatName;
  if (names_bot && !value.empty()) {
    const auto holder = context_.users.find(value);
    const bool own = holder && holder->hubs_own && nmdc::same_nick(holder->nick, context_.text(row->var));
    if ((holder && !own) || context_.sessions.holder(value)) {
      return refuse(Refusal::kExists, fmt::format("the nick {} is in use", value));
    }
  }
  if (auto kept = context_.settings.set(row->var, value); !kept) return kept;
  switch (row->var) {
    case Var::kHubName:
      context_.topic->announce();
      break;
    case Var::kHubSecurity:
    case Var::kHubSecurityDesc:
    case Var::kOpchatName:
    case Var::kOpchatDesc:
      context_.bots->refresh();
      break;
    case Var::kAdvMaxOutbufSize:
      limits_changed_();
      break;
    default:
      break;
  }
  return Done{};
}

}  // namespace vhpy::embedded
