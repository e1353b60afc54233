// The user list: everybody a client sees, people and bots, by nick; and what they share together.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "core/embedded/server/session.h"
#include "core/hub.h"
#include "core/nmdc/my_info.h"

namespace vhpy::embedded {

struct User {
  std::string nick;
  int user_class = kGuest;
  nmdc::OwnedMyInfo info;            // what its client says: sums, bans and relays go by this
  Bytes my_info;                     // the frame that shows it
  bool active = false;               // can be connected to
  std::shared_ptr<Session> session;  // null: a bot, or a user who has left
  ScriptId owner = 0;                // of a bot: the script that added it
  bool hubs_own = false;             // hub security, operator chat
  std::string host;                  // from reverse DNS; empty while unknown
  Session::TimePoint last_shown{};   // when everybody was last sent its MyINFO
  bool change_pending = false;       // changed since, too soon to be sent again
  std::uint64_t number = 0;          // given by UserList::add(), to nobody else ever
  bool unpublished = false;          // not in the live copy as it is now (UserList::touch)

  bool is_bot() const { return session == nullptr; }
  bool is_op() const { return user_class >= kOperator; }
  // What others see: `info`, unless a script has changed it.
  nmdc::OwnedMyInfo shown() const;
  // `said` with the bits of the status flag as scripts want them.
  nmdc::OwnedMyInfo with_flags(const nmdc::MyInfo& said) const;
  const std::string& ip() const;
  // Name and version of its client; nothing if it has no tag.
  std::optional<std::string> client() const;
};

class UserList {
 public:
  // nick must not be in the list.
  void add(const std::shared_ptr<User>& user);
  void remove(const User& user);
  // Replaces what the user says of itself, and the frame.
  void set_info(User& user, nmdc::OwnedMyInfo info);
  // Has the live copy show the user anew: to be called wherever anything changes that scripts can see of it. add(), remove()
  // and set_info() do so themselves; the tests compare the live copy with the operations after each case.
  void touch(User& user);

  std::shared_ptr<User> find(std::string_view nick) const;  // any case; null if there is none
  std::size_t size() const { return users_.size(); }
  std::size_t people() const { return people_; }

  // Calls f(User&) for everybody, in no particular order. f must not change the list.
  template <class F>
  void for_each(F f) const {
    for (const auto& [nick, user] : users_) f(*user);
  }
  // A copy, for walks during which the list may change.
  std::vector<std::shared_ptr<User>> all() const;

  std::vector<std::string> nicks() const;
  std::vector<std::string> ops() const;
  std::vector<std::string> bots() const;
  std::string total_share() const;  // bytes, decimal

  bool has_changes() const noexcept { return !changed_.empty(); }
  // Calls changed(User&) for who has come or changed since the last call, and gone(nick) for who has left.
  template <class Changed, class Gone>
  void take_changes(Changed changed, Gone gone) {
    for (const std::string& nick : std::exchange(changed_, {})) {
      const auto found = users_.find(nick);
      if (found == users_.end()) {
        gone(nick);
      } else if (std::exchange(found->second->unpublished, false)) {
        changed(*found->second);
      }
    }
  }

 private:
  void count_share(std::uint64_t plus, std::uint64_t minus);

  std::unordered_map<std::string, std::shared_ptr<User>> users_;  // by folded nick
  std::vector<std::string> changed_;  // folded nicks, for the live copy; now and then one twice
  std::size_t people_ = 0;
  std::uint64_t last_number_ = 0;
  // 18 users of the largest share overflow 64 bits, so the sum is kept in units of 10^18 bytes plus a rest.
  std::uint64_t share_high_ = 0;
  std::uint64_t share_low_ = 0;
};

}  // namespace vhpy::embedded
