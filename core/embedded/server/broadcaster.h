// Sends the same bytes to many users. The bytes are shared, not copied.
//
// Owner: HubServer. Thread: hub. Sending never removes anybody, so the list stands still meanwhile.
#pragma once

#include <string>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class Broadcaster {
 public:
  explicit Broadcaster(Context& context) : context_(context) {}

  void to_all(std::string frame) const;
  void to_classes(std::string frame, std::int64_t min, std::int64_t max) const;  // inclusive

  // To everybody in the list with a connection for whom wants(user) is true.
  template <class Wants>
  void to(Bytes frame, Wants wants) const {
    context_.users.for_each([&](const User& user) {
      if (user.session && wants(user)) user.session->send(frame);
    });
  }

 private:
  Context& context_;
};

}  // namespace vhpy::embedded
