// The way from a new connection to an accepted nick: features, key, nick, password.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "core/embedded/server/context.h"
#include "core/embedded/server/password_changes.h"
#include "core/nmdc/message.h"

namespace vhpy::embedded {

namespace store {
struct Account;
}

class Login {
 public:
  static constexpr std::size_t kMaxRemembered = 8'192;  // addresses and nicks remembered for short refusals

  Login(Context& context, PasswordChanges& changes) : context_(context), changes_(changes) {}

  // A new connection: the greeting, and the first time limit. Fires OnNewConn; a block drops it.
  void greet(const std::shared_ptr<Session>& session);

  // frame: the whole command, for the hooks.
  void on_supports(const std::shared_ptr<Session>& session, const nmdc::Supports& message, std::string_view frame);
  void on_key(const std::shared_ptr<Session>& session);
  void on_validate_nick(const std::shared_ptr<Session>& session, const nmdc::ValidateNick& message,
                        std::string_view frame);
  void on_my_pass(const std::shared_ptr<Session>& session, const nmdc::MyPass& message, std::string_view frame);

  // A user in the list sets the password of its account; tells how it went. The first one also gives the class.
  void choose_password(const std::shared_ptr<Session>& session, std::string_view password);

  // Time limits of sessions on their way in.
  void check_deadline(const std::shared_ptr<Session>& session);
  void purge();

  // Lifts the wait after a wrong password from the address, the wait between two logins of the nick. Whether there was one.
  bool forgive_ip(const std::string& ip);
  bool forgive_nick(std::string_view nick);

 private:
  const store::Account* account_of(const Session& session) const;
  void ask_for_password_or_accept(const std::shared_ptr<Session>& session);
  bool refuse_ill_formed(const std::shared_ptr<Session>& session, bool registered);
  bool refuse_banned(const std::shared_ptr<Session>& session, int user_class);
  bool refuse_too_soon(const std::shared_ptr<Session>& session, const store::Account* account);
  bool refuse_full(const std::shared_ptr<Session>& session, int user_class);
  bool refuse_taken(const std::shared_ptr<Session>& session);
  void deny(const std::shared_ptr<Session>& session, CloseReason reason, std::string_view text);
  void begin_verify(const std::shared_ptr<Session>& session, std::string password);
  void verified(const std::shared_ptr<Session>& session, bool right);
  void accept(const std::shared_ptr<Session>& session, int user_class);

  Context& context_;
  PasswordChanges& changes_;
  std::unordered_map<std::string, std::int64_t> wrong_passwords_;  // address -> refused until, epoch seconds
  std::unordered_map<std::string, std::int64_t> last_logins_;      // folded nick -> epoch seconds
};

}  // namespace vhpy::embedded
