// What single users may not do for a while: chat, private messages, searches, connections. By nick, so that a
// reconnection does not lift it.
//
// Owner: Penalties. Thread: hub. In memory only: it ends with the process.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace vhpy::embedded {

enum class Restriction : std::uint8_t { kChat, kPm, kSearch, kConnect };
inline constexpr std::size_t kRestrictions = 4;

class UserRestrictions {
 public:
  static constexpr std::size_t kMaxNicks = 4'096;  // restricted at once; beyond, one of them is forgotten

  // until: epoch seconds; replaces what was.
  void restrict(std::string_view nick, Restriction what, std::int64_t until, std::int64_t now);
  // Whether there was something to lift at `now`.
  bool lift(std::string_view nick, Restriction what, std::int64_t now);
  // Seconds left; nothing if not restricted.
  std::optional<std::int64_t> left(std::string_view nick, Restriction what, std::int64_t now) const;
  void purge(std::int64_t now);
  std::size_t size() const noexcept { return nicks_.size(); }

 private:
  using Ends = std::array<std::int64_t, kRestrictions>;  // epoch seconds; in the past or 0: not restricted
  std::unordered_map<std::string, Ends> nicks_;          // by folded nick
};

}  // namespace vhpy::embedded
