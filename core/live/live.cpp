#include "core/live/live.h"

#include "queue/detail/futex.h"

namespace vhpy::live {

void Draft::put(const UserFacts& facts) {
  auto user = Ref<const User>::adopt(new User(facts));
  const std::string_view nick = user->key();
  // `ops` and `bots` compare as `users` does: an entry under another spelling is replaced.
  if (user->op) {
    contents_.ops.put(edition_, user);
  } else {
    contents_.ops.erase(edition_, nick);
  }
  if (user->bot) {
    contents_.bots.put(edition_, user);
  } else {
    contents_.bots.erase(edition_, nick);
  }
  contents_.users.put(edition_, std::move(user));
}

void Draft::remove_user(std::string_view nick) {
  contents_.ops.erase(edition_, nick);
  contents_.bots.erase(edition_, nick);
  contents_.users.erase(edition_, nick);
}

void Draft::set_own(std::string_view var, std::string_view value) {
  contents_.own.put(edition_, Ref<const Setting>::adopt(new Setting(std::string(var), value)));
}

void Draft::set_other(std::string_view file, std::string_view var, std::string_view value) {
  contents_.others.put(edition_, Ref<const Setting>::adopt(new Setting(setting_name(file, var), value)));
}

void Draft::set_sums(std::int64_t people, std::string total_share) {
  contents_.people = people;
  contents_.total_share = std::move(total_share);
}

Live::Live(std::string config_name) {
  contents_.config_name = std::move(config_name);
  contents_.total_share = "0";
  current_.store(new View(contents_, 0, queue::Clock::now()));
}

Live::~Live() {
  if (const View* const last = current_.load()) last->release();
}

Ref<const View> Live::view() const {
  return read([](const View& view) { return Ref<const View>::share(&view); });
}

bool Live::publish() {
  if (source_ == nullptr || !source_->changed()) return false;
  const std::uint64_t next = version() + 1;
  Draft draft(contents_, next);
  source_->write(draft);
  old_.push_back(Ref<const View>::adopt(
      current_.exchange(new View(contents_, next, queue::Clock::now()), std::memory_order_seq_cst)));
  let_go();
  version_.store(next, std::memory_order_seq_cst);
  wake();
  return true;
}

bool Live::is_here(std::string_view nick, std::uint64_t session) {
  publish();
  return read([&](const View& view) {
    const User* const user = view.contents().users.find(nick);
    return user != nullptr && user->session == session;
  });
}

// Readers pin the current view only, so one that nobody holds now will not be held again.
void Live::let_go() {
  std::erase_if(old_, [this](const Ref<const View>& view) { return !readers_.hold(view.get()); });
}

void Live::wake() noexcept {
  news_.fetch_add(1, std::memory_order_seq_cst);
  // Who begins to wait after this look finds the new version, or the new word, at its own: all four are seq_cst.
  if (waiters_.load(std::memory_order_seq_cst) != 0) queue::detail::futex_wake(news_, queue::detail::kEverybody);
}

bool Live::wait(std::uint64_t version_wanted, queue::TimePoint until, const std::function<bool()>& stop) const {
  if (version() >= version_wanted) return true;
  waiters_.fetch_add(1, std::memory_order_seq_cst);
  bool in_time = true;
  for (;;) {
    const std::uint32_t news = news_.load(std::memory_order_seq_cst);
    if (version() >= version_wanted || !in_time || stop()) break;
    in_time = queue::detail::futex_wait(news_, news, until);
  }
  waiters_.fetch_sub(1, std::memory_order_relaxed);
  return version() >= version_wanted;
}

}  // namespace vhpy::live
