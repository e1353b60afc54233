// Text of the program as clients see it, and what they type as the program sees it.
#include "core/wire_text.h"

#include <gtest/gtest.h>

namespace vhpy {
namespace {

TEST(WireText, ThereAndBack) {
  const std::string russian = "Скрипт загружен: данные.py";
  for (const char* encoding : {"cp1251", "CP1251", "windows-1251", "koi8-r", "iso8859-5"}) {
    const std::string bytes = to_wire(russian, encoding);
    EXPECT_EQ(bytes.size(), 26U) << encoding;
    EXPECT_EQ(from_wire(bytes, encoding), russian) << encoding;
  }
  EXPECT_EQ(to_wire("é", "cp1252"), "\xE9");
  EXPECT_EQ(to_wire("ő", "cp1250"), "\xF5");
  EXPECT_EQ(to_wire(std::string(5'000, 'a') + "é", "cp1252"), std::string(5'000, 'a') + "\xE9");
}

TEST(WireText, Utf8IsLeftAlone) {
  for (const char* encoding : {"utf-8", "UTF8", "utf_8", ""}) {
    EXPECT_EQ(to_wire("é\xFF", encoding), "é\xFF") << encoding;
    EXPECT_EQ(from_wire("é\xFF", encoding), "é\xFF") << encoding;
  }
}

TEST(WireText, WhatCannotBeSaidIsAQuestionMark) {
  EXPECT_EQ(to_wire("a日é\xFF" "b\xE6", "cp1252"), "a?\xE9?b?");
  EXPECT_EQ(to_wire(std::string(1'000, '\xFF'), "cp1252"), std::string(1'000, '?'));
}

TEST(WireText, WhatIsNoTextIsLeftAlone) {
  EXPECT_EQ(from_wire("a\x98" "b", "cp1251"), "a\x98" "b") << "no character in this encoding";
  EXPECT_EQ(to_wire("é", "no such encoding"), "é");
  EXPECT_EQ(from_wire("\xE9", "no such encoding"), "\xE9");
}

}  // namespace
}  // namespace vhpy
