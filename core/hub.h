// What a hub can be asked: one operation per row of the function table (core/functions/). Both hosts implement it.
//
// Thread: every operation runs on the hub thread only, and none of them blocks on a script or takes the GIL.
// Text is bytes as they stand on the wire, unescaped unless said otherwise. Nicks compare ASCII-case-insensitively.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/answers.h"
#include "core/dynamic_functions.h"
#include "core/result.h"

namespace vhpy {

namespace live {
class Live;
}

using ScriptId = std::uint32_t;  // 0 = not a script

// On whose behalf an operation runs.
struct Caller {
  ScriptId script = 0;
};

struct MyInfo {
  std::string nick, description, tag, speed, mail, size;
};

// Facts about the host that scripts see as attributes of vh. The strings may change at run time (settings).
struct HubIdentity {
  std::string bot_nick;      // hub security: signs what the hub says
  std::string op_chat_nick;  // empty = no operator chat
  std::string config_dir;    // vh.basedir
  std::string config_name;   // vh.config_name: name of the hub's own settings in GetConfig and SetConfig
  std::string encoding;      // of the bytes on the wire: a Python codec name
  std::int64_t start_time;   // epoch seconds
};

class Hub {
 public:
  using Text = std::string;
  using OptionalText = std::optional<std::string>;
  using Integer = std::int64_t;
  using Real = double;
  using Nicks = std::vector<std::string>;

  virtual ~Hub() = default;

  virtual HubIdentity identity() const = 0;

  // One for each row of the function table.
#define VHPY_OPERATION(result, name, parameters) virtual result name parameters = 0;
#include "core/hub_operations.def"

  // Not in the table: where plugins of the host register what call_dynamic_function() calls.
  virtual DynamicFunctions& dynamic_functions() = 0;

  // Not in the table: what vh.cached and vh.snapshot() read (core/live/live.h). Thread: any; the object says more.
  virtual live::Live& live() noexcept = 0;

  // Not in the table: called when a script is gone, to remove what it owned.
  virtual void forget_script(ScriptId script) = 0;
};

}  // namespace vhpy
