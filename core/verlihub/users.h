// Finding users of Verlihub, and what others are shown of them.
//
// Owner: none, pure functions over the hub's lists. Thread: hub.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/nmdc/my_info.h"
#include "core/result.h"
#include "core/verlihub/hub_headers.h"

namespace vhpy::verlihub {

using nmdc::OwnedMyInfo;

// In the user list, bots included; null if nobody has that nick. Verlihub looks nicks up by a hash alone, so that another
// nick with the same hash is told apart here.
HubUser* find_user(Server& server, const std::string& nick);
// With a connection. The refusal says why there is none.
Result<HubUser*> online(Server& server, const std::string& nick);
// Also one that is still logging in.
Result<HubUser*> connected(Server& server, const std::string& nick);

// In the order of their bytes.
std::vector<std::string> nicks_of(UserCollection& users);
template <class F>
void for_each_user(UserCollection& users, F f) {
  for (auto it = users.begin(); it != users.end(); ++it) {
    if (UserBase* const user = *it) f(*static_cast<HubUser*>(user));
  }
}

inline bool is_bot(const HubUser& user) { return user.mxConn == nullptr; }
std::string address_of(const HubUser& user);

// What others see of the user. A MyINFO that cannot be read, as some bots have: the nick and the share only.
OwnedMyInfo shown_info(const HubUser& user);
std::optional<std::string> client_of(const OwnedMyInfo& info);  // name and version, from the tag
std::uint64_t share_of(const HubUser& user, const OwnedMyInfo& shown);

// Shows the user's present MyINFO to everybody, as the hub does it after a change, and to who comes later.
void show_my_info(Server& server, HubUser& user);
// The hub keeps one text of all MyINFOs for who comes: after a change of one it is to be made anew.
void forget_info_list(Server& server);

// A chat line of hub security to everybody who may load plugins.
void tell_plugin_operators(Server& server, const std::string& text);

// Without what would end the text for the C strings that the hub's own functions take.
bool has_nul(std::string_view text);

}  // namespace vhpy::verlihub
