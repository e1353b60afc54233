// The handlers of all chat commands, by file.
#pragma once

#include "core/embedded/server/commands/command.h"

namespace vhpy::embedded::commands {

// for_everybody.cpp
void help(CommandCall& call);
void my_info(CommandCall& call);
void my_ip(CommandCall& call);
void me(CommandCall& call);
void ask_for_account(CommandCall& call);
void set_password(CommandCall& call);

// registrations.cpp
void register_user(CommandCall& call);
void delete_registration(CommandCall& call);
void reset_password(CommandCall& call);
void change_class(CommandCall& call);
void show_registration(CommandCall& call);

// moderation.cpp
void kick(CommandCall& call);
void drop(CommandCall& call);
void ban(CommandCall& call);
void unban(CommandCall& call);
void list_bans(CommandCall& call);
void gag(CommandCall& call);
void ungag(CommandCall& call);

// hub.cpp
void topic(CommandCall& call);
void get_ip(CommandCall& call);
void broadcast(CommandCall& call);
void get_setting(CommandCall& call);
void set_setting(CommandCall& call);

}  // namespace vhpy::embedded::commands
