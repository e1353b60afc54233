// What this hub's live copy is made of: users from the user list, settings, topic.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include "core/embedded/server/context.h"
#include "core/live/live.h"

namespace vhpy::embedded {

class LiveFeed final : public live::Source {
 public:
  explicit LiveFeed(Context& context) : context_(context) {}

  bool changed() const noexcept override {
    return context_.users.has_changes() || context_.settings.has_changes();
  }
  void write(live::Draft& draft) override;

 private:
  void write_settings(live::Draft& draft);
  void write_user(live::Draft& draft, const User& user);
  std::string country_of(const live::Draft& draft, const User& user) const;

  Context& context_;
  bool geography_changed_ = false;  // other databases than before: countries are looked up anew
};

}  // namespace vhpy::embedded
