#include "core/verlihub/events.h"

#include <utility>

namespace vhpy::verlihub {

HookResult Events::fire(HookId id, std::initializer_list<HookArg> args, Connection* origin) {
  if (!wanted(id)) return {};
  const Callback here(*this);
  HookResult result = scripts_->fire(id, args);
  if (origin != nullptr && origin->ok && !result.reply.empty()) {
    std::string reply = std::move(result.reply);
    if (reply.back() != '|') reply += '|';
    origin->Send(reply, false, true);
  }
  return result;
}

}  // namespace vhpy::verlihub
