#include "pymodule/refusal_log.h"

#include <spdlog/spdlog.h>

namespace vhpy::py {

void log_refusal(const std::string& script, const char* function, const Error& error) {
  spdlog::debug("{}: vh.{}() refused: {}: {}", script, function, to_string(error.code), error.detail);
}

void log_refused_post(ScriptId script, const char* function, const Error& error) {
  spdlog::debug("script id {}: vh.post.{}() refused: {}: {}", script, function, to_string(error.code), error.detail);
}

void log_failed_post(ScriptId script, const char* function, const char* what) {
  spdlog::warn("script id {}: vh.post.{}() failed in the hub: {}", script, function, what);
}

}  // namespace vhpy::py
