// See script_file.h.
#include "pymodule/host/script_file.h"

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>

#include <fmt/format.h>

namespace vhpy::py {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kMaxSource = 16u << 20;  // bytes of one script; a larger file is not a script

Result<std::string> read_file(const fs::path& file) {
  std::error_code error;
  const fs::file_status status = fs::status(file, error);
  if (!fs::exists(status)) return refuse(Refusal::kNotFound, fmt::format("{}: no such file", file.string()));
  if (fs::is_directory(status)) {
    return refuse(Refusal::kBadArgument, fmt::format("{}: is a directory, not a script", file.string()));
  }
  if (!fs::is_regular_file(status)) {
    return refuse(Refusal::kBadArgument, fmt::format("{}: is not a regular file", file.string()));
  }
  if (fs::file_size(file, error) > kMaxSource || error) {
    return refuse(Refusal::kBadArgument, fmt::format("{}: larger than {} bytes", file.string(), kMaxSource));
  }
  std::ifstream stream(file, std::ios::binary);
  if (!stream) {
    return refuse(Refusal::kUnavailable, fmt::format("{}: cannot be read: {}", file.string(), std::strerror(errno)));
  }
  return std::string(std::istreambuf_iterator<char>(stream), {});
}

}  // namespace

Result<ScriptFile> read_script_file(const std::string& path) {
  ScriptFile read;
  read.path = path;
  std::error_code error;
  const fs::path file = fs::weakly_canonical(path, error);
  read.file = error ? path : file.string();
  read.directory = fs::path(read.file).parent_path().string();
  read.name = fs::path(path).filename().string();

  Result<std::string> text = read_file(read.file);
  if (!text) return text.error();
  read.text = std::move(text).value();
  if (read.text.find('\0') == std::string::npos) return read;
  return refuse(Refusal::kBadArgument, fmt::format("{}: contains a zero byte, so it is not Python", path));
}

}  // namespace vhpy::py
