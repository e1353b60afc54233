#include "core/embedded/server/password_changes.h"

#include <fmt/format.h>

#include "core/embedded/store/passwords.h"
#include "core/embedded/store/registrations.h"
#include "core/nmdc/nick.h"

namespace vhpy::embedded {

void PasswordChanges::change(std::string_view nick, std::string_view password, Done done) {
  const auto min = static_cast<std::size_t>(context_.setting(Var::kPasswordMinLen));
  if (password.size() < min || password.find('|') != std::string_view::npos) {
    return done(refuse(Refusal::kBadArgument, fmt::format("a password needs at least {} characters", min)));
  }
  const std::string folded = nmdc::fold_nick(nick);
  if (context_.accounts.find(folded) == nullptr) {
    return done(refuse(Refusal::kNotFound, fmt::format("{} is not registered", nick)));
  }
  ++pending_[folded].jobs;
  Outcome begun = context_.passwords.hash(password, [this, folded, done](const std::string& hash) {
    Outcome kept = hash.empty() ? Outcome(refuse(Refusal::kUnavailable, "out of memory for the password"))
                                : context_.accounts.set_password_hash(folded, hash);
    finish(folded, kept, done);
  });
  if (!begun) finish(folded, begun, done);
}

void PasswordChanges::finish(const std::string& folded, const Outcome& outcome, const Done& done) {
  std::vector<std::function<void()>> waiting;
  const auto found = pending_.find(folded);
  if (--found->second.jobs == 0) {
    waiting = std::move(found->second.waiting);
    pending_.erase(found);
  }
  done(outcome);
  for (const auto& next : waiting) next();
}

bool PasswordChanges::under_way(std::string_view nick) const { return pending_.contains(nmdc::fold_nick(nick)); }

void PasswordChanges::when_settled(std::string_view nick, std::function<void()> next) {
  const auto found = pending_.find(nmdc::fold_nick(nick));
  if (found == pending_.end()) return next();
  found->second.waiting.push_back(std::move(next));
}

}  // namespace vhpy::embedded
