// The functions that need no hub: escaping both ways, and what a script calls itself. Deterministic; one test uses
// threads, whose interleaving does not matter to what it expects.
#include "core/local.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

namespace vhpy {
namespace {

class LocalTest : public ::testing::Test {
 protected:
  std::string encoded(const std::string& text) { return encode_text(local, text); }
  std::string decoded(const std::string& text) { return decode_text(local, text); }

  const std::string file = "one.py";
  ScriptLabel label;
  const Local local{file, label};
};

TEST_F(LocalTest, TheFiveBytesBothWays) {
  const std::string five = "\x05$`|~";
  EXPECT_EQ(encoded(five), "&#5;&#36;&#96;&#124;&#126;");
  EXPECT_EQ(decoded(encoded(five)), five);
  std::string every;
  for (int byte = 1; byte < 256; ++byte) every += static_cast<char>(byte);
  EXPECT_EQ(decoded(encoded(every)), every);
  EXPECT_EQ(encoded("plain & #5;"), "plain & #5;");
  EXPECT_EQ(encoded(""), "");
}

TEST_F(LocalTest, AnyByteIsDecoded) {
  for (int byte = 1; byte < 256; ++byte) {
    EXPECT_EQ(decoded("<&#" + std::to_string(byte) + ";>"), std::string("<") + static_cast<char>(byte) + ">") << byte;
  }
  EXPECT_EQ(decoded("&#036;&#0000000000000000000000000000124;"), "$|");
  EXPECT_EQ(decoded("&&#36;;&#&#36;"), "&$;&#$");
}

TEST_F(LocalTest, WhatIsNoEscapeStays) {
  for (const std::string text : {"&#0;", "&#000;", "&#256;", "&#1114112;", "&#99999999999999999999999;", "&#;", "&#36", "&#",
                                 "&", "&#x24;", "&#-36;", "&# 36;", "&#3 6;", "&amp;", "&#000", "#36;"}) {
    EXPECT_EQ(decoded(text), text);
  }
}

TEST_F(LocalTest, LongTextOfBeginningsIsDecodedInLinearTime) {
  std::string text;
  for (int i = 0; i < 400'000; ++i) text += "&#1";
  EXPECT_EQ(decoded(text), text);
}

TEST_F(LocalTest, ALabelKeepsWhatItIsNotGiven) {
  const NameAndVersion first = name_and_version(local, std::nullopt, std::nullopt);
  EXPECT_EQ(first.name, "one.py");
  EXPECT_EQ(first.version, "0.0.0");
  EXPECT_TRUE(first.name_is_file);
  EXPECT_EQ(name_and_version(local, std::nullopt, "1.2").name, "one.py");
  const NameAndVersion named = name_and_version(local, "shop", std::nullopt);
  EXPECT_EQ(named.name, "shop");
  EXPECT_EQ(named.version, "1.2");
  EXPECT_FALSE(named.name_is_file);
  EXPECT_EQ(name_and_version(local, "", "").name, "");
}

// Name and version are set together: no reader sees one of each.
TEST_F(LocalTest, ALabelIsReadWholeFromAnyThread) {
  name_and_version(local, "0", "0");
  std::vector<std::jthread> threads;
  for (int i = 1; i <= 3; ++i) {
    threads.emplace_back([this, text = std::to_string(i)] {
      for (int round = 0; round < 2'000; ++round) {
        name_and_version(local, text, text);
        const NameAndVersion seen = name_and_version(local, std::nullopt, std::nullopt);
        EXPECT_EQ(seen.name, seen.version);
      }
    });
  }
}

}  // namespace
}  // namespace vhpy
