// What a ban and a kick are, and the texts that name their targets. Plain data, pure functions. Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "core/constants.h"

namespace vhpy::embedded::store {

struct Ban {
  BanType type = kBanNickIp;  // exactly one bit; says which of the next fields count. Nick+ip: either will do
  std::string ip;             // kBanIp, kBanNickIp: IPv4
  std::string nick;           // kBanNick, kBanNickIp; kBanPrefix: how the nick begins
  std::string host;           // kBanHost*: a host name; add() keeps the part that counts, see host_part()
  std::uint32_t range_from = 0;  // kBanRange: first and last address, host byte order
  std::uint32_t range_to = 0;
  std::uint64_t share = 0;      // kBanShare: bytes, exactly
  std::int64_t date_start = 0;  // epoch seconds
  std::int64_t date_limit = 0;  // the last second at which it holds; 0 = permanent
  std::string nick_op, reason, note_op, note_usr;

  bool permanent() const noexcept { return date_limit == 0; }
  bool holds_at(std::int64_t now) const noexcept { return permanent() || now <= date_limit; }
};

// Who asks to be let in. Empty or absent: not known (yet), and not tested.
struct Candidate {
  std::string_view nick;
  std::string_view ip;
  std::optional<std::uint64_t> share;
  std::string_view host;
};

// An entry of the kick log.
struct Kick {
  std::string nick;
  std::int64_t time = 0;  // epoch seconds
  std::string ip, host;
  std::uint64_t share = 0;
  std::string op, reason;
  bool is_drop = false;
};

inline constexpr std::int64_t kKickLogSeconds = 30 * 24 * 3600;

// "a.b.c.d" as a number; nothing if it is not an IPv4 address in its usual form.
std::optional<std::uint32_t> parse_ipv4(std::string_view text);
std::string format_ipv4(std::uint32_t address);
// An IPv4 or IPv6 address in the form in which the hub knows its clients by it; nothing if the text is none.
std::optional<std::string> canonical_address(std::string_view text);
// "a.b.c.d-e.f.g.h", "a.b.c.d..e.f.g.h" or "a.b.c.d/n" as first and last address.
std::optional<std::pair<std::uint32_t, std::uint32_t>> parse_ipv4_range(std::string_view text);

// The part of a host name that a ban of this type is about: ".org", ".example.org" or ".www.example.org" for
// kBanHost1..3, the first label for kBanHostReverse1. Lower case. Nothing if the name has too few labels.
std::optional<std::string> host_part(std::string_view host, BanType type);

// What a ban is about, for people: "nick", "1.2.3.4", "nick 1.2.3.4", "1.2.3.4-1.2.3.9", ".example.org",
// "1024 bytes".
std::string target_of(const Ban& ban);

}  // namespace vhpy::embedded::store
