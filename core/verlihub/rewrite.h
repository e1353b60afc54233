// Writes a message anew from its parts, so that the hub and the plugins behind this one see a whole and correct line.
//
// Verlihub's own way replaces one part in the line and leaves the places of the others as they were. Here the line is made,
// and taken apart again. Texts that the hub has taken out of the message before must be copied first.
//
// Thread: hub, inside a callback.
#pragma once

#include <string>

#include "core/verlihub/hub_headers.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

void rewrite_chat(Message& msg, const std::string& nick, const std::string& text);
void rewrite_my_info(Message& msg, const OwnedMyInfo& info);

}  // namespace vhpy::verlihub
