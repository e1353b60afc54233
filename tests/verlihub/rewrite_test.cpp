// Lines written anew in Verlihub's own messages, MyINFOs with new fields, and the words for the ways of waking.
#include <gtest/gtest.h>

#include "core/verlihub/my_info_changes.h"
#include "core/verlihub/rewrite.h"
#include "core/verlihub/wake.h"

namespace vhpy::verlihub {
namespace {

namespace enums = nVerliHub::nEnums;

void receive(Message& msg, const std::string& frame) {
  msg.ReInit();
  msg.mStr = frame;
  msg.Parse();
  msg.SplitChunks();
}

TEST(Rewrite, ChatHasItsPartsInTheirNewPlaces) {
  Message msg;
  receive(msg, "<alice> hello");
  EXPECT_EQ(msg.ChunkString(enums::eCH_CH_MSG), "hello");
  rewrite_chat(msg, "somebody.else", "a longer text > with < marks");
  EXPECT_EQ(msg.mStr, "<somebody.else> a longer text > with < marks");
  EXPECT_EQ(msg.ChunkString(enums::eCH_CH_NICK), "somebody.else");
  EXPECT_EQ(msg.ChunkString(enums::eCH_CH_MSG), "a longer text > with < marks");
  rewrite_chat(msg, "b", "c");
  EXPECT_EQ(msg.mStr, "<b> c");
  EXPECT_EQ(msg.ChunkString(enums::eCH_CH_MSG), "c");
  EXPECT_FALSE(msg.mError);
}

TEST(Rewrite, NoTextEndsTheLineEarly) {
  Message msg;
  receive(msg, "<alice> hello");
  rewrite_chat(msg, "alice", "one|$Kick bob|");
  EXPECT_EQ(msg.mStr.find('|'), std::string::npos);
}

TEST(Rewrite, MyInfoHasItsPartsInTheirNewPlaces) {
  Message msg;
  receive(msg, "$MyINFO $ALL alice old<++ V:1,M:A,H:1/0/0,S:1>$ $100\x01$a@b$5$");
  OwnedMyInfo info(*nmdc::parse_my_info(msg.mStr));
  MyInfoChange change;
  change.description = "a much longer description";
  change.size = "12345";
  apply_change(change, info);
  rewrite_my_info(msg, info);
  EXPECT_EQ(msg.mStr, "$MyINFO $ALL alice a much longer description<++ V:1,M:A,H:1/0/0,S:1>$ $100\x01$a@b$12345$");
  EXPECT_EQ(msg.mType, enums::eDC_MYINFO);
  EXPECT_EQ(msg.ChunkString(enums::eCH_MI_MAIL), "a@b");
  EXPECT_EQ(msg.ChunkString(enums::eCH_MI_SIZE), "12345");
  EXPECT_FALSE(msg.mError);
}

TEST(Rewrite, AShareThatIsNoNumberChangesNothing) {
  OwnedMyInfo info;
  info.share = 7;
  MyInfoChange change;
  change.size = "many";
  apply_change(change, info);
  EXPECT_EQ(info.share, 7U);
}

TEST(Wake, KnowsThreeWords) {
  for (const WakeMode mode : {WakeMode::kSignal, WakeMode::kPoll, WakeMode::kTimer}) {
    EXPECT_EQ(parse_wake_mode(to_string(mode)).value(), mode);
  }
  const auto refused = parse_wake_mode("Signal");
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("signal, poll or timer"), std::string::npos);
}

}  // namespace
}  // namespace vhpy::verlihub
