// Operations: users and lists.
#include <fmt/format.h>

#include "core/embedded/server/bots.h"
#include "core/embedded/server/hub_operations.h"

namespace vhpy::embedded {

HubIdentity HubOperations::identity() const {
  return {context_.bots->security_nick(), context_.bots->op_chat_nick(), context_.data_dir,
          std::string(store::kConfigFile), context_.text(Var::kHubEncoding), context_.start_time};
}

Result<std::shared_ptr<User>> HubOperations::online(const Text& nick) const {
  auto user = context_.users.find(nick);
  if (!user) return refuse(Refusal::kNoSuchUser, fmt::format("there is no user {}", nick));
  if (!user->session) return refuse(Refusal::kNoSuchUser, fmt::format("{} is a bot", user->nick));
  return user;
}

Hub::Nicks HubOperations::nick_list() { return context_.users.nicks(); }
Hub::Nicks HubOperations::op_list() { return context_.users.ops(); }
Hub::Nicks HubOperations::bot_list() { return context_.users.bots(); }

std::optional<Hub::Integer> HubOperations::user_class(const OptionalText& nick) {
  if (!nick) return std::nullopt;
  const auto user = context_.users.find(*nick);
  return user ? user->user_class : int{kUnknownUser};
}

Hub::OptionalText HubOperations::user_ip(const Text& nick) {
  const auto user = context_.users.find(nick);
  return user ? OptionalText(user->ip()) : std::nullopt;
}

Hub::OptionalText HubOperations::user_host(const Text& nick) {
  const auto user = context_.users.find(nick);
  return user && !user->host.empty() ? OptionalText(user->host) : std::nullopt;
}

std::optional<MyInfo> HubOperations::my_info(const Text& nick) {
  const auto user = context_.users.find(nick);
  if (!user) return std::nullopt;
  const nmdc::OwnedMyInfo info = user->shown();
  return MyInfo{info.nick, info.description, info.tag, info.speed, info.mail, std::to_string(info.share)};
}

Hub::Integer HubOperations::users_count() { return static_cast<Integer>(context_.users.people()); }
Hub::Text HubOperations::total_share_size() { return context_.users.total_share(); }

}  // namespace vhpy::embedded
