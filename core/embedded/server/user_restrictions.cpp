#include "core/embedded/server/user_restrictions.h"

#include <algorithm>

#include "core/nmdc/nick.h"

namespace vhpy::embedded {

namespace {
constexpr std::size_t index(Restriction what) { return static_cast<std::size_t>(what); }
}  // namespace

void UserRestrictions::restrict(std::string_view nick, Restriction what, std::int64_t until, std::int64_t now) {
  const std::string key = nmdc::fold_nick(nick);
  if (nicks_.size() >= kMaxNicks && !nicks_.contains(key)) {
    purge(now);
    if (nicks_.size() >= kMaxNicks) nicks_.erase(nicks_.begin());
  }
  nicks_[key][index(what)] = until;
}

bool UserRestrictions::lift(std::string_view nick, Restriction what, std::int64_t now) {
  const auto found = nicks_.find(nmdc::fold_nick(nick));
  if (found == nicks_.end()) return false;
  const bool held = found->second[index(what)] > now;
  found->second[index(what)] = 0;
  if (std::all_of(found->second.begin(), found->second.end(), [now](std::int64_t end) { return end <= now; })) {
    nicks_.erase(found);
  }
  return held;
}

std::optional<std::int64_t> UserRestrictions::left(std::string_view nick, Restriction what, std::int64_t now) const {
  if (nicks_.empty()) return std::nullopt;
  const auto found = nicks_.find(nmdc::fold_nick(nick));
  if (found == nicks_.end() || found->second[index(what)] <= now) return std::nullopt;
  return found->second[index(what)] - now;
}

void UserRestrictions::purge(std::int64_t now) {
  std::erase_if(nicks_, [now](const auto& entry) {
    return std::all_of(entry.second.begin(), entry.second.end(), [now](std::int64_t end) { return end <= now; });
  });
}

}  // namespace vhpy::embedded
