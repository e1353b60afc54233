// Who is registered: see registrations.h.
#include "core/embedded/store/registrations.h"

#include <algorithm>

#include "core/constants.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

constexpr std::int64_t kPasswordHashKind = 3;  // pwd_crypt: argon2id, see schema.cpp

constexpr std::string_view kColumns =
    "nick, class, class_protect, class_hidekick, hide_kick, reg_date, reg_op, pwd_change, login_pwd, "
    "login_last, "
    "logout_last, login_cnt, login_ip, error_last, error_cnt, error_ip, enabled, email, note_op, note_usr";

bool registrable(int user_class) noexcept {
  return (user_class >= kRegistered && user_class <= kAdmin) || user_class == kMaster;
}

Error bad_class(int user_class) {
  return refuse(Refusal::kBadArgument, "class " + std::to_string(user_class) + ", expected 1 to 5 or 10");
}

Error not_registered(std::string_view nick) {
  return refuse(Refusal::kNotFound, std::string(nick) + " is not registered");
}

Account read(const Query& row) {
  int column = 0;
  const auto text = [&] { return row.text(column++); };
  const auto number = [&] { return row.integer(column++); };
  Account account;
  account.nick = text();
  account.user_class = static_cast<int>(number());
  account.class_protect = static_cast<int>(number());
  account.class_hidekick = static_cast<int>(number());
  account.hide_kick = number() != 0;
  account.reg_date = number();
  account.reg_op = text();
  account.pwd_change = number() != 0;
  account.login_pwd = text();
  account.login_last = number();
  account.logout_last = number();
  account.login_cnt = number();
  account.login_ip = text();
  account.error_last = number();
  account.error_cnt = number();
  account.error_ip = text();
  account.enabled = number() != 0;
  account.email = text();
  account.note_op = text();
  account.note_usr = text();
  return account;
}

}  // namespace

Result<Registrations> Registrations::load(Database& database) {
  Registrations registrations(database);
  static const std::string sql = "SELECT " + std::string(kColumns) + " FROM reglist";
  Query rows = database.query(sql);
  while (rows.step()) {
    Account account = read(rows);
    std::string key = nmdc::fold_nick(account.nick);
    registrations.accounts_.insert_or_assign(std::move(key), std::move(account));
  }
  if (auto done = rows.outcome(); !done.ok()) return done.error();
  return registrations;
}

Outcome Registrations::check(Database& database) {
  Query rows = database.query("SELECT nick, class FROM reglist WHERE nick = '' OR class NOT IN (1, 2, 3, 4, 5, 10)");
  if (!rows.step()) return rows.outcome();
  if (rows.text(0).empty()) return refuse(Refusal::kBadArgument, "empty nick");
  return refuse(Refusal::kBadArgument, rows.text(0) + ": " + bad_class(static_cast<int>(rows.integer(1))).detail);
}

const Account* Registrations::find(std::string_view nick) const {
  const auto found = accounts_.find(nmdc::fold_nick(nick));
  return found == accounts_.end() ? nullptr : &found->second;
}

std::vector<const Account*> Registrations::list() const {
  std::vector<std::pair<std::string_view, const Account*>> sorted;
  sorted.reserve(accounts_.size());
  for (const auto& [key, account] : accounts_) sorted.emplace_back(key, &account);
  std::sort(sorted.begin(), sorted.end());
  std::vector<const Account*> accounts;
  accounts.reserve(sorted.size());
  for (const auto& [key, account] : sorted) accounts.push_back(account);
  return accounts;
}

Outcome Registrations::add(const Account& account) {
  if (account.nick.empty()) return refuse(Refusal::kBadArgument, "empty nick");
  if (!registrable(account.user_class)) return bad_class(account.user_class);
  if (find(account.nick) != nullptr) return refuse(Refusal::kExists, account.nick + " is already registered");
  Account kept = account;
  if (kept.login_pwd.empty()) kept.pwd_change = true;
  if (auto done = write(kept); !done.ok()) return done;
  std::string key = nmdc::fold_nick(kept.nick);
  accounts_.emplace(std::move(key), std::move(kept));
  return Done{};
}

Outcome Registrations::remove(std::string_view nick) {
  const auto found = accounts_.find(nmdc::fold_nick(nick));
  if (found == accounts_.end()) return not_registered(nick);
  auto done = database_->query("DELETE FROM reglist WHERE nick = ?").bind(found->second.nick).run();
  if (done.ok()) accounts_.erase(found);
  return done;
}

Outcome Registrations::set_class(std::string_view nick, int user_class) {
  if (!registrable(user_class)) return bad_class(user_class);
  return update(nick, [&](Account& account) { account.user_class = user_class; });
}

Outcome Registrations::set_enabled(std::string_view nick, bool enabled) {
  return update(nick, [&](Account& account) { account.enabled = enabled; });
}

Outcome Registrations::set_password_hash(std::string_view nick, std::string_view hash) {
  return update(nick, [&](Account& account) {
    account.login_pwd = hash;
    account.pwd_change = hash.empty();
  });
}

Outcome Registrations::record_login(std::string_view nick, std::string_view ip, std::int64_t now) {
  return update(nick, [&](Account& account) {
    account.login_last = now;
    account.login_ip = ip;
    ++account.login_cnt;
  });
}

Outcome Registrations::record_logout(std::string_view nick, std::int64_t now) {
  return update(nick, [&](Account& account) { account.logout_last = now; });
}

Outcome Registrations::record_wrong_password(std::string_view nick, std::string_view ip, std::int64_t now) {
  return update(nick, [&](Account& account) {
    account.error_last = now;
    account.error_ip = ip;
    ++account.error_cnt;
  });
}

template <class Change>
Outcome Registrations::update(std::string_view nick, Change change) {
  const auto found = accounts_.find(nmdc::fold_nick(nick));
  if (found == accounts_.end()) return not_registered(nick);
  Account changed = found->second;
  change(changed);
  if (auto done = write(changed); !done.ok()) return done;
  found->second = std::move(changed);
  return Done{};
}

Outcome Registrations::write(const Account& a) {
  static const std::string sql = upsert_sql("reglist", std::string(kColumns) + ", pwd_crypt", "nick");
  Query query = database_->query(sql);
  query.bind(a.nick).bind(a.user_class).bind(a.class_protect).bind(a.class_hidekick);
  query.bind(a.hide_kick ? 1 : 0)
      .bind(a.reg_date)
      .bind(a.reg_op)
      .bind(a.pwd_change ? 1 : 0)
      .bind(a.login_pwd);
  query.bind(a.login_last).bind(a.logout_last).bind(a.login_cnt).bind(a.login_ip);
  query.bind(a.error_last).bind(a.error_cnt).bind(a.error_ip);
  query.bind(a.enabled ? 1 : 0).bind(a.email).bind(a.note_op).bind(a.note_usr).bind(kPasswordHashKind);
  return query.run();
}

}  // namespace vhpy::embedded::store
