// How an accepted client becomes a user: its first MyINFO, the lists it is sent, and how the others learn of it. The
// order of what is sent is the one that all known clients understand.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class Entry {
 public:
  explicit Entry(Context& context) : context_(context) {}

  // The first MyINFO. Fires OnUserInList and OnUserLogin; a block disconnects.
  void enter(const std::shared_ptr<Session>& session, const nmdc::MyInfo& info);

  // Everybody's MyINFO, operators, bots, addresses.
  void send_lists(const Session& session) const;
  // To operators, and to the user itself unless told not to, as far as they want to know.
  void show_address(const User& user, bool itself_too = true) const;
  // In the background; the answer is put into the users of that address.
  void look_up_host(const Session& session) const;
  // The whole list to everybody: one client computes its own rights afresh from each.
  void send_op_list() const;

  // A user's class has changed while online: rights and lists follow at once.
  void set_class(const std::shared_ptr<Session>& session, int user_class) const;

 private:
  bool replace_silent_guest(const std::shared_ptr<Session>& session, const nmdc::OwnedMyInfo& info) const;
  void introduce(const User& user) const;
  void send_addresses(const Session& session) const;
  void send_welcome(const Session& session) const;

  Context& context_;
};

}  // namespace vhpy::embedded
