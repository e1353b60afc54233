// The lengths of vh.UserRestrictions: what each field means, and that a wrong one refuses all.
#include "core/restriction_lengths.h"

#include <gtest/gtest.h>

#include "core/durations.h"

namespace vhpy {
namespace {

TEST(RestrictionLengths, EachFieldHasItsPlace) {
  const auto lengths = restriction_lengths("30s", "5m", "1h", "2d");
  ASSERT_TRUE(lengths);
  EXPECT_EQ(lengths.value(), (RestrictionLengths{30, 300, 3'600, 172'800}));
}

TEST(RestrictionLengths, WordsThatAreNoLengths) {
  const auto lengths = restriction_lengths(std::nullopt, "", "0", "1");
  ASSERT_TRUE(lengths);
  EXPECT_EQ(lengths.value(), (RestrictionLengths{std::nullopt, std::nullopt, 0, kWeekSeconds}));
}

TEST(RestrictionLengths, OneWrongFieldRefusesAllAndIsNamed) {
  for (const char* const wrong : {"soon", "-1", "1x", "00"}) {
    const auto lengths = restriction_lengths("1h", "1h", wrong, "1h");
    ASSERT_FALSE(lengths) << wrong;
    EXPECT_EQ(lengths.error().code, Refusal::kBadArgument);
    EXPECT_NE(lengths.error().detail.find(std::string("search = '") + wrong + "'"), std::string::npos) << lengths.error().detail;
  }
}

TEST(RestrictionLengths, AVeryLongTextIsNotRepeatedWhole) {
  const auto lengths = restriction_lengths(std::string(10'000, 'x'), "", "", "");
  ASSERT_FALSE(lengths);
  EXPECT_LT(lengths.error().detail.size(), 200u);
}

}  // namespace
}  // namespace vhpy
