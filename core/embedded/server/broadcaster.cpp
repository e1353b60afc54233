#include "core/embedded/server/broadcaster.h"

namespace vhpy::embedded {

void Broadcaster::to_all(std::string frame) const {
  to(make_bytes(std::move(frame)), [](const User&) { return true; });
}

void Broadcaster::to_classes(std::string frame, std::int64_t min, std::int64_t max) const {
  to(make_bytes(std::move(frame)),
     [=](const User& user) { return user.user_class >= min && user.user_class <= max; });
}

}  // namespace vhpy::embedded
