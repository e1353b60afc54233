// Takes each frame of each client to the part that handles it, if the client's stage allows it.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>
#include <string_view>

#include "core/embedded/server/chat.h"
#include "core/embedded/server/client_facts.h"
#include "core/embedded/server/connect_relay.h"
#include "core/embedded/server/context.h"
#include "core/embedded/server/info_requests.h"
#include "core/embedded/server/login.h"
#include "core/embedded/server/my_info_gate.h"
#include "core/embedded/server/my_info_updates.h"
#include "core/embedded/server/operator_requests.h"
#include "core/embedded/server/private_messages.h"
#include "core/embedded/server/search_relay.h"

namespace vhpy::embedded {

class Dispatcher {
 public:
  Dispatcher(Context& context, Login& login, MyInfoUpdates& updates)
      : context_(context),
        login_(login),
        updates_(updates),
        gate_(context),
        chat_(context),
        private_messages_(context),
        search_(context),
        connect_(context),
        info_(context),
        facts_(context),
        operators_(context) {}

  // frame: without its '|'.
  void on_frame(const std::shared_ptr<Session>& session, std::string_view frame);

 private:
  struct Visitor;
  bool scripts_allow(const std::shared_ptr<Session>& session, std::string_view frame);
  void take_my_info(const std::shared_ptr<Session>& session, const nmdc::MyInfo& info);

  Context& context_;
  Login& login_;
  MyInfoUpdates& updates_;
  MyInfoGate gate_;
  Chat chat_;
  PrivateMessages private_messages_;
  SearchRelay search_;
  ConnectRelay connect_;
  InfoRequests info_;
  ClientFacts facts_;
  OperatorRequests operators_;
};

}  // namespace vhpy::embedded
