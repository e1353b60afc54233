// Runs the fuzzers' check over seeded bytes, so that every build runs it, fuzzing compiler or not.
#include <gtest/gtest.h>

#include <random>

#include "tests/fuzz/nmdc_check.h"

namespace vhpy::nmdc {
namespace {

// Real frames are the seeds: cut, joined, and with bytes changed, they reach deeper than noise does.
constexpr std::string_view kSeeds[] = {
    "$Supports NoHello NoGetINFO UserIP2 TTHSearch |",
    "$Key /%DCN036%/\xd1\xc0\x11|",
    "$ValidateNick alice|",
    "$MyPass op+p$ss|",
    "$Version 1,0091|",
    "$GetNickList|",
    "$MyINFO $ALL alice probe<++ V:0.868,M:A,H:1/0/0,S:3>$ $100\x01$a@b.c$1073741824$|",
    "<alice> hello &#36;5 &#124; &amp;#36;|",
    "$To: bob From: alice $<alice> hi|",
    "$MCTo: bob $alice hi|",
    "$Search 10.0.0.1:412 T?F?1000?2?a$b|",
    "$Search Hub:alice F?T?0?9?TTH:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFG|",
    "$SA ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFG 1.2.3.4:5|",
    "$SR alice a\\b\x05"
    "1 1/2\x05TTH:X (h:1)\x05"
    "bob|",
    "$ConnectToMe bob 1.2.3.4:50NS alice|",
    "$RevConnectToMe alice bob|",
    "$GetINFO bob alice|",
    "$UserIP a$$b|",
    "$OpForceMove $Who:a$Where:b$Msg:c|",
    "$MyNick x|$Lock y Pk=z|",
};
constexpr std::string_view kSharpBytes("$|<> ?:\x05&;/%.,0919TF-\0", 22);  // bytes that mean something

TEST(Smoke, SeededBytes) {
  std::mt19937 random(42);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random()) % n; };
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes;
    for (auto n = below(4) + 1; n > 0; --n) bytes += kSeeds[below(std::size(kSeeds))];
    for (auto n = below(6); n > 0 && !bytes.empty(); --n) {
      const std::size_t at = below(bytes.size());
      switch (below(4)) {
        case 0:
          bytes[at] = static_cast<char>(random());
          break;
        case 1:
          bytes[at] = kSharpBytes[below(kSharpBytes.size())];
          break;
        case 2:
          bytes.erase(at, below(8));
          break;
        default:
          bytes.insert(at, bytes.substr(below(bytes.size()), below(12)));
          break;
      }
    }
    const std::string problem = check_nmdc(bytes);
    ASSERT_EQ(problem, "") << "round " << round << ": " << ::testing::PrintToString(bytes);
  }
}

TEST(Smoke, PureNoise) {
  std::mt19937 random(43);
  for (int round = 0; round < 5'000; ++round) {
    std::string bytes = "$";
    for (auto n = random() % 200; n > 0; --n) bytes += static_cast<char>(random());
    ASSERT_EQ(check_nmdc(bytes), "") << ::testing::PrintToString(bytes);
  }
}

// The check itself must be able to fail.
TEST(Smoke, TheCheckSeesAViewOutsideItsFrame) {
  const std::string frame = "$Kick bob", elsewhere = "bob";
  EXPECT_EQ(check_views(Kick{std::string_view(frame).substr(6)}, frame), "");
  EXPECT_NE(check_views(Kick{elsewhere}, frame), "");
}

}  // namespace
}  // namespace vhpy::nmdc
