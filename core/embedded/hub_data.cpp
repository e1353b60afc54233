#include "core/embedded/hub_data.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>
#include <filesystem>

#include "core/embedded/store/passwords.h"

namespace vhpy::embedded {

Result<std::unique_ptr<HubData>> open_hub_data(const std::string& path) {
  auto directory = store::DataDirectory::open(path);
  if (!directory) return directory.error();
  auto database = store::Database::open(directory.value().file("hub.sqlite"));
  if (!database) return database.error();
  auto settings = store::Settings::load(*database.value());
  if (!settings) return settings.error();
  auto accounts = store::Registrations::load(*database.value());
  if (!accounts) return accounts.error();
  auto bans = store::Bans::load(*database.value());
  if (!bans) return bans.error();
  std::error_code failed;
  std::filesystem::create_directories(directory.value().file("scripts"), failed);
  if (failed) {
    return refuse(Refusal::kUnavailable,
                  fmt::format("cannot create {}: {}", directory.value().file("scripts"), failed.message()));
  }
  return std::make_unique<HubData>(HubData{std::move(directory).value(), std::move(database).value(),
                                           std::move(settings).value(), std::move(accounts).value(),
                                           std::move(bans).value()});
}

Outcome apply_settings(HubData& data, const Options& options) {
  for (const auto& [name, value] : options.settings) {
    if (auto set = data.settings.set(store::kConfigFile, name, value); !set) {
      return refuse(set.error().code, fmt::format("--set {}={}: {}", name, value, set.error().detail));
    }
  }
  return Done{};
}

Result<std::optional<Admin>> set_up_admin(HubData& data, const Options& options) {
  const auto all = data.accounts.list();
  const bool first_run =
      std::none_of(all.begin(), all.end(), [](const store::Account* a) { return a->user_class == kMaster; });
  if (options.admin_nick.empty() && !first_run) return std::optional<Admin>{};
  Admin admin{"admin", store::Passwords::random_password()};
  if (!options.admin_nick.empty()) admin = {options.admin_nick, options.admin_password};
  const std::string hash = store::Passwords::hash_now(admin.password);
  if (hash.empty()) return refuse(Refusal::kUnavailable, "out of memory for the admin's password");
  if (data.accounts.find(admin.nick) == nullptr) {
    store::Account account;
    account.nick = admin.nick;
    account.user_class = kMaster;
    account.reg_date = std::time(nullptr);
    account.reg_op = "vhpy-hub";
    account.login_pwd = hash;  // never without one: whoever came first could choose it
    account.pwd_change = false;
    if (auto added = data.accounts.add(account); !added) return added.error();
  }
  if (auto set = data.accounts.set_password_hash(admin.nick, hash); !set) return set.error();
  const store::Account* const account = data.accounts.find(admin.nick);
  if (account->user_class != kMaster) {
    if (auto set = data.accounts.set_class(admin.nick, kMaster); !set) return set.error();
  }
  if (!account->enabled) {
    if (auto set = data.accounts.set_enabled(admin.nick, true); !set) return set.error();
  }
  return first_run ? std::optional(std::move(admin)) : std::nullopt;
}

}  // namespace vhpy::embedded
