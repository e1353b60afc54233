// Shows that escaping is what clients do, by vectors seen on the wire, and that unescaping undoes it, by
// seeded texts.
#include "core/nmdc/escape.h"

#include <gtest/gtest.h>

#include <random>

namespace vhpy::nmdc {
namespace {

TEST(EscapeText, Vectors) {
  struct Vector {
    std::string_view plain, escaped;
  };
  const Vector vectors[] = {
      {"", ""},
      {"hello", "hello"},
      {"hello $5 | 50% & &#36;", "hello &#36;5 &#124; 50% & &amp;#36;"},  // what ncdc sent
      {"&", "&"},
      {"a & b", "a & b"},
      {"&amp;", "&amp;amp;"},
      {"&amp", "&amp"},
      {"&#124;", "&amp;#124;"},
      {"&&#36;", "&&amp;#36;"},
      {"&$", "&&#36;"},
      {"&#3|6;", "&#3&#124;6;"},
      {"\xff\x80$", "\xff\x80&#36;"},
  };
  for (const auto& [plain, escaped] : vectors) {
    EXPECT_EQ(escape_text(plain), escaped);
    EXPECT_EQ(unescape_text(escaped), plain);
  }
}

TEST(EscapeText, UnescapeLeavesWhatIsNoEscape) {
  EXPECT_EQ(unescape_text("&#37; &#36 &amp &;&"), "&#37; &#36 &amp &;&");
  EXPECT_EQ(unescape_text("$ |"), "$ |");
}

TEST(EscapePipes, OnlyPipes) {
  EXPECT_EQ(escape_pipes("a|b$c&|"), "a&#124;b$c&&#124;");
}

// Texts of pieces that could be mistaken for escapes are the hard ones.
TEST(EscapeText, RoundTripOfSeededTexts) {
  constexpr std::string_view kPieces[] = {"&", "#",   "3",     "6",     ";",      "$",
                                          "|", "amp", "&amp;", "&#36;", "&#124;", "x"};
  std::mt19937 random(20240229);
  for (int i = 0; i < 20'000; ++i) {
    std::string text;
    for (auto n = random() % 12; n > 0; --n) text += kPieces[random() % std::size(kPieces)];
    const std::string escaped = escape_text(text);
    EXPECT_EQ(escaped.find_first_of("$|"), std::string::npos) << text;
    ASSERT_EQ(unescape_text(escaped), text);
  }
}

TEST(EscapeKey, TheSixBytesAndNoOthers) {
  for (int byte = 0; byte < 256; ++byte) {
    const std::string one(1, static_cast<char>(byte));
    const bool special = byte == 0 || byte == 5 || byte == 36 || byte == 96 || byte == 124 || byte == 126;
    const std::string escaped = escape_key(one);
    EXPECT_EQ(escaped.size(), special ? 10u : 1u) << byte;
    EXPECT_EQ(unescape_key(escaped), one) << byte;
  }
  EXPECT_EQ(escape_key(std::string("\0", 1)), "/%DCN000%/");
  EXPECT_EQ(escape_key("~"), "/%DCN126%/");
}

TEST(EscapeKey, BrokenEscapesStay) {
  for (const char* text : {"/%DCN", "/%DCN12", "/%DCN12x%/", "/%DCN999%/", "/%DCN036%", "//%DCN", "/"}) {
    EXPECT_EQ(unescape_key(text), text);
  }
  EXPECT_EQ(unescape_key("//%DCN036%//"), "/$/");
}

}  // namespace
}  // namespace vhpy::nmdc
