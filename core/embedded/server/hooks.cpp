#include "core/embedded/server/hooks.h"

#include <spdlog/spdlog.h>

#include "core/embedded/server/limits.h"

namespace vhpy::embedded {

HookResult Hooks::fire(HookId id, std::initializer_list<HookArg> args, const Session* origin) {
  if (!wanted(id)) return {};
  if (depth_ >= limits::kMaxHookDepth) {
    ++context_.counters.hook_depth_refusals;
    spdlog::error("{} not called: hooks are already {} deep", hook(id).name, depth_);
    return {};
  }
  ++depth_;
  HookResult result = scripts_->fire(id, args);
  --depth_;
  if (origin != nullptr && !result.reply.empty()) {
    std::string reply = std::move(result.reply);
    if (reply.back() != '|') reply += '|';
    origin->send(make_bytes(std::move(reply)));
  }
  return result;
}

}  // namespace vhpy::embedded
