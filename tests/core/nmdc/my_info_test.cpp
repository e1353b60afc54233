// Shows what is understood and what is refused of a MyINFO and its tag, and that formatting gives back what
// was parsed.
#include "core/nmdc/my_info.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "core/nmdc/limits.h"

namespace vhpy::nmdc {
namespace {

constexpr std::string_view kAlice =
    "$MyINFO $ALL alice probe<++ V:0.868,M:A,H:1/0/0,S:3>$ $100\x01$a@b.c$1073741824$";

TEST(MyInfo, Fields) {
  const auto info = parse_my_info(kAlice);
  ASSERT_TRUE(info);
  EXPECT_EQ(info->nick, "alice");
  EXPECT_EQ(info->description, "probe");
  EXPECT_EQ(info->tag, "<++ V:0.868,M:A,H:1/0/0,S:3>");
  EXPECT_EQ(info->speed, "100\x01");
  EXPECT_EQ(info->flag(), kFlagNormal);
  EXPECT_EQ(info->mail, "a@b.c");
  EXPECT_EQ(info->share, 1073741824u);
  EXPECT_EQ(format_my_info(*info), std::string(kAlice) + "|");
}

TEST(MyInfo, Bot) {
  const std::string_view bot =
      "$MyINFO $ALL Verlihub Hub security<Verlihub V:1.7.0.0,M:A,H:0/0/1,S:0>$ $\x01$$0$";
  EXPECT_EQ(parse_my_info(bot)->description, "Hub security");
  EXPECT_EQ(parse_my_info("$MyINFO $ALL b $ $$$0$")->flag(), 0);
}

TEST(MyInfo, DescriptionsThatLookLikeTags) {
  const auto tag_of = [](std::string_view description) {
    static std::string frame;
    frame = "$MyINFO $ALL n " + std::string(description) + "$ $1\x01$$0$";
    const auto info = parse_my_info(frame);
    return std::pair<std::string_view, std::string_view>(info->description, info->tag);
  };
  using Pair = std::pair<std::string_view, std::string_view>;
  EXPECT_EQ(tag_of(""), Pair("", ""));
  EXPECT_EQ(tag_of("a < b"), Pair("a < b", ""));
  EXPECT_EQ(tag_of("a > b>"), Pair("a > b>", ""));
  EXPECT_EQ(tag_of("I <3 dc <++ V:1>"), Pair("I <3 dc ", "<++ V:1>"));
}

TEST(MyInfo, Share) {
  const auto share = [](std::string_view text) {
    return parse_my_info("$MyINFO $ALL n d$ $1\x01$$" + std::string(text) + "$")->share;
  };
  EXPECT_EQ(share("0"), 0u);
  EXPECT_EQ(share("12345"), 12345u);
  EXPECT_EQ(share("007"), 7u);
  EXPECT_EQ(share("-5"), 0u);
  EXPECT_EQ(share("+5"), 0u);
  EXPECT_EQ(share("abc"), 0u);
  EXPECT_EQ(share("12x"), 0u);
  EXPECT_EQ(share(""), 0u);
  EXPECT_EQ(share(" 5"), 0u);
  EXPECT_EQ(share("999999999999999999"), kMaxShare);  // 18 digits
  EXPECT_EQ(share("1000000000000000000"), 0u);
  EXPECT_EQ(share("99999999999999999999"), 0u);  // 20 digits
}

TEST(MyInfo, LastDollarMayBeMissing) {
  EXPECT_EQ(parse_my_info("$MyINFO $ALL n d$ $1\x01$m$1234")->share, 1234u);
}

TEST(MyInfo, Refused) {
  const char* frames[] = {
      "",
      "$MyINFO",
      "$MyINFO $ALL",
      "$MyINFO $ALL me",
      "$MyINFO $ALL  d$ $1\x01$$0$",    // empty nick
      "$MyINFO $all me d$ $1\x01$$0$",  // not $ALL
      "$MyINFO $ALL me d",
      "$MyINFO $ALL me d$ $",
      "$MyINFO $ALL me d$ $1\x01$",
      "$MyINFO $ALL me d$ $1\x01$mail",
      "$MyINFO $ALL me d$A$1\x01$$0$",       // literal "$ $" expected
      "$MyINFO $ALL me a$b<t>$ $1\x01$$0$",  // '$' in the description
      "$MyINFO $ALL me a$ $1\x01$$0$$",      // too many
      "$MyINFO $ALL me a$ $1\x01$$0$x",
      "$MyINFO $ALL m$e a$ $1\x01$$0$",
  };
  for (const char* frame : frames) {
    std::string why;
    EXPECT_FALSE(parse_my_info(frame, &why)) << frame;
    EXPECT_NE(why.find("expected $MyINFO $ALL nick"), std::string::npos) << frame;
    EXPECT_FALSE(parse_my_info(frame)) << "without a place for the reason";
  }
}

TEST(Tag, Fields) {
  const Tag tag = parse_tag("<EiskaltDC++ V:2.4.2,M:P,H:1/2/3,S:10,O:5>");
  EXPECT_EQ(tag.client, "EiskaltDC++");
  EXPECT_EQ(tag.version, "2.4.2");
  EXPECT_EQ(tag.mode, ClientMode::kPassive);
  EXPECT_EQ(tag.hubs_guest, 1u);
  EXPECT_EQ(tag.hubs_registered, 2u);
  EXPECT_EQ(tag.hubs_operator, 3u);
  EXPECT_EQ(tag.slots, 10u);
}

TEST(Tag, Modes) {
  EXPECT_EQ(parse_tag("<x V:1,M:A>").mode, ClientMode::kActive);
  EXPECT_EQ(parse_tag("<x V:1,M:5>").mode, ClientMode::kSocks);
  EXPECT_EQ(parse_tag("<x V:1,M:Q>").mode, ClientMode::kUnknown);
  EXPECT_EQ(parse_tag("<x V:1>").mode, ClientMode::kUnknown);
}

TEST(Tag, Oddities) {
  EXPECT_EQ(parse_tag("").client, "");
  EXPECT_EQ(parse_tag("<>").client, "");
  EXPECT_EQ(parse_tag("++").client, "++");
  EXPECT_EQ(parse_tag("<My Client V:1,S:2>").client, "My Client");
  EXPECT_EQ(parse_tag("<++ V:1,H:7,S:x>").hubs_guest, 7u);
  EXPECT_EQ(parse_tag("<++ V:1,S:*,,:,H>").slots, 0u);
  EXPECT_EQ(parse_tag("<++ V:1,S:99999999999>").slots, 0u);
  EXPECT_EQ(parse_tag("<++ V:1,H:1/-2/3>").hubs_registered, 0u);
}

TEST(MyInfo, FormatKeepsTheFrameWhole) {
  const MyInfo hostile{"a b$c|", "d$|", "<t$>", "1\x01", "m|m", 5};
  const std::string frame = format_my_info(hostile);
  EXPECT_EQ(frame, "$MyINFO $ALL a_b_c_ d__<t_>$ $1\x01$m_m$5$|");
}

TEST(MyInfo, RoundTripOfSeededFields) {
  std::mt19937_64 random(11);
  const auto field = [&](std::string_view not_allowed) {
    std::string text;
    for (auto n = random() % 20; n > 0; --n) {
      const auto c = static_cast<char>(random() % 255 + 1);
      if (c != '$' && c != '|' && not_allowed.find(c) == std::string_view::npos) text += c;
    }
    return text;
  };
  for (int i = 0; i < 5000; ++i) {
    OwnedMyInfo info;
    info.nick = "n" + field(" ");
    info.description = field("<>");
    info.tag = random() % 2 ? "<" + field("<>") + ">" : "";
    info.speed = field("");
    info.mail = field("");
    info.share = random() % (kMaxShare + 1);
    std::string frame = format_my_info(info.view());
    ASSERT_EQ(std::count(frame.begin(), frame.end(), '|'), 1);
    frame.pop_back();
    const auto parsed = parse_my_info(frame);
    ASSERT_TRUE(parsed) << frame;
    ASSERT_EQ(format_my_info(*parsed), frame + "|");
    ASSERT_EQ(parsed->nick, info.nick);
    ASSERT_EQ(parsed->description, info.description);
    ASSERT_EQ(parsed->tag, info.tag);
    ASSERT_EQ(parsed->speed, info.speed);
    ASSERT_EQ(parsed->mail, info.mail);
    ASSERT_EQ(parsed->share, info.share);
  }
}

}  // namespace
}  // namespace vhpy::nmdc
