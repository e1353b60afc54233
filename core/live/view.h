// One version of the live copy: what scripts see of the hub, as it was at the end of one turn of the hub thread. Immutable.
//
// Its functions answer what the operations of the same names in core/hub.h would have answered then; the rows in
// core/functions/ name them.
//
// Owner: references (Live, snapshots of scripts). Thread: any. Blocks: no.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/constants.h"
#include "core/hub.h"
#include "core/live/keys.h"
#include "core/live/persistent_map.h"
#include "core/live/user.h"

namespace vhpy::live {

// One setting. The name is the file and the variable, with a NUL between them, unless it is of the hub's own.
class Setting final : public Counted<Setting> {
 public:
  Setting(std::string name, std::string_view value) : name_(std::move(name)), value_(value) {}
  std::string_view key() const noexcept { return name_; }
  const std::string& value() const noexcept { return value_; }

 private:
  std::string name_, value_;
};

using Users = PersistentMap<User, FoldedKey>;
using SettingMap = PersistentMap<Setting, ExactKey>;

// What a view shows.
struct Contents {
  Users users, ops, bots;  // the latter two: those of `users` that are, so that short lists cost little
  SettingMap own, others;  // the hub's own settings; those of plugins and scripts
  std::string config_name;
  std::string bot_nick;      // of the hub's own bots, as HubIdentity has them
  std::string op_chat_nick;
  std::string topic;       // empty: none
  std::string total_share; // decimal
  std::int64_t people = 0;
};

class View final : public Counted<View> {
 public:
  using Text = Hub::Text;
  using OptionalText = Hub::OptionalText;
  using Integer = Hub::Integer;
  using OptionalView = std::optional<std::string_view>;  // arguments need to live for the call only

  View(const Contents& contents, std::uint64_t version, std::chrono::steady_clock::time_point now)
      : contents_(contents), version_(version), published_(now) {}

  std::uint64_t version() const noexcept { return version_; }
  std::chrono::steady_clock::time_point published() const noexcept { return published_; }
  const Contents& contents() const noexcept { return contents_; }

  Hub::Nicks nick_list() const;
  Hub::Nicks op_list() const;
  Hub::Nicks bot_list() const;
  // Asked more often than all others together, hence here.
  std::optional<Integer> user_class(OptionalView nick) const {
    if (!nick) return std::nullopt;
    const User* const user = contents_.users.find(*nick);
    return user != nullptr ? user->user_class : Integer{kUnknownUser};
  }
  OptionalText user_ip(std::string_view nick) const;
  OptionalText user_host(std::string_view nick) const;
  std::optional<MyInfo> my_info(std::string_view nick) const;
  Integer users_count() const { return contents_.people; }
  Text total_share_size() const { return contents_.total_share; }

  Text raw_nick_list() const;
  Text raw_op_list() const;
  Text raw_bot_list() const;
  OptionalText user_hub_url(std::string_view nick) const;
  OptionalText user_ext_json(std::string_view nick) const;
  OptionalText user_version(std::string_view nick) const;
  std::optional<Integer> user_share(std::string_view nick) const;
  OptionalText user_country_code(std::string_view nick) const;

  OptionalText topic() const;
  OptionalText config(std::string_view conf, std::string_view var, OptionalView fallback) const;

 private:
  OptionalText text_of(std::string_view nick, UserText which) const;

  const Contents contents_;
  const std::uint64_t version_;
  const std::chrono::steady_clock::time_point published_;
};

// Nicks in the order of their bytes, as the hub's own lists are.
Hub::Nicks sorted_nicks(const Users& users);
// The name of a setting that is not the hub's own.
std::string setting_name(std::string_view file, std::string_view var);

}  // namespace vhpy::live
