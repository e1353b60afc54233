// Cuts short whoever sends too much of one kind. Limits are settings; operators are exempt.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <memory>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class FloodGuard {
 public:
  explicit FloodGuard(Context& context) : context_(context) {}

  // Counts one frame. False: it must not be handled; the session may have been cut and its address banned.
  bool admit(const std::shared_ptr<Session>& session, FloodKind kind);

 private:
  Context& context_;
};

}  // namespace vhpy::embedded
