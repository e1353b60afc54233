// What the live copy is made of on Verlihub: users, settings, topic.
//
// Verlihub tells plugins of logins, MyINFOs and logouts, but not of everything: classes change by !regclass, flags and
// MyINFOs by other plugins, settings when it reads its tables again. So besides what callbacks and operations say (touch(),
// look_again()), everything is compared with what was published, users once a second, settings less often: that bounds how
// old the copy can be.
//
// Owner: the engine. Thread: hub.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "core/live/live.h"
#include "core/verlihub/hub_headers.h"
#include "core/verlihub/users.h"

namespace vhpy::verlihub {

class LiveFeed final : public live::Source {
 public:
  explicit LiveFeed(Server& server) : server_(server) {}

  // This user may have come, gone or changed.
  void touch(const std::string& nick);
  // Something has changed, and nobody knows what.
  void look_again() noexcept { look_again_ = true; }
  // This setting may have changed.
  void touch_setting(const std::string& file, const std::string& var);
  // Every second.
  void tick();

  bool changed() const noexcept override {
    return look_again_ || settings_due_ || others_due_ || !touched_.empty() || !touched_settings_.empty();
  }
  void write(live::Draft& draft) override;

 private:
  struct Published {
    std::size_t print = 0;     // of what was published
    std::uint64_t round = 0;   // when it was last seen
  };

  void compare_users();
  void write_users(live::Draft& draft);
  void write_user(live::Draft& draft, const HubUser& user);
  void write_own_settings(live::Draft& draft);
  void write_other_settings(live::Draft& draft);
  std::string country_of(const live::Draft& draft, const HubUser& user) const;
  bool is_op(const HubUser& user) const;
  std::size_t print_of(const HubUser& user) const;

  Server& server_;
  std::unordered_map<std::string, Published> users_;           // by folded nick
  std::unordered_map<std::string, std::string> own_settings_;  // as published
  std::unordered_set<std::string> touched_;                    // nicks
  std::vector<std::pair<std::string, std::string>> touched_settings_;
  bool look_again_ = true, settings_due_ = true, others_due_ = true;
  std::uint64_t round_ = 0, ticks_ = 0;
};

}  // namespace vhpy::verlihub
