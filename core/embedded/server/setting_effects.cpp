#include "core/embedded/server/setting_effects.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "core/embedded/server/bots.h"
#include "core/embedded/server/hooks.h"
#include "core/embedded/server/script_commands.h"
#include "core/embedded/server/topic.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

// What scripts are told of a setting's type: one of Verlihub's eIT_ numbers.
std::int64_t type_number(const store::SettingRow& row) {
  constexpr std::int64_t kBool = 1, kInt = 3, kString = 12;
  switch (row.type) {
    case store::SettingType::kFlag: return kBool;
    case store::SettingType::kInteger: return kInt;
    case store::SettingType::kText:
    case store::SettingType::kNick: break;
  }
  return kString;
}

Outcome forbidden(std::string_view name) {
  return refuse(Refusal::kNotPermitted, fmt::format("a script forbids this value of {}", name));
}

}  // namespace

Outcome SettingEffects::write(const std::string& file, const std::string& name, std::string_view value) {
  return file == store::kConfigFile ? set(name, value) : context_.settings.set(file, name, value);
}

// Scripts find the hub's own settings changed already, as on Verlihub, and a block changes them back; others, which
// cannot be taken away again, are written once scripts have allowed it.
Outcome SettingEffects::change(std::string_view by, const std::string& file, const std::string& name,
                               std::string_view value) {
  Hooks& hooks = *context_.hooks;
  if (!hooks.wanted(HookId::kOnSetConfig)) return write(file, name, value);
  const std::string signer(by), asked(value);
  const auto user = context_.users.find(signer);
  const std::shared_ptr<Session> origin = user ? user->session : nullptr;
  const std::string old = context_.settings.get(file, name).value_or("");
  if (file != store::kConfigFile) {
    const bool allowed =
        hooks.allows(HookId::kOnSetConfig, origin.get(), signer, file, name, asked, old, std::int64_t{-1});
    return allowed ? write(file, name, asked) : forbidden(name);
  }
  if (auto kept = set(name, asked); !kept) return kept;
  const std::string now = context_.settings.get(file, name).value_or("");
  const std::int64_t type = type_number(*store::find_setting(name));
  if (hooks.allows(HookId::kOnSetConfig, origin.get(), signer, file, name, now, old, type)) return Done{};
  if (auto restored = set(name, old); !restored) {
    spdlog::error("{} has its new value although a script forbids it: {}", name, restored.error().detail);
  }
  return forbidden(name);
}

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
      if (names_bot) {
        const bool security = row->var == Var::kHubSecurity;
        context_.script_commands->announce(security ? "_hub_security_change" : "_opchat_name_change", std::string(value));
      }
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
