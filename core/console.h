// The operators' script console: the !py... commands. Both hosts hand it commands typed in chat.
//
// Owner: the host. Thread: hub. Syntax and rights: as in the older Python plugins, so that operators need not relearn.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "core/script_host.h"

namespace vhpy {

// What the console needs of the host's settings. A function that is null: there is no such setting.
struct ConsoleSettings {
  std::function<std::int64_t()> least_class;        // from which the commands may be used; null: kAdmin
  std::function<Outcome(int level)> set_log_level;  // 0 to kMaxLogLevel; keeps it and applies it at once
  std::function<std::string()> encoding{};          // of what operators type and read; null: UTF-8
  std::function<std::string()> statistics{};        // of the queue, for !pystats
  // Keeps in which mode a script, by its file's name, is to be loaded from now on; nothing: forgets it.
  std::function<Outcome(const std::string& name, std::optional<ScriptMode>)> remember_mode{};
};

inline constexpr int kMaxLogLevel = 5;  // 0 errors, 1 warnings, 2 what happens, 3 more, 4 and 5 everything

class ScriptConsole {
 public:
  // Says one line (or several, separated by "\r\n") to the operator who typed the command. May be called after handle()
  // has returned, when the work was put off to the end of the turn; the host then looks the nick up again.
  using Reply = std::function<void(std::string)>;

  // scripts_dir: where a name without '/' is looked for, and what !pyfiles lists.
  ScriptConsole(ScriptHost& scripts, std::string scripts_dir, ConsoleSettings settings = {});

  // Runs `line` (with its '!') if it is one of ours. Returns false if it is not. A user_class that is too low
  // is answered with a refusal. Blocks: as long as loading the script takes.
  bool handle(std::string_view line, int user_class, Reply reply);

 private:
  ScriptHost& scripts_;
  std::string scripts_dir_;
  ConsoleSettings settings_;
};

}  // namespace vhpy
