#include "core/verlihub/users.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/nmdc/format.h"
#include "core/nmdc/nick.h"

namespace vhpy::verlihub {

namespace {

// Protected; a pointer to member formed in a derived class reaches it.
struct CollectionAccess : UserCollection {
  static auto remake_info_list() { return &CollectionAccess::mRemakeNextInfoList; }
};

}  // namespace

HubUser* find_user(Server& server, const std::string& nick) {
  HubUser* const user = server.mUserList.GetUserByNick(nick);
  return user != nullptr && nmdc::same_nick(user->mNick, nick) ? user : nullptr;
}

Result<HubUser*> online(Server& server, const std::string& nick) {
  HubUser* const user = find_user(server, nick);
  if (user == nullptr) return refuse(Refusal::kNoSuchUser, fmt::format("there is no user {}", nick));
  if (is_bot(*user)) return refuse(Refusal::kNoSuchUser, fmt::format("{} is a bot", user->mNick));
  return user;
}

Result<HubUser*> connected(Server& server, const std::string& nick) {
  if (auto user = online(server, nick)) return user;
  HubUser* const user = server.GetConnUserByNick(nick);
  if (user != nullptr && user->mxConn != nullptr) return user;
  return refuse(Refusal::kNoSuchUser, fmt::format("{} is not connected", nick));
}

std::vector<std::string> nicks_of(UserCollection& users) {
  std::vector<std::string> nicks;
  nicks.reserve(users.Size());
  for_each_user(users, [&](const HubUser& user) { nicks.push_back(user.mNick); });
  std::sort(nicks.begin(), nicks.end());
  return nicks;
}

std::string address_of(const HubUser& user) { return is_bot(user) ? "127.0.0.1" : user.mxConn->AddrIP(); }

OwnedMyInfo shown_info(const HubUser& user) {
  if (const auto info = nmdc::parse_my_info(user.mFakeMyINFO)) return OwnedMyInfo(*info);
  OwnedMyInfo bare;
  bare.nick = user.mNick;
  bare.share = user.mShare;
  return bare;
}

std::optional<std::string> client_of(const OwnedMyInfo& info) {
  if (info.tag.empty()) return std::nullopt;
  const nmdc::Tag tag = nmdc::parse_tag(info.tag);
  if (tag.version.empty()) return std::string(tag.client);
  return fmt::format("{} {}", tag.client, tag.version);
}

std::uint64_t share_of(const HubUser& user, const OwnedMyInfo& shown) { return is_bot(user) ? shown.share : user.mShare; }

void forget_info_list(Server& server) { server.mUserList.*CollectionAccess::remake_info_list() = true; }

void show_my_info(Server& server, HubUser& user) {
  forget_info_list(server);
  std::string frame = user.mFakeMyINFO;
  const bool delayed = server.mC.delayed_myinfo;
  if (!server.mC.myinfo_tls_filter || !user.GetMyFlag(nVerliHub::nEnums::eMF_TLS)) {
    server.mUserList.SendToAll(frame, delayed, true);
    return;
  }
  server.mUserList.SendToAllWithMyFlag(frame, nVerliHub::nEnums::eMF_TLS, delayed, true);
  std::string plain;
  server.RemoveMyINFOFlag(plain, user.mFakeMyINFO, nVerliHub::nEnums::eMF_TLS);
  server.mUserList.SendToAllWithoutMyFlag(plain, nVerliHub::nEnums::eMF_TLS, delayed, true);
}

void tell_plugin_operators(Server& server, const std::string& text) {
  std::string frame = nmdc::format::chat(server.mC.hub_security, text);
  server.mUserList.SendToAllWithClass(frame, server.mC.plugin_mod_class, nVerliHub::nEnums::eUC_MASTER, false, false);
}

bool has_nul(std::string_view text) { return text.find('\0') != std::string_view::npos; }

}  // namespace vhpy::verlihub
