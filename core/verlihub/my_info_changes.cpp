#include "core/verlihub/my_info_changes.h"

#include <charconv>

#include "core/nmdc/limits.h"

namespace vhpy::verlihub {

namespace {

void merge(const std::optional<std::string>& from, std::optional<std::string>& into) {
  if (from) into = from;
}

std::string without_pipe(std::string frame) {
  frame.pop_back();
  return frame;
}

// What the hub's settings leave out of what others see.
void hide(Server& server, OwnedMyInfo& info) {
  if (server.mC.show_desc_len >= 0) info.description.resize(std::min<std::size_t>(info.description.size(), static_cast<std::size_t>(server.mC.show_desc_len)));
  if (!server.mC.show_tags) info.tag.clear();
  if (!server.mC.show_email) info.mail.clear();
  if (!server.mC.show_speed && info.speed.size() > 1) info.speed.erase(0, info.speed.size() - 1);
}

}  // namespace

void apply_change(const MyInfoChange& change, OwnedMyInfo& info) {
  if (change.description) info.description = *change.description;
  if (change.tag) info.tag = *change.tag;
  if (change.speed) info.speed = *change.speed;
  if (change.mail) info.mail = *change.mail;
  if (!change.size) return;
  std::uint64_t share = 0;
  const auto [end, error] = std::from_chars(change.size->data(), change.size->data() + change.size->size(), share);
  if (error == std::errc{} && end == change.size->data() + change.size->size() && share <= nmdc::kMaxShare) info.share = share;
}

void MyInfoChanges::keep(const Connection* connection, const MyInfoChange& change) {
  MyInfoChange& waiting = waiting_[connection];
  merge(change.description, waiting.description);
  merge(change.tag, waiting.tag);
  merge(change.speed, waiting.speed);
  merge(change.mail, waiting.mail);
  merge(change.size, waiting.size);
}

void MyInfoChanges::apply_at_login(Server& server, HubUser& user) {
  const auto found = waiting_.find(user.mxConn);
  if (found == waiting_.end()) return;
  OwnedMyInfo info = shown_info(user);
  apply_change(found->second, info);
  user.mFakeMyINFO = without_pipe(nmdc::format_my_info(info.view()));
  waiting_.erase(found);
  forget_info_list(server);
}

void MyInfoChanges::show_changed(Server& server, HubUser& user, const std::string& real, const MyInfoChange& change) {
  // As often as the hub would, and only if there is something new.
  const long since = server.mTime.Sec() - user.mT.info.Sec();
  if (user.mMyINFO == real || since < static_cast<long>(server.mC.int_myinfo)) return;
  const auto parsed = nmdc::parse_my_info(real);
  if (!parsed) return;
  user.mT.info = server.mTime;
  OwnedMyInfo info(*parsed);
  if (!info.speed.empty()) info.speed.back() = static_cast<char>(user.mMyFlag);
  hide(server, info);
  apply_change(change, info);
  user.mMyINFO = real;
  user.mFakeMyINFO = without_pipe(nmdc::format_my_info(info.view()));
  show_my_info(server, user);
}

}  // namespace vhpy::verlihub
