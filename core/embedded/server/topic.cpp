#include "core/embedded/server/topic.h"

#include <fmt/format.h>

#include "core/embedded/server/broadcaster.h"
#include "core/nmdc/format.h"
#include "core/nmdc/limits.h"

namespace vhpy::embedded {

Outcome Topic::set(std::string_view topic) {
  if (topic.size() > nmdc::kMaxTopicBytes) {
    return refuse(Refusal::kBadArgument,
                  fmt::format("a topic has at most {} bytes, this one {}", nmdc::kMaxTopicBytes, topic.size()));
  }
  if (topic == get()) return Done{};
  Outcome kept = context_.settings.set(Var::kHubTopic, topic);
  if (kept) announce();
  return kept;
}

void Topic::announce() const {
  context_.out->to_all(nmdc::format::hub_name(context_.text(Var::kHubName), get()));
  context_.out->to(make_bytes(nmdc::format::hub_topic(get())),
                   [](const User& user) { return user.session->features.hub_topic; });
}

void Topic::show_name(const Session& session) const {
  session.send(make_bytes(nmdc::format::hub_name(context_.text(Var::kHubName), get())));
}

void Topic::show_topic(const Session& session) const {
  if (session.features.hub_topic && !get().empty()) session.send(make_bytes(nmdc::format::hub_topic(get())));
}

}  // namespace vhpy::embedded
