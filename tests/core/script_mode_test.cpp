// Shows in which texts a mode is found, and in which none. Deterministic, no threads.
#include "core/script_mode.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>

namespace vhpy {
namespace {

constexpr ScriptMode kShared = ScriptMode::kShared;
constexpr ScriptMode kIsolated = ScriptMode::kIsolated;

TEST(ScriptModeTest, EndOfAFileName) {
  using Split = std::pair<std::string, std::optional<ScriptMode>>;
  EXPECT_EQ(split_script_mode("a.py"), Split("a.py", std::nullopt));
  EXPECT_EQ(split_script_mode("a.py:isolated"), Split("a.py", kIsolated));
  EXPECT_EQ(split_script_mode("/x:y/a.py:shared"), Split("/x:y/a.py", kShared));
  for (const char* text : {"a:b.py", "a.py:", "a.py:Isolated", "a.py:isolated ", "isolated", ""}) {
    EXPECT_EQ(split_script_mode(text), Split(text, std::nullopt));
  }
}

TEST(ScriptModeTest, CommentAtTheTopOfAScript) {
  const auto found = [](std::string_view source) {
    const auto mode = script_mode_in(source);
    EXPECT_TRUE(mode) << source;
    return mode ? mode.value() : std::nullopt;
  };
  EXPECT_EQ(found("# vhpy: isolated"), kIsolated);
  EXPECT_EQ(found("\xef\xbb\xbf#vhpy:shared\r\nimport vh\r\n"), kShared);
  EXPECT_EQ(found("#!/usr/bin/env python3\n# coding: utf-8\n\n  # My shop.\n#\tvhpy:\tisolated \n"), kIsolated);
  EXPECT_EQ(found("# vhpy: shared\n# vhpy: isolated\n"), kShared) << "the first";
  for (const char* text : {"", "\n\n", "import vh\n# vhpy: isolated\n", "'''\n# vhpy: isolated\n'''\n", "# needs vhpy: isolated\n",
                           "x = '# vhpy: isolated'\n", "# vhpy 1.0\n"}) {
    EXPECT_EQ(found(text), std::nullopt) << text;
  }
}

TEST(ScriptModeTest, AWordThatIsNoModeIsAnError) {
  const auto odd = script_mode_in("# Shop.\n\n# vhpy: alone\n");
  ASSERT_FALSE(odd);
  EXPECT_EQ(odd.error().detail, "line 3: 'alone' is no mode; expected '# vhpy: shared' or '# vhpy: isolated'");
  EXPECT_FALSE(script_mode_in("# vhpy:\n"));
}

}  // namespace
}  // namespace vhpy
