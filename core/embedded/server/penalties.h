// Kicks, drops, bans and restrictions: who may do them to whom, what the victim is told, what is kept.
//
// Owner: HubServer. Thread: hub. Restrictions live in memory only and end with the process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/embedded/server/context.h"
#include "core/embedded/server/user_restrictions.h"
#include "core/embedded/store/bans.h"

namespace vhpy::embedded {

class Penalties {
 public:
  struct KickRequest {
    std::string why;
    std::string note_op;     // kept with the ban
    std::string note_user;   // shown to the victim besides `why`
    std::string address;     // where to send the victim; empty: nowhere
    bool with_ban = true;    // false: a drop
  };

  explicit Penalties(Context& context) : context_(context) {}

  // Kicks as `op`: rights are checked, the kick is logged, operators are told. kNoSuchUser, kNotPermitted.
  Outcome kick(const User& op, std::string_view nick, const KickRequest& request);

  // Bans an online user, then disconnects. No rights are checked; `op` is a label. seconds 0: for ever.
  Outcome ban_user(std::string_view op, const std::shared_ptr<User>& user, std::string_view reason,
                   std::int64_t seconds, BanType type);

  // Bans what an operator has typed: an address, a range, or a nick. Disconnects online users that it hits, but no
  // operator of a class above `op_class`.
  Outcome ban_target(const User& op, const std::string& target, std::string_view reason, std::int64_t seconds);

  // Cuts a user who is banned: for what of it has become known after the login.
  void refuse_if_banned(const User& user) const;

  // For flooding and the like, signed by the hub.
  void ban_ip(const std::string& ip, std::int64_t seconds, std::string_view reason);

  // Lifts bans that the hub itself has set for a time. Returns how many.
  Result<std::size_t> lift_own_bans_of_nick(std::string_view nick);
  Result<std::size_t> lift_own_bans_of_ip(std::string_view ip);

  void restrict(std::string_view nick, Restriction what, std::int64_t seconds);
  bool lift(std::string_view nick, Restriction what);  // whether there was something to lift
  // Seconds left; nothing if not restricted.
  std::optional<std::int64_t> restricted_for(std::string_view nick, Restriction what) const;
  // The same for what a user is about to do: admins and masters are exempt.
  std::optional<std::int64_t> hindered_for(const Session& session, Restriction what) const;
  // An operator's mute: main chat and private messages.
  void gag(std::string_view nick, std::int64_t seconds);
  bool ungag(std::string_view nick);

  // May `op` kick, gag or drop `victim`?
  Outcome may_punish(const User& op, const User& victim) const;

  // What a banned client is told; holds the word "banned", on which clients stop reconnecting.
  std::string ban_text(const store::Ban& ban) const;

  // Forgets bans and restrictions that are over.
  void purge();

 private:
  Outcome ask_scripts(const User& op, const User& victim, const KickRequest& request);
  Outcome fill_target(store::Ban& ban, const User& user) const;
  bool is_own_for_a_time(const store::Ban& ban) const;

  Context& context_;
  UserRestrictions restrictions_;
};

}  // namespace vhpy::embedded
