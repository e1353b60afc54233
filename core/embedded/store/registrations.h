// Who is registered: table `reglist`, all of it in memory, every change written through.
//
// Owner: the hub. Thread: hub. Blocks: for one SQLite commit without fsync when it changes something. A
// change that cannot be written is refused (kUnavailable) and leaves the memory as it was. Column names are
// Verlihub's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/embedded/store/database.h"
#include "core/result.h"

namespace vhpy::embedded::store {

// In place of a hash while the first one is being computed. No password fits it, so that an account whose password got
// lost (the process was killed) is locked until an operator sets one, rather than open to whoever comes first.
inline constexpr const char* kPasswordPending = "*";

struct Account {
  std::string nick;        // as registered; compared without case
  int user_class = 1;      // a UserClass
  int class_protect = 0;   // protected from kicks by classes up to this
  int class_hidekick = 0;  // kicks hidden from classes up to this
  bool hide_kick = false;
  std::int64_t reg_date = 0;  // epoch seconds, like every time here; 0 = never
  std::string reg_op;
  bool pwd_change = true;  // the user must set a password at the next login
  std::string login_pwd;   // hash as made by Passwords; empty: none yet; kPasswordPending: on its way
  std::int64_t login_last = 0, logout_last = 0, login_cnt = 0;
  std::string login_ip;
  std::int64_t error_last = 0, error_cnt = 0;
  std::string error_ip;
  bool enabled = true;  // a disabled account logs in as a guest
  std::string email, note_op, note_usr;
};

class Registrations {
 public:
  static Result<Registrations> load(Database& database);

  // Whether every stored account could have been added; kBadArgument names the first that could not.
  static Outcome check(Database& database);

  // Null if not registered. Valid until the next change of that account.
  const Account* find(std::string_view nick) const;
  std::size_t size() const noexcept { return accounts_.size(); }
  std::vector<const Account*> list() const;  // sorted by folded nick

  // kExists if the nick is registered in any case, kBadArgument for an empty nick or a class that cannot be
  // registered (1 to 5, 10 are the ones that can). Without a hash, the user must set a password at the next
  // login.
  Outcome add(const Account& account);
  // These refuse with kNotFound if the nick is not registered.
  Outcome remove(std::string_view nick);
  Outcome set_class(std::string_view nick, int user_class);
  Outcome set_enabled(std::string_view nick, bool enabled);
  // Empty hash: the account goes back to "must set a password at the next login".
  Outcome set_password_hash(std::string_view nick, std::string_view hash);
  Outcome record_login(std::string_view nick, std::string_view ip, std::int64_t now);
  Outcome record_logout(std::string_view nick, std::int64_t now);
  Outcome record_wrong_password(std::string_view nick, std::string_view ip, std::int64_t now);

 private:
  explicit Registrations(Database& database) : database_(&database) {}
  // Applies `change` to a copy, writes it, then keeps it.
  template <class Change>
  Outcome update(std::string_view nick, Change change);
  Outcome write(const Account& account);

  Database* database_;
  std::unordered_map<std::string, Account> accounts_;  // by folded nick
};

}  // namespace vhpy::embedded::store
