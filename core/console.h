// The operators' script console: !pyload, !pyunload, !pyreload, !pylist. Both hosts hand it commands typed in chat.
//
// Owner: the host. Thread: hub. Syntax and rights: as in the older Python plugins, so that operators need not relearn.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "core/script_host.h"

namespace vhpy {

class ScriptConsole {
 public:
  // Says one line (or several, separated by "\r\n") to the operator who typed the command. May be called after handle()
  // has returned, when the work was put off to the end of the turn; the host then looks the nick up again.
  using Reply = std::function<void(std::string)>;

  // scripts_dir: where a name without '/' is looked for.
  ScriptConsole(ScriptHost& scripts, std::string scripts_dir);

  // Runs `line` (with its '!') if it is one of ours. Returns false if it is not. user_class below kAdmin is answered
  // with a refusal. Blocks: as long as loading the script takes.
  bool handle(std::string_view line, int user_class, Reply reply);

 private:
  ScriptHost& scripts_;
  std::string scripts_dir_;
};

}  // namespace vhpy
