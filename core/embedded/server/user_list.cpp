#include "core/embedded/server/user_list.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/nmdc/limits.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {

constexpr std::uint64_t kShareUnit = 1'000'000'000'000'000'000;
static_assert(nmdc::kMaxShare < kShareUnit);

template <class Filter>
std::vector<std::string> nicks_of(const UserList& list, Filter filter) {
  std::vector<std::string> nicks;
  nicks.reserve(list.size());
  list.for_each([&](const User& user) {
    if (filter(user)) nicks.push_back(user.nick);
  });
  std::sort(nicks.begin(), nicks.end());
  return nicks;
}

}  // namespace

const std::string& User::ip() const {
  static const std::string loopback = "127.0.0.1";
  return session ? session->ip : loopback;
}

nmdc::OwnedMyInfo User::shown() const {
  std::string_view frame = *my_info;
  if (frame.ends_with('|')) frame.remove_suffix(1);
  const auto parsed = nmdc::parse_my_info(frame);
  return parsed ? nmdc::OwnedMyInfo(*parsed) : info;
}

nmdc::OwnedMyInfo User::with_flags(const nmdc::MyInfo& said) const {
  nmdc::OwnedMyInfo changed(said);
  if (session == nullptr || (session->flags.on | session->flags.off) == 0) return changed;
  std::uint8_t flag = session->flags.apply(said.flag());
  // Bytes that cannot stand in a MyINFO get the bit of a normal status.
  if (flag == 0 || flag == '$' || flag == '|') flag |= nmdc::kFlagNormal;
  if (changed.speed.empty()) changed.speed.push_back(' ');
  changed.speed.back() = static_cast<char>(flag);
  return changed;
}

std::optional<std::string> User::client() const {
  if (info.tag.empty()) return std::nullopt;
  const nmdc::Tag tag = nmdc::parse_tag(info.tag);
  if (tag.version.empty()) return std::string(tag.client);
  return fmt::format("{} {}", tag.client, tag.version);
}

void UserList::touch(User& user) {
  if (std::exchange(user.unpublished, true)) return;
  changed_.push_back(nmdc::fold_nick(user.nick));
}

void UserList::add(const std::shared_ptr<User>& user) {
  if (!users_.emplace(nmdc::fold_nick(user->nick), user).second) return;
  user->number = ++last_number_;
  user->unpublished = false;  // perhaps touched before, when it was in no list
  touch(*user);
  if (!user->is_bot()) ++people_;
  count_share(user->info.share, 0);
}

void UserList::remove(const User& user) {
  const auto found = users_.find(nmdc::fold_nick(user.nick));
  if (found == users_.end() || found->second.get() != &user) return;
  if (!user.is_bot()) --people_;
  count_share(0, user.info.share);
  changed_.push_back(found->first);
  users_.erase(found);
}

void UserList::set_info(User& user, nmdc::OwnedMyInfo info) {
  const auto found = users_.find(nmdc::fold_nick(user.nick));
  if (found != users_.end() && found->second.get() == &user) count_share(info.share, user.info.share);
  const nmdc::ClientMode mode = nmdc::parse_tag(info.tag).mode;
  user.active = mode == nmdc::ClientMode::kActive;
  user.info = std::move(info);
  user.my_info = make_bytes(nmdc::format_my_info(user.with_flags(user.info.view()).view()));
  if (user.session) user.session->flags.unseen = false;
  touch(user);
}

std::shared_ptr<User> UserList::find(std::string_view nick) const {
  const auto found = users_.find(nmdc::fold_nick(nick));
  return found == users_.end() ? nullptr : found->second;
}

std::vector<std::shared_ptr<User>> UserList::all() const {
  std::vector<std::shared_ptr<User>> copy;
  copy.reserve(users_.size());
  for (const auto& [nick, user] : users_) copy.push_back(user);
  return copy;
}

std::vector<std::string> UserList::nicks() const {
  return nicks_of(*this, [](const User&) { return true; });
}

std::vector<std::string> UserList::ops() const {
  return nicks_of(*this, [](const User& user) { return user.is_op(); });
}

std::vector<std::string> UserList::bots() const {
  return nicks_of(*this, [](const User& user) { return user.is_bot(); });
}

std::string UserList::total_share() const {
  if (share_high_ == 0) return std::to_string(share_low_);
  return fmt::format("{}{:018}", share_high_, share_low_);
}

// Each number is below one unit, so one carry is enough.
void UserList::count_share(std::uint64_t plus, std::uint64_t minus) {
  share_low_ += std::min(plus, nmdc::kMaxShare);
  if (share_low_ >= kShareUnit) {
    share_low_ -= kShareUnit;
    ++share_high_;
  }
  const std::uint64_t less = std::min(minus, nmdc::kMaxShare);
  if (share_low_ < less) {
    share_low_ += kShareUnit;
    --share_high_;
  }
  share_low_ -= less;
}

}  // namespace vhpy::embedded
