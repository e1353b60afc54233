// The hub's topic: kept in a setting, shown in the hub's name.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <string>
#include <string_view>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class Topic {
 public:
  explicit Topic(Context& context) : context_(context) {}

  const std::string& get() const { return context_.text(Var::kHubTopic); }
  // Keeps it and shows everybody; empty clears it. kBadArgument if it is too long.
  Outcome set(std::string_view topic);

  // Sends name and topic to everybody, as after a change of either.
  void announce() const;
  // The same to one client.
  void show_name(const Session& session) const;
  void show_topic(const Session& session) const;

 private:
  Context& context_;
};

}  // namespace vhpy::embedded
