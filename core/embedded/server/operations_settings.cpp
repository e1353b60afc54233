// Operations: topic, settings, robots.
#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include <charconv>

#include "core/embedded/server/bots.h"
#include "core/embedded/server/hub_operations.h"
#include "core/embedded/server/setting_effects.h"
#include "core/embedded/server/topic.h"

namespace vhpy::embedded {

Hub::OptionalText HubOperations::topic(const OptionalText& topic) {
  if (topic) {
    if (auto set = context_.topic->set(*topic); !set) spdlog::warn("topic not set: {}", set.error().detail);
  }
  const std::string& now = context_.topic->get();
  return now.empty() ? std::nullopt : OptionalText(now);
}

Hub::OptionalText HubOperations::config(const Text& conf, const Text& var, const OptionalText& fallback) {
  auto value = context_.settings.get(conf, var);
  return value ? value : fallback;
}

Outcome HubOperations::set_config(const Text& conf, const Text& var, const Text& value) {
  return context_.effects->change(context_.bots->security_nick(), conf, var, value);
}

Outcome HubOperations::add_robot(const Caller& caller, const Text& nick, Integer user_class, const Text& description,
                                 const Text& speed, const Text& mail, const Text& share) {
  const bool known = (user_class >= kGuest && user_class <= kAdmin) || user_class == kMaster;
  nmdc::OwnedMyInfo info;
  info.description = description;
  info.speed = speed;
  info.mail = mail;
  const auto [end, error] = std::from_chars(share.data(), share.data() + share.size(), info.share);
  if (error != std::errc{} || end != share.data() + share.size()) info.share = 0;
  return context_.bots->add(caller.script, nick, known ? static_cast<int>(user_class) : int{kGuest}, std::move(info));
}

Outcome HubOperations::delete_robot(const Caller& caller, const Text& nick) {
  return context_.bots->remove(caller.script, nick);
}

void HubOperations::forget_script(ScriptId script) { context_.bots->forget_script(script); }

}  // namespace vhpy::embedded
