// Every vh function. To add one: a row in core/functions/, an operation in core/hub.h and in each host.
#pragma once

#include "core/functions/registration.h"
#include "core/functions/sending.h"
#include "core/functions/settings.h"
#include "core/functions/users.h"

namespace vhpy {

using Functions = JoinTables<functions::UserFunctions, functions::SendingFunctions, functions::RegistrationFunctions,
                             functions::SettingFunctions>::Type;

}  // namespace vhpy
