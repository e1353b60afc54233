// vh functions that need no hub: escaping of text, and what a script calls itself. They run on the thread that calls
// them, without the lane, so they work while the hub is busy or closing.
//
// Thread: any.
#pragma once

#include <mutex>
#include <optional>
#include <string>

namespace vhpy {

struct NameAndVersion {
  std::string name;
  std::string version;
  bool name_is_file = false;  // nobody has set a name: it is the file's, in the file system's encoding
};

// What a script calls itself; one per script, empty until it says so. Thread: any; guarded by its own mutex.
class ScriptLabel {
 public:
  // Sets what is given and returns both as they are then.
  NameAndVersion update(const std::string& file_name, const std::optional<std::string>& name,
                        const std::optional<std::string>& version);

 private:
  std::mutex mutex_;
  std::optional<std::string> name_;     // guarded by mutex_
  std::optional<std::string> version_;  // guarded by mutex_
};

// Whose call it is.
struct Local {
  const std::string& file_name;  // of the script
  ScriptLabel& label;
};

// The five bytes that could end or split a command (5, '$', '`', '|', '~') as "&#36;" and so on.
std::string encode_text(const Local& local, const std::string& text);
// Back: "&#N;" with N from 1 to 255 becomes that byte; anything else stays as it is. 0 stays, too: no text has it.
std::string decode_text(const Local& local, const std::string& text);

NameAndVersion name_and_version(const Local& local, const std::optional<std::string>& name,
                                const std::optional<std::string>& version);

}  // namespace vhpy
