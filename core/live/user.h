// One user as the live copy shows it: plain data, immutable, shared by all versions in which it is the same.
// Thread: any.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/live/counted.h"

namespace vhpy::live {

// The texts of a user. Empty: not known, or there is none.
enum class UserText : std::uint8_t {
  kNick, kIp, kHost,
  kDescription, kTag, kSpeed, kMail,  // of MyINFO, as others are shown it
  kClient,                            // name and version, from the tag; see has_client
  kHubUrl, kExtJson, kCountry, kCount,
};
inline constexpr std::size_t kUserTexts = static_cast<std::size_t>(UserText::kCount);

// What a host says of a user. The texts need to live for the call only.
struct UserFacts {
  std::array<std::string_view, kUserTexts> texts{};
  std::int64_t user_class = 0;
  std::uint64_t shown_share = 0;  // bytes, as others are shown it
  std::uint64_t share = 0;        // as the client says
  std::int64_t login_time = 0;    // epoch seconds; 0: a bot
  // Numbers the times that somebody came into the list: the next one under the same nick has another. 0: the host does not say.
  std::uint64_t session = 0;
  bool bot = false, op = false;
  bool has_client = false;        // there is a tag, however little it says

  std::string_view& text(UserText which) { return texts[static_cast<std::size_t>(which)]; }
};

class User final : public Counted<User> {
 public:
  explicit User(const UserFacts& facts)
      : user_class(facts.user_class),
        shown_share(facts.shown_share),
        share(facts.share),
        login_time(facts.login_time),
        session(facts.session),
        bot(facts.bot),
        op(facts.op),
        has_client(facts.has_client) {
    std::size_t bytes = 0;
    for (const std::string_view text : facts.texts) bytes += text.size();
    texts_.reserve(bytes);
    for (std::size_t i = 0; i < kUserTexts; ++i) {
      texts_ += facts.texts[i];
      ends_[i] = static_cast<std::uint32_t>(texts_.size());
    }
  }

  std::string_view text(UserText which) const noexcept {
    const auto i = static_cast<std::size_t>(which);
    const std::uint32_t begin = i == 0 ? 0 : ends_[i - 1];
    return {texts_.data() + begin, ends_[i] - begin};
  }
  std::string_view key() const noexcept { return text(UserText::kNick); }

  const std::int64_t user_class;
  const std::uint64_t shown_share, share;
  const std::int64_t login_time;
  const std::uint64_t session;
  const bool bot, op, has_client;

 private:
  std::string texts_;  // one after the other: one block of memory per user instead of eleven
  std::array<std::uint32_t, kUserTexts> ends_{};
};

}  // namespace vhpy::live
