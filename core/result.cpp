#include "core/result.h"

namespace vhpy {

const char* to_string(Refusal refusal) noexcept {
  switch (refusal) {
    case Refusal::kNoSuchUser: return "no such user";
    case Refusal::kNotPermitted: return "not permitted";
    case Refusal::kBadArgument: return "bad argument";
    case Refusal::kExists: return "already exists";
    case Refusal::kNotFound: return "not found";
    case Refusal::kUnavailable: return "not available";
  }
  return "unknown";
}

}  // namespace vhpy
