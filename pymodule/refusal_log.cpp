#include "pymodule/refusal_log.h"

#include <spdlog/spdlog.h>

namespace vhpy::py {

void log_refusal(const std::string& script, const char* function, const Error& error) {
  spdlog::debug("{}: vh.{}() refused: {}: {}", script, function, to_string(error.code), error.detail);
}

}  // namespace vhpy::py
