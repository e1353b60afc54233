// What scripts have put in the place of fields of a MyINFO (OnFirstMyINFO, OnParsedMsgMyINFO), until others are shown it.
//
// Verlihub takes a MyINFO apart before it asks its plugins, so that what a plugin writes into the message reaches nobody but
// the hub's own copy. So at a login the fields are kept here, and put into what is shown when the user comes into the list,
// before anybody has seen it. Of a user who is in the list, the new MyINFO is shown in the hub's place.
//
// Owner: the engine. Thread: hub. Forgotten when the connection closes.
#pragma once

#include <string>
#include <unordered_map>

#include "core/hook.h"
#include "core/verlihub/hub_headers.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

// `info` with the changes in it; what would break the frame is cleaned when it is made.
void apply_change(const MyInfoChange& change, OwnedMyInfo& info);

class MyInfoChanges {
 public:
  void keep(const Connection* connection, const MyInfoChange& change);
  void forget(const Connection* connection) { waiting_.erase(connection); }
  // The user comes into the list: what the hub is about to show is changed.
  void apply_at_login(Server& server, HubUser& user);

  // Of a user in the list: what the hub would have done with `real`, its client's MyINFO, with the change in what is shown.
  void show_changed(Server& server, HubUser& user, const std::string& real, const MyInfoChange& change);

 private:
  std::unordered_map<const Connection*, MyInfoChange> waiting_;
};

}  // namespace vhpy::verlihub
