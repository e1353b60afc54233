// Every vh function. To add one: a row in core/functions/, an operation in core/hub.h and in each host.
#pragma once

#include "core/functions/commands.h"
#include "core/functions/geography.h"
#include "core/functions/hub_control.h"
#include "core/functions/lists.h"
#include "core/functions/local.h"
#include "core/functions/registration.h"
#include "core/functions/restrictions.h"
#include "core/functions/sending.h"
#include "core/functions/settings.h"
#include "core/functions/user_changes.h"
#include "core/functions/users.h"

namespace vhpy {

// The topics, in the order in which scripts see their functions; one translation unit each in pymodule/functions/.
using Topics = TopicList<functions::UserFunctions, functions::SendingFunctions, functions::RegistrationFunctions,
                         functions::SettingFunctions, functions::ListFunctions, functions::UserChangeFunctions,
                         functions::HubControlFunctions, functions::LocalFunctions, functions::RestrictionFunctions,
                         functions::CommandFunctions, functions::GeographyFunctions>;

using Functions = Topics::Joined;

}  // namespace vhpy
