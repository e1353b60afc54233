#include "core/script_files.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

namespace vhpy {

std::vector<std::string> script_files(const std::string& directory) {
  namespace fs = std::filesystem;
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    std::string name = at->path().filename().string();
    if (name.ends_with(".py") && !at->is_directory(ignored)) names.push_back(std::move(name));
  }
  std::sort(names.begin(), names.end());
  return names;
}

}  // namespace vhpy
