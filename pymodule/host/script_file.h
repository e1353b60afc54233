// A script's file, found and read, before any interpreter has to do with it.
#pragma once

#include <string>

#include "core/result.h"

namespace vhpy::py {

struct ScriptFile {
  std::string path;       // as asked for: vh.path
  std::string file;       // canonical
  std::string directory;  // of `file`
  std::string name;       // file name: vh.name
  std::string text;
};

// Always from the file, never from a cache of compiled code: those go by the time of change in whole seconds, and an
// operator who edits and reloads is faster. Refuses what is no readable file, is too large, or holds a zero byte. Thread:
// any. Blocks: for the disk.
Result<ScriptFile> read_script_file(const std::string& path);

}  // namespace vhpy::py
