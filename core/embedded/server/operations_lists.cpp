// Operations: lists as commands, and what clients say of themselves besides MyINFO.
#include "core/embedded/server/hub_operations.h"
#include "core/nmdc/format.h"

namespace vhpy::embedded {

namespace {

std::string without_pipe(std::string command) {
  if (command.ends_with('|')) command.pop_back();
  return command;
}

}  // namespace

Hub::Text HubOperations::raw_nick_list() { return without_pipe(nmdc::format::nick_list(context_.users.nicks())); }
Hub::Text HubOperations::raw_op_list() { return without_pipe(nmdc::format::op_list(context_.users.ops())); }
Hub::Text HubOperations::raw_bot_list() { return without_pipe(nmdc::format::bot_list(context_.users.bots())); }

Hub::OptionalText HubOperations::user_hub_url(const Text& nick) {
  const auto user = online(nick);
  if (!user || user.value()->session->hub_url.empty()) return std::nullopt;
  return user.value()->session->hub_url;
}

Hub::OptionalText HubOperations::user_ext_json(const Text& nick) {
  const auto user = online(nick);
  if (!user || !user.value()->session->ext_json) return std::nullopt;
  return without_pipe(*user.value()->session->ext_json);
}

Hub::OptionalText HubOperations::user_version(const Text& nick) {
  const auto user = context_.users.find(nick);
  return user ? user->client() : std::nullopt;
}

std::optional<Hub::Integer> HubOperations::user_share(const Text& nick) {
  const auto user = context_.users.find(nick);
  if (!user) return std::nullopt;
  return static_cast<Integer>(user->info.share);
}

}  // namespace vhpy::embedded
