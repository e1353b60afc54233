// A data directory with everything the hub keeps in it, opened together.
//
// Owner: the composition root. Thread: hub.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/embedded/options.h"
#include "core/embedded/store/bans.h"
#include "core/embedded/store/data_directory.h"
#include "core/embedded/store/database.h"
#include "core/embedded/store/registrations.h"
#include "core/embedded/store/settings.h"

namespace vhpy::embedded {

struct HubData {
  store::DataDirectory directory;
  std::unique_ptr<store::Database> database;
  store::Settings settings;
  store::Registrations accounts;
  store::Bans bans;
};

struct Admin {
  std::string nick, password;
};

// Opens or creates it, with the directory for scripts. Errors are one line.
Result<std::unique_ptr<HubData>> open_hub_data(const std::string& path);

// Applies --set; the first one that does not fit is the error.
Outcome apply_settings(HubData& data, const Options& options);

// Sets up the master account that --admin asks for, or a random one on the first run. Returns the account if the
// operator must be told of it: on the first run, which is one that finds no master. Blocks: tens of ms, for the password's hash.
Result<std::optional<Admin>> set_up_admin(HubData& data, const Options& options);

}  // namespace vhpy::embedded
