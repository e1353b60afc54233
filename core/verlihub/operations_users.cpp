// Operations: users and lists, and what clients say of themselves.
#include "core/constants.h"
#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

namespace {

std::string without_pipe(std::string command) {
  if (command.ends_with('|')) command.pop_back();
  return command;
}

// "$NickList a$$b$$". Not the hub's own copy: that follows changes of the list only when the hub itself asks for it.
std::string as_command(std::string_view name, const std::vector<std::string>& nicks) {
  std::string command = "$";
  command.append(name).append(" ");
  for (const std::string& nick : nicks) command.append(nick).append("$$");
  return command;
}

}  // namespace

HubIdentity Operations::identity() const {
  return {server_.mC.hub_security, server_.mOpChat != nullptr ? server_.mOpChat->mNick : std::string(),
          server_.mConfigBaseDir, server_.mDBConf.config_name, server_.mC.hub_encoding, server_.mStartTime.Sec()};
}

Hub::Nicks Operations::nick_list() { return nicks_of(server_.mUserList); }
Hub::Nicks Operations::op_list() { return nicks_of(server_.mOpList); }
Hub::Nicks Operations::bot_list() { return nicks_of(server_.mRobotList); }

std::optional<Hub::Integer> Operations::user_class(const OptionalText& nick) {
  if (!nick) return std::nullopt;
  const HubUser* const user = find_user(server_, *nick);
  return user != nullptr ? static_cast<Integer>(user->mClass) : Integer{kUnknownUser};
}

Hub::OptionalText Operations::user_ip(const Text& nick) {
  const HubUser* const user = find_user(server_, nick);
  return user != nullptr ? OptionalText(address_of(*user)) : std::nullopt;
}

// Verlihub looks names up when a client connects, if dns_lookup is set. Here nobody waits for DNS.
Hub::OptionalText Operations::user_host(const Text& nick) {
  const auto user = online(server_, nick);
  if (!user || user.value()->mxConn->AddrHost().empty()) return std::nullopt;
  return user.value()->mxConn->AddrHost();
}

std::optional<MyInfo> Operations::my_info(const Text& nick) {
  const HubUser* const user = find_user(server_, nick);
  if (user == nullptr) return std::nullopt;
  const OwnedMyInfo info = shown_info(*user);
  return MyInfo{info.nick, info.description, info.tag, info.speed, info.mail, std::to_string(info.share)};
}

Hub::Integer Operations::users_count() { return server_.mUserCountTot; }
Hub::Text Operations::total_share_size() { return std::to_string(server_.mTotalShare); }

Hub::Text Operations::raw_nick_list() { return as_command("NickList", nick_list()); }
Hub::Text Operations::raw_op_list() { return as_command("OpList", op_list()); }
Hub::Text Operations::raw_bot_list() { return as_command("BotList", bot_list()); }

Hub::OptionalText Operations::user_hub_url(const Text& nick) {
  const auto user = online(server_, nick);
  if (!user || user.value()->mxConn->mHubURL.empty()) return std::nullopt;
  return user.value()->mxConn->mHubURL;
}

Hub::OptionalText Operations::user_ext_json(const Text& nick) {
  const auto user = online(server_, nick);
  if (!user || user.value()->mExtJSON.empty()) return std::nullopt;
  return without_pipe(user.value()->mExtJSON);
}

Hub::OptionalText Operations::user_version(const Text& nick) {
  const HubUser* const user = find_user(server_, nick);
  return user != nullptr ? client_of(shown_info(*user)) : std::nullopt;
}

std::optional<Hub::Integer> Operations::user_share(const Text& nick) {
  const HubUser* const user = find_user(server_, nick);
  if (user == nullptr) return std::nullopt;
  return static_cast<Integer>(share_of(*user, shown_info(*user)));
}

}  // namespace vhpy::verlihub
