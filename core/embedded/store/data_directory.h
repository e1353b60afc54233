// The hub's data directory, held by one process at a time.
//
// Owner: the composition root; outlives everything kept in the directory. Thread: any one. The lock is the
// kernel's (flock on `hub.lock`), so a killed process leaves none behind.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "core/result.h"

namespace vhpy::embedded::store {

class DataDirectory {
 public:
  // Creates the directory (mode 0700) and its parents if they are missing. Errors (kUnavailable) are one
  // line: not a directory, not writable, or in use by another hub, with that hub's process id. Blocks: no.
  static Result<DataDirectory> open(const std::string& path);

  DataDirectory(DataDirectory&& other) noexcept;
  DataDirectory& operator=(DataDirectory&& other) noexcept;
  DataDirectory(const DataDirectory&) = delete;
  DataDirectory& operator=(const DataDirectory&) = delete;
  ~DataDirectory();

  const std::string& path() const noexcept { return path_; }  // absolute
  std::string file(std::string_view name) const;              // path() + "/" + name

 private:
  DataDirectory(std::string path, int lock_fd) : path_(std::move(path)), lock_fd_(lock_fd) {}

  std::string path_;
  int lock_fd_ = -1;
};

}  // namespace vhpy::embedded::store
