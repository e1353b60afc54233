// Defects of older plugins, by the numbers under which the project keeps them, that concern what the hub sends and stores.
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

class DefectsTest : public HubTest {};

// A replacement was written into the buffer of the line, at offsets of the old one.
TEST_F(DefectsTest, Defect18AReplacedLineIsRebuiltFromItsParts) {
  const auto alice = guest("alice"), bob = guest("bob", "10.0.0.2");
  int lines = 0;
  scripts.define(HookId::kOnParsedMsgChat, [&](std::span<const HookArg> args) {
    HookResult result;
    result.nick = "somebody-with-a-much-longer-nick";
    result.text = FakeScripts::text(args[1]) + " and " + std::string(300, 'x') + " " + std::to_string(++lines);
    return result;
  });
  bob->take();
  alice->say("<alice> one|");
  pass(std::chrono::seconds(5));
  alice->say("<alice> two|");
  const std::string nick = "<somebody-with-a-much-longer-nick> ", tail = " and " + std::string(300, 'x');
  EXPECT_EQ(bob->take(), nick + "one" + tail + " 1|" + nick + "two" + tail + " 2|");
}

// Any unknown type used to become a ban of the host's last label, with a shift beyond the width of the type.
TEST_F(DefectsTest, Defect26AnUnknownTypeOfBanIsRefused) {
  const auto bob = guest("bob");
  for (const std::int64_t type : {0LL, -1LL, 3LL, 5LL, 1024LL, 1LL << 33, 1LL << 62}) {
    const Outcome outcome = hub().ban("op", "bob", "why", 60, type);
    ASSERT_FALSE(outcome.ok()) << type;
    EXPECT_EQ(outcome.error().code, Refusal::kBadArgument) << type;
  }
  EXPECT_FALSE(bob->closed());
  EXPECT_EQ(files->bans.size(), 0u);
}

TEST_F(DefectsTest, Defect28AMessageToAllChecksItsRange) {
  const auto bob = guest("bob");
  bob->take();
  EXPECT_EQ(hub().private_message_to_all("text", "me", 2, 0).error().code, Refusal::kBadArgument);
  EXPECT_EQ(bob->take(), "");
  EXPECT_TRUE(hub().private_message_to_all("text", "me", -1, 0).ok());
  EXPECT_EQ(bob->take(), "$To: bob From: me $<me> text|");
}

}  // namespace
}  // namespace vhpy::embedded
