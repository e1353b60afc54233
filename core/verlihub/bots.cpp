#include "core/verlihub/bots.h"

#include <fmt/format.h>

#include "core/nmdc/nick.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

RobotNick Bots::nick_problem(const std::string& nick) const {
  if (const auto problem = nmdc::check_nick(nick, {}, true)) {
    if (problem->fault == nmdc::NickFault::kEmpty) return kRobotNickEmpty;
    return problem->fault == nmdc::NickFault::kForbiddenByte ? kRobotNickBadChars : kRobotNickApiError;
  }
  if (nmdc::same_nick(nick, server_.mC.hub_security) || nmdc::same_nick(nick, server_.mC.opchat_name)) {
    return kRobotNickReserved;
  }
  const HubUser* const holder = find_user(server_, nick);
  return holder != nullptr && is_bot(*holder) ? kRobotNickExists : kRobotNickOk;
}

Outcome Bots::add(ScriptId owner, const std::string& nick, int user_class, const std::string& frame) {
  if (const auto problem = nmdc::check_nick(nick, {}, true)) return refuse(Refusal::kBadArgument, problem->message);
  if (plugin_ == nullptr) return refuse(Refusal::kUnavailable, "the plugin is being unloaded");
  if (server_.mUserList.GetUserByNick(nick) != nullptr || nmdc::same_nick(nick, server_.mC.hub_security) ||
      nmdc::same_nick(nick, server_.mC.opchat_name)) {
    return refuse(Refusal::kExists, fmt::format("the nick {} is in use", nick));
  }
  if (bots_.size() >= kMaxBots) return refuse(Refusal::kUnavailable, fmt::format("scripts have {} bots already", kMaxBots));
  PluginBot* const robot = plugin_->NewRobot(nick, user_class, frame);
  if (robot == nullptr) return refuse(Refusal::kExists, fmt::format("the hub does not take a bot {}", nick));
  bots_[nmdc::fold_nick(nick)] = {robot, owner};
  return Done{};
}

Outcome Bots::remove(ScriptId caller, const std::string& nick) {
  const HubUser* const holder = find_user(server_, nick);
  if (holder == nullptr) return refuse(Refusal::kNoSuchUser, fmt::format("there is no {}", nick));
  if (!is_bot(*holder)) return refuse(Refusal::kBadArgument, fmt::format("{} is not a bot", nick));
  const auto found = bots_.find(nmdc::fold_nick(nick));
  if (found == bots_.end() || found->second.owner != caller) {
    return refuse(Refusal::kNotPermitted, fmt::format("{} belongs to the hub, another plugin or another script", nick));
  }
  take_out(found);
  return Done{};
}

void Bots::forget_script(ScriptId owner) {
  for (auto at = bots_.begin(); at != bots_.end();) {
    const auto here = at++;
    if (here->second.owner == owner) take_out(here);
  }
}

void Bots::forget_all() {
  while (!bots_.empty()) take_out(bots_.begin());
}

void Bots::take_out(std::map<std::string, Bot>::iterator at) {
  PluginBot* const robot = at->second.robot;
  bots_.erase(at);
  if (plugin_ != nullptr) plugin_->DelRobot(robot);
}

}  // namespace vhpy::verlihub
