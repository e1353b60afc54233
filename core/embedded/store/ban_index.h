// Finds the bans that apply to somebody, without walking over all of them.
//
// Owner: Bans, which owns the bans too; the index points at them. Thread: hub. Nicks, addresses, shares and
// hosts are hashed; a prefix is found by trying each length of the nick; ranges are sorted by their first
// address, each with the greatest last address up to it, so that the walk back from an address ends where no
// range can reach it any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "core/embedded/store/ban.h"

namespace vhpy::embedded::store {

class BanIndex {
 public:
  void add(const Ban& ban);
  void remove(const Ban& ban);

  // The ban that lasts longest among those that apply at `now`, null if none.
  const Ban* find(const Candidate& candidate, std::int64_t now) const;

 private:
  using Found = std::vector<const Ban*>;
  struct Range {
    const Ban* ban;
    std::uint32_t reach;  // greatest range_to of this and all before
  };
  void update_reach(std::size_t from);

  // By nick, ip, prefix, host or share, each with a letter before it.
  std::unordered_map<std::string, Found> by_key_;
  std::vector<Range> ranges_;  // by range_from
};

}  // namespace vhpy::embedded::store
