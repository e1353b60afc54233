// Finds the bans that apply to somebody: see ban_index.h.
#include "core/embedded/store/ban_index.h"

#include <algorithm>
#include <string_view>

#include "core/nmdc/nick.h"

namespace vhpy::embedded::store {
namespace {

std::string key(char kind, std::string_view text) {
  std::string out;
  out.reserve(text.size() + 1);
  out += kind;
  out += text;
  return out;
}

constexpr char kNick = 'n', kIp = 'i', kPrefix = 'p', kShare = 's';

char host_kind(BanType type) {
  switch (type) {
    case kBanHost1:
      return '1';
    case kBanHost2:
      return '2';
    case kBanHost3:
      return '3';
    default:
      return 'r';
  }
}

// Under which keys a ban is found; none for a range.
std::vector<std::string> keys_of(const Ban& ban) {
  switch (ban.type) {
    case kBanNickIp:
      return {key(kNick, nmdc::fold_nick(ban.nick)), key(kIp, ban.ip)};
    case kBanIp:
      return {key(kIp, ban.ip)};
    case kBanNick:
      return {key(kNick, nmdc::fold_nick(ban.nick))};
    case kBanPrefix:
      return {key(kPrefix, nmdc::fold_nick(ban.nick))};
    case kBanShare:
      return {key(kShare, std::to_string(ban.share))};
    case kBanHost1:
    case kBanHost2:
    case kBanHost3:
    case kBanHostReverse1:
      return {key(host_kind(ban.type), ban.host)};
    case kBanRange:
      break;
  }
  return {};
}

bool lasts_longer(const Ban& a, const Ban& b) noexcept {
  if (a.permanent() || b.permanent()) return a.permanent() && !b.permanent();
  return a.date_limit > b.date_limit;
}

}  // namespace

void BanIndex::add(const Ban& ban) {
  for (std::string& k : keys_of(ban)) by_key_[std::move(k)].push_back(&ban);
  if (ban.type != kBanRange) return;
  const auto place =
      std::upper_bound(ranges_.begin(), ranges_.end(), ban.range_from,
                       [](std::uint32_t from, const Range& r) { return from < r.ban->range_from; });
  const auto position = static_cast<std::size_t>(place - ranges_.begin());
  ranges_.insert(place, Range{&ban, ban.range_to});
  update_reach(position);
}

void BanIndex::remove(const Ban& ban) {
  for (const std::string& k : keys_of(ban)) {
    const auto found = by_key_.find(k);
    if (found == by_key_.end()) continue;
    std::erase(found->second, &ban);
    if (found->second.empty()) by_key_.erase(found);
  }
  if (ban.type != kBanRange) return;
  const auto found =
      std::find_if(ranges_.begin(), ranges_.end(), [&](const Range& range) { return range.ban == &ban; });
  if (found == ranges_.end()) return;
  const auto position = static_cast<std::size_t>(found - ranges_.begin());
  ranges_.erase(found);
  update_reach(position);
}

void BanIndex::update_reach(std::size_t from) {
  for (std::size_t i = from; i < ranges_.size(); ++i) {
    const std::uint32_t before = i == 0 ? 0 : ranges_[i - 1].reach;
    ranges_[i].reach = std::max(before, ranges_[i].ban->range_to);
  }
}

const Ban* BanIndex::find(const Candidate& candidate, std::int64_t now) const {
  const Ban* longest = nullptr;
  const auto consider = [&](const Ban* ban) {
    if (ban->holds_at(now) && (longest == nullptr || lasts_longer(*ban, *longest))) longest = ban;
  };
  const auto look_up = [&](const std::string& k) {
    const auto found = by_key_.find(k);
    if (found != by_key_.end()) std::for_each(found->second.begin(), found->second.end(), consider);
  };

  if (!candidate.nick.empty()) {
    const std::string nick = nmdc::fold_nick(candidate.nick);
    look_up(key(kNick, nick));
    for (std::size_t length = 1; length <= nick.size(); ++length) {
      look_up(key(kPrefix, std::string_view(nick).substr(0, length)));
    }
  }
  if (candidate.share) look_up(key(kShare, std::to_string(*candidate.share)));
  if (!candidate.host.empty()) {
    for (const BanType type : {kBanHost1, kBanHost2, kBanHost3, kBanHostReverse1}) {
      if (const auto part = host_part(candidate.host, type)) look_up(key(host_kind(type), *part));
    }
  }
  if (candidate.ip.empty()) return longest;
  look_up(key(kIp, candidate.ip));
  if (const auto address = parse_ipv4(candidate.ip)) {
    auto range = std::upper_bound(ranges_.begin(), ranges_.end(), *address,
                                  [](std::uint32_t a, const Range& r) { return a < r.ban->range_from; });
    while (range != ranges_.begin() && (--range)->reach >= *address) {
      if (range->ban->range_to >= *address) consider(range->ban);
    }
  }
  return longest;
}

}  // namespace vhpy::embedded::store
