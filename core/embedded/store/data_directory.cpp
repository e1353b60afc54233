// The hub's data directory, held by one process at a time: see data_directory.h.
#include "core/embedded/store/data_directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

namespace vhpy::embedded::store {
namespace {

constexpr const char* kLockName = "hub.lock";

Error unusable(const std::string& path, const std::string& why) {
  return refuse(Refusal::kUnavailable, "data directory " + path + ": " + why);
}

std::string describe(int error) {
  return std::generic_category().message(error);
}

// What the holder wrote into the lock file; only for the message.
std::string holder(int fd) {
  std::array<char, 32> text{};
  const ssize_t bytes = pread(fd, text.data(), text.size() - 1, 0);
  std::string pid(text.data(), bytes > 0 ? static_cast<std::size_t>(bytes) : 0);
  pid.erase(pid.find_last_not_of('\n') + 1);
  return pid.empty() ? std::string() : " (process " + pid + ")";
}

bool write_pid(int fd) {
  const std::string pid = std::to_string(getpid()) + '\n';
  return ftruncate(fd, 0) == 0 && pwrite(fd, pid.data(), pid.size(), 0) == static_cast<ssize_t>(pid.size());
}

// The directory's absolute path, made with mode 0700 if it was missing: it holds password hashes.
Result<std::string> prepare(const std::string& path) {
  namespace fs = std::filesystem;
  if (path.empty()) return refuse(Refusal::kBadArgument, "data directory: empty path");
  std::error_code error;
  const fs::path absolute = fs::absolute(path, error);
  if (error) return unusable(path, error.message());
  const bool created = fs::create_directories(absolute, error);
  if (error) return unusable(path, "cannot be created: " + error.message());
  if (created) fs::permissions(absolute, fs::perms::owner_all, error);
  if (error) return unusable(path, "its mode cannot be set: " + error.message());
  std::string text = absolute.lexically_normal().string();
  while (text.size() > 1 && text.back() == '/') text.pop_back();
  return text;
}

}  // namespace

Result<DataDirectory> DataDirectory::open(const std::string& path) {
  auto prepared = prepare(path);
  if (!prepared.ok()) return prepared.error();
  std::string absolute = std::move(prepared).value();
  const std::string lock = absolute + '/' + kLockName;
  const int fd = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return unusable(absolute, "not writable: " + describe(errno));
  DataDirectory directory(std::move(absolute), fd);  // closes fd on every way out
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return unusable(directory.path_, "in use by another hub" + holder(fd));
    return unusable(directory.path_, "cannot be locked: " + describe(errno));
  }
  if (!write_pid(fd)) return unusable(directory.path_, "not writable: " + describe(errno));
  return directory;
}

DataDirectory::DataDirectory(DataDirectory&& other) noexcept
    : path_(std::move(other.path_)), lock_fd_(std::exchange(other.lock_fd_, -1)) {}

DataDirectory& DataDirectory::operator=(DataDirectory&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(lock_fd_, other.lock_fd_);
  return *this;
}

// The file stays: removing it would let a third process lock a new one while a second still waits on the old.
DataDirectory::~DataDirectory() {
  if (lock_fd_ >= 0) ::close(lock_fd_);
}

std::string DataDirectory::file(std::string_view name) const {
  std::string full = path_;
  full += '/';
  full += name;
  return full;
}

}  // namespace vhpy::embedded::store
