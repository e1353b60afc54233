// A directory for one test, removed with everything in it afterwards.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "core/embedded/store/database.h"

namespace vhpy::embedded::store {

class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vhpy-store-XXXXXX").string();
    if (mkdtemp(pattern.data()) == nullptr) ADD_FAILURE() << "cannot make " << pattern;
    path_ = pattern;
  }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }
  std::string file(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

// The database of a test, which can be closed and opened again as a restart of the hub does.
class StoreTest : public ::testing::Test {
 protected:
  void SetUp() override { reopen(); }
  void reopen() {
    database_.reset();
    auto opened = Database::open(directory_.file("hub.sqlite"));
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    database_ = std::move(opened).value();
  }
  Database& database() { return *database_; }

  // Between the two every write fails, as on a full disk.
  void forbid_writing() { ASSERT_TRUE(database().execute("PRAGMA query_only = ON").ok()); }
  void allow_writing() { ASSERT_TRUE(database().execute("PRAGMA query_only = OFF").ok()); }

  TemporaryDirectory directory_;
  std::unique_ptr<Database> database_;
};

}  // namespace vhpy::embedded::store
