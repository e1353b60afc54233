// What scripts make of a MyINFO before the hub believes it: OnValidateTag, OnFirstMyINFO, OnParsedMsgMyINFO.
//
// Owner: Dispatcher. Thread: hub. What comes out is what the hub keeps and everybody sees.
#pragma once

#include <memory>
#include <optional>

#include "core/embedded/server/context.h"
#include "core/hooks.h"
#include "core/nmdc/my_info.h"

namespace vhpy::embedded {

class MyInfoGate {
 public:
  explicit MyInfoGate(Context& context) : context_(context) {}

  // Whether any script has a say; if not, the MyINFO need not be copied.
  bool wanted() const;

  // Nothing: it is to be ignored, or its sender has been disconnected.
  std::optional<nmdc::OwnedMyInfo> pass(const std::shared_ptr<Session>& session, const nmdc::MyInfo& said);

 private:
  bool ask(HookId id, const Session& session, nmdc::OwnedMyInfo& info);

  Context& context_;
};

}  // namespace vhpy::embedded
