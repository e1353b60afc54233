#include "pymodule/refusal_log.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "pymodule/seldom.h"

namespace vhpy::py {
namespace {

void tell(const std::string& who, const char* form, const char* function, const Error& error) {
  const std::string call = fmt::format("{}: vh.{}{}()", who, form, function);
  const std::string text = fmt::format("{} refused: {}: {}", call, to_string(error.code), error.detail);
  if (error.code == Refusal::kBadArgument) {
    warn_seldom(call, text);
  } else {
    spdlog::debug("{}", text);
  }
}

}  // namespace

void log_refusal(const std::string& script, const char* function, const Error& error) {
  if (error.code != Refusal::kBadArgument && !spdlog::should_log(spdlog::level::debug)) return;
  tell(script, "", function, error);
}

void log_refused_post(ScriptId script, const char* function, const Error& error) {
  if (error.code != Refusal::kBadArgument && !spdlog::should_log(spdlog::level::debug)) return;
  tell(fmt::format("script id {}", script), "post.", function, error);
}

void log_failed_post(ScriptId script, const char* function, const char* what) {
  const std::string call = fmt::format("script id {}: vh.post.{}()", script, function);
  warn_seldom(call, fmt::format("{} failed in the hub: {}", call, what));
}

}  // namespace vhpy::py
