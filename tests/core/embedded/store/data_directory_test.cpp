// Shows that a data directory is made, refused with one clear line, and held by one process at a time.
#include "core/embedded/store/data_directory.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "tests/core/embedded/store/temporary_directory.h"

namespace vhpy::embedded::store {
namespace {

std::string refusal_of(const std::string& path) {
  const auto opened = DataDirectory::open(path);
  if (opened.ok()) return "(not refused)";
  EXPECT_EQ(opened.error().detail.find('\n'), std::string::npos);
  return opened.error().detail;
}

TEST(DataDirectory, IsMadeForTheOwnerOnly) {
  const TemporaryDirectory temporary;
  const auto opened = DataDirectory::open(temporary.file("a/b/"));
  ASSERT_TRUE(opened.ok()) << opened.error().detail;
  EXPECT_EQ(opened.value().path(), temporary.file("a/b"));
  EXPECT_EQ(opened.value().file("x"), temporary.file("a/b/x"));
  const auto mode = std::filesystem::status(temporary.file("a/b")).permissions();
  EXPECT_EQ(mode, std::filesystem::perms::owner_all);
}

TEST(DataDirectory, SecondHolderIsRefused) {
  const TemporaryDirectory temporary;
  {
    const auto first = DataDirectory::open(temporary.path());
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(refusal_of(temporary.path()), "data directory " + temporary.path() +
                                                ": in use by another hub (process " +
                                                std::to_string(getpid()) + ")");
  }
  EXPECT_TRUE(DataDirectory::open(temporary.path()).ok());
}

TEST(DataDirectory, MovedHolderStillHolds) {
  const TemporaryDirectory temporary;
  auto opened = DataDirectory::open(temporary.path());
  ASSERT_TRUE(opened.ok());
  {
    const DataDirectory moved = std::move(opened).value();
    EXPECT_FALSE(DataDirectory::open(temporary.path()).ok());
  }
  EXPECT_TRUE(DataDirectory::open(temporary.path()).ok());
}

// A real second process, killed without warning: its lock must go with it.
TEST(DataDirectory, AnotherProcess) {
  const TemporaryDirectory temporary;
  int ready[2];
  ASSERT_EQ(pipe2(ready, O_CLOEXEC), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto held = DataDirectory::open(temporary.path());
    const char answer = held.ok() ? 'y' : 'n';
    if (write(ready[1], &answer, 1) != 1) _exit(1);
    for (;;) pause();
  }
  char answer = 0;
  ASSERT_EQ(read(ready[0], &answer, 1), 1);
  EXPECT_EQ(answer, 'y');
  EXPECT_NE(
      refusal_of(temporary.path()).find("in use by another hub (process " + std::to_string(child) + ")"),
      std::string::npos);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(DataDirectory::open(temporary.path()).ok());
  close(ready[0]);
  close(ready[1]);
}

TEST(DataDirectory, Unusable) {
  const TemporaryDirectory temporary;
  std::ofstream(temporary.file("plain")) << "x";
  EXPECT_NE(refusal_of(temporary.file("plain")).find("not"), std::string::npos);
  EXPECT_NE(refusal_of(temporary.file("plain/below")).find("cannot be created"), std::string::npos);
  EXPECT_EQ(refusal_of(""), "data directory: empty path");
  // A lock file that is a directory cannot be written by anybody, root included.
  std::filesystem::create_directories(temporary.file("odd/hub.lock"));
  EXPECT_NE(refusal_of(temporary.file("odd")).find("not writable"), std::string::npos);
}

// Root may write everywhere, so a child that has become nobody does the asking.
TEST(DataDirectory, NotWritable) {
  const TemporaryDirectory temporary;
  const auto read_only = std::filesystem::perms(0555);
  std::filesystem::permissions(temporary.path(), read_only);
  int result[2];
  ASSERT_EQ(pipe2(result, O_CLOEXEC), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && setuid(kNobody) != 0) _exit(1);
    const std::string line = refusal_of(temporary.path());
    _exit(write(result[1], line.data(), line.size()) == static_cast<ssize_t>(line.size()) ? 0 : 1);
  }
  int status = -1;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  char line[512];
  const ssize_t bytes = read(result[0], line, sizeof line);
  ASSERT_GT(bytes, 0);
  EXPECT_EQ(std::string(line, static_cast<std::size_t>(bytes)),
            "data directory " + temporary.path() + ": not writable: Permission denied");
  std::filesystem::permissions(temporary.path(), std::filesystem::perms::owner_all);
  close(result[0]);
  close(result[1]);
}

}  // namespace
}  // namespace vhpy::embedded::store
