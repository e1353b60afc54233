// How a connection ends: said goodbye to, taken out of the list, closed.
//
// Owner: HubServer. Thread: hub. May be called from anywhere, also from a hook about the very user that leaves: a
// departure inside a departure is put off until the outer one is done, so the stack does not grow with it.
#pragma once

#include <chrono>
#include <deque>
#include <memory>
#include <string_view>

#include "core/embedded/server/context.h"
#include "core/embedded/server/limits.h"

namespace vhpy::embedded {

class Departures {
 public:
  explicit Departures(Context& context) : context_(context) {}

  // Ends the session; what was sent to it before still has `linger` to arrive. Nothing if it is already leaving.
  // Fires OnUserLogout while the user is still in the list. Others get $Quit.
  void leave(const std::shared_ptr<Session>& session, CloseReason reason,
             std::chrono::milliseconds linger = limits::kFarewellLinger);

  // Everybody leaves, as the hub ends: nobody is told that the others go, which would be a message for each pair of users.
  void leave_all(CloseReason reason, std::chrono::milliseconds linger);

  // leave() after a reason line, and after `status`, a frame such as $BadPass| that makes clients act. Text comes
  // first, because clients drop the socket on the status.
  void refuse(const std::shared_ptr<Session>& session, CloseReason reason, std::string_view text,
              std::string status = {});

  // For breaches of the protocol: refuse(), counted and logged.
  void protocol_error(const std::shared_ptr<Session>& session, std::string_view text);

  // The socket is closed: fires OnCloseConn and OnCloseConnEx, and forgets the session.
  void closed(const std::shared_ptr<Session>& session);

 private:
  void depart(const std::shared_ptr<Session>& session);

  struct Departure {
    std::shared_ptr<Session> session;
    std::chrono::milliseconds linger;
  };
  Context& context_;
  std::deque<Departure> waiting_;
  bool departing_ = false;
  bool hub_ends_ = false;
};

}  // namespace vhpy::embedded
