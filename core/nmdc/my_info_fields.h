// New fields for a MyINFO, as scripts give them: checked, escaped, and put in the place of the old ones. Pure functions.
// Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/nmdc/my_info.h"
#include "core/result.h"

namespace vhpy::nmdc {

// Nothing: the field stays as it is. tag: with its < and >. speed: without the status flag, which stays. size: decimal bytes.
struct NewFields {
  const std::optional<std::string>&description, &tag, &speed, &mail, &size;
};

// kBadArgument: a field cannot be shown.
Result<OwnedMyInfo> with_new_fields(OwnedMyInfo shown, const NewFields& fields);

// One of the bits of the status flag.
bool is_my_info_flag(std::int64_t flag) noexcept;

}  // namespace vhpy::nmdc
