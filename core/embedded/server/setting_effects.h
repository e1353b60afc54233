// Changes a setting of the hub by name, and does what the change implies at once.
//
// Owner: HubServer. Thread: hub.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/embedded/server/context.h"

namespace vhpy::embedded {

class SettingEffects {
 public:
  // limits_changed: called when a bound of the connections has changed.
  SettingEffects(Context& context, std::function<void()> limits_changed)
      : context_(context), limits_changed_(std::move(limits_changed)) {}

  // The same for settings of any file, on behalf of `by`. Fires OnSetConfig; a block leaves the old value.
  // kNotPermitted: a script has blocked it; otherwise as set(), or as store::Settings::set().
  Outcome change(std::string_view by, const std::string& file, const std::string& name, std::string_view value);

  // kNotFound: no such setting; kBadArgument: the value does not fit; kExists: the nick for a bot is taken.
  Outcome set(const std::string& name, std::string_view value);

 private:
  Outcome write(const std::string& file, const std::string& name, std::string_view value);

  Context& context_;
  std::function<void()> limits_changed_;
};

}  // namespace vhpy::embedded
