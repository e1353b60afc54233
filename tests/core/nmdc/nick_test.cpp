// Shows which nicks are refused and why, and that nicks compare by ASCII letters without case and by nothing
// else.
#include "core/nmdc/nick.h"

#include <gtest/gtest.h>

namespace vhpy::nmdc {
namespace {

TEST(Nick, Fold) {
  EXPECT_EQ(fold_nick("OPNick[1]"), "opnick[1]");
  EXPECT_EQ(fold_nick("\xc3\x84Z"), "\xc3\x84z");  // UTF-8 capitals stay
  EXPECT_TRUE(same_nick("DUPE", "dupe"));
  EXPECT_FALSE(same_nick("dupe", "dupe1"));
  EXPECT_FALSE(same_nick("@", "`"));  // the neighbours of the letters
  EXPECT_FALSE(same_nick("[", "{"));
}

TEST(Nick, EveryByte) {
  for (int byte = 0; byte < 256; ++byte) {
    const bool bad = byte <= 0x20 || byte == 0x7F || byte == '$' || byte == '|' || byte == '<' || byte == '>';
    EXPECT_EQ(nick_byte_allowed(static_cast<unsigned char>(byte)), !bad) << byte;
    const auto problem = check_nick("a" + std::string(1, static_cast<char>(byte)) + "b", {}, true);
    EXPECT_EQ(problem.has_value(), bad) << byte;
    EXPECT_EQ(problem ? problem->bad_nick : "", bad ? "Char " + std::to_string(byte) : "");
  }
}

TEST(Nick, Rules) {
  const NickRules rules{3, 10, "[OP] [VIP]"};
  struct Case {
    std::string_view nick;
    bool registered;
    std::optional<NickFault> fault;
    std::string_view bad_nick;
  };
  const std::string longest(64, 'x'), too_long(65, 'x');
  const Case cases[] = {
      {"", false, NickFault::kEmpty, "Min 3"},
      {"", true, NickFault::kEmpty, "Min 3"},
      {"ab", false, NickFault::kTooShort, "Min 3"},
      {"ab", true, {}, ""},
      {"abc", false, {}, ""},
      {"0123456789", false, {}, ""},
      {"0123456789a", false, NickFault::kTooLong, "Max 10"},
      {"0123456789a", true, {}, ""},
      {longest, true, {}, ""},
      {too_long, true, NickFault::kTooLong, "Max 10"},
      {"[OP]x", false, NickFault::kReservedPrefix, "Pref"},
      {"[op]x", false, NickFault::kReservedPrefix, "Pref"},
      {"[vip]", false, NickFault::kReservedPrefix, "Pref"},
      {"[OP]x", true, {}, ""},
      {"x[OP]", false, {}, ""},
      {"a b", false, NickFault::kForbiddenByte, "Char 32"},
      {"a\nb", false, NickFault::kForbiddenByte, "Char 10"},
      {"<b>", false, NickFault::kForbiddenByte, "Char 60"},
      {"\xd1\x8e\xd1\x8f", false, {}, ""},
  };
  for (const Case& c : cases) {
    const auto problem = check_nick(c.nick, rules, c.registered);
    ASSERT_EQ(problem.has_value(), c.fault.has_value()) << c.nick;
    if (!problem) continue;
    EXPECT_EQ(problem->fault, *c.fault) << c.nick;
    EXPECT_EQ(problem->bad_nick, c.bad_nick) << c.nick;
    EXPECT_FALSE(problem->message.empty());
  }
}

TEST(Nick, OddPrefixLists) {
  EXPECT_FALSE(check_nick("abc", {1, 64, ""}, false));
  EXPECT_FALSE(check_nick("abc", {1, 64, "   "}, false));
  EXPECT_TRUE(check_nick("abc", {1, 64, "  A  "}, false));
}

}  // namespace
}  // namespace vhpy::nmdc
