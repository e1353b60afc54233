// Changes of registrations that also concern whoever is online under the nick: the class, the lists, a word to the user.
// Shared by operators' commands and scripts' calls. Functions. Thread: hub.
#pragma once

#include <string>
#include <string_view>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class PasswordChanges;

namespace accounts {

// password empty: chosen at the next login. Otherwise it is hashed in the background; a login under the nick waits.
Outcome add(Context& context, PasswordChanges& changes, const std::string& nick, int user_class,
            std::string_view password, std::string_view op);
Outcome remove(Context& context, const std::string& nick);
// kBadArgument also if the class is the same as before.
Outcome set_class(Context& context, const std::string& nick, int user_class);

// The accounts were read again: users online get the class that they have now.
void refresh_online(Context& context);

}  // namespace accounts
}  // namespace vhpy::embedded
