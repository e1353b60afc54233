// See interpreter_probe.h.
#include "pymodule/interpreters/interpreter_probe.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <vector>

#include <fmt/format.h>

#include "pymodule/python.h"

extern char** environ;

namespace vhpy::py {
namespace {

constexpr std::size_t kMaxAnswer = 8 * 1024;  // bytes; a path and three short words

// -I and -S: neither the environment nor site-packages has a say in the answer.
constexpr const char* kQuestion =
    "import os, sys\n"
    "words = ['%d.%d.%d' % sys.version_info[:3], sys.implementation.cache_tag or sys.implementation.name,\n"
    "         getattr(sys, 'abiflags', ''), sys.executable]\n"
    "sys.stdout.buffer.write(os.fsencode('\\n'.join(words)))\n";

class Descriptor {
 public:
  explicit Descriptor(int fd) noexcept : fd_(fd) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const noexcept { return fd_; }
  void close() noexcept {
    if (fd_ >= 0) ::close(fd_);
    fd_ = -1;
  }

 private:
  int fd_;
};

// Everything up to end of file; false when time is up or the answer is absurdly long.
bool read_all(int fd, std::string& into) {
  const auto until = std::chrono::steady_clock::now() + kProbeTimeout;
  std::array<char, 1024> buffer;
  while (into.size() < kMaxAnswer) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (left.count() <= 0) return false;
    pollfd poll_fd{fd, POLLIN, 0};
    if (::poll(&poll_fd, 1, static_cast<int>(left.count())) < 0 && errno != EINTR) return false;
    if (poll_fd.revents == 0) continue;
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got == 0) return true;
    if (got < 0 && errno != EINTR) return false;
    if (got > 0) into.append(buffer.data(), static_cast<std::size_t>(got));
  }
  return false;
}

// Starts the executable with its standard output going to `output`; the error number, or 0.
int spawn(const std::string& executable, int output, pid_t& pid) {
  std::string program = executable, isolated = "-I", no_site = "-S", command = "-c", question = kQuestion;
  char* const arguments[] = {program.data(), isolated.data(), no_site.data(), command.data(), question.data(), nullptr};
  posix_spawn_file_actions_t actions;
  if (const int error = posix_spawn_file_actions_init(&actions)) return error;
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  const int error = posix_spawn(&pid, executable.c_str(), &actions, nullptr, arguments, environ);
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1) {
    lines.push_back(text.substr(begin, end - begin));
  }
  lines.push_back(text.substr(begin));
  return lines;
}

Error refused(const std::string& executable, std::string_view why) {
  return refuse(Refusal::kUnavailable, fmt::format("{} cannot be used as Python: {}", executable, why));
}

}  // namespace

Result<PythonFacts> probe_python(const std::string& executable) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) return refused(executable, std::strerror(errno));
  const Descriptor reader(ends[0]);
  Descriptor writer(ends[1]);
  pid_t pid = 0;
  if (const int error = spawn(executable, writer.get(), pid)) return refused(executable, std::strerror(error));
  writer.close();  // so that the child's end is the end of the file

  std::string answer;
  const bool complete = read_all(reader.get(), answer);
  if (!complete) ::kill(pid, SIGKILL);
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (!complete) return refused(executable, fmt::format("no answer within {} s", kProbeTimeout.count()));
  const std::vector<std::string> lines = lines_of(answer);
  if (status != 0 || lines.size() != 4) return refused(executable, "it did not say what version it is");
  return PythonFacts{lines[0], lines[1], lines[2], lines[3].empty() ? executable : lines[3]};
}

PythonFacts linked_python() {
  std::string version = Py_GetVersion();
  version = version.substr(0, version.find(' '));
  std::string flags;
#ifdef Py_GIL_DISABLED
  flags += 't';
#endif
#ifdef Py_DEBUG
  flags += 'd';
#endif
  return {version, fmt::format("cpython-{}{}", PY_MAJOR_VERSION, PY_MINOR_VERSION), flags, VHPY_PYTHON_EXECUTABLE};
}

}  // namespace vhpy::py
