// MyHubURL and ExtJSON: what clients say of themselves besides MyINFO, who is shown it, and what scripts get.
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

class ClientFactsTest : public HubTest {
 protected:
  // A guest whose client knows both extensions. `early`: sent between the accepted nick and MyINFO.
  Client modern(const std::string& nick, const std::string& ip, const std::string& early = {}) {
    auto client = connect(ip);
    client->say("$Supports NoHello NoGetINFO HubURL ExtJSON2 |$Key x|$ValidateNick " + nick + "|");
    client->say(early + "$Version 1,0091|$GetNickList|" + my_info(nick));
    return client;
  }
};

TEST_F(ClientFactsTest, TheAddressIsAskedForAndKept) {
  const auto alice = modern("alice", "10.0.0.1");
  EXPECT_TRUE(has(alice, "$Supports NoHello NoGetINFO HubURL ExtJSON2 |"));
  EXPECT_TRUE(has(alice, "$Hello alice|$GetHubURL|"));
  EXPECT_EQ(hub().user_hub_url("alice"), std::nullopt);
  alice->say("$MyHubURL dchub://hub.example.org:411|");
  EXPECT_EQ(hub().user_hub_url("ALICE"), "dchub://hub.example.org:411");
  for (const char* bad : {"$MyHubURL |", "$MyHubURL|", "$MyHubURL a b|", "$MyHubURL a$b|", "$MyHubURL <x>|", "$MyHubURL \x01|"}) {
    alice->say(bad);
    EXPECT_EQ(hub().user_hub_url("alice"), "dchub://hub.example.org:411") << bad;
  }
  EXPECT_FALSE(alice->closed());
  EXPECT_EQ(hub().user_hub_url("nobody"), std::nullopt);
  EXPECT_EQ(hub().user_hub_url("OpChat"), std::nullopt);
}

TEST_F(ClientFactsTest, OldClientsAreNotAsked) {
  EXPECT_FALSE(has(guest("bob"), "$GetHubURL"));
  EXPECT_EQ(hub().user_ext_json("bob"), std::nullopt);
}

TEST_F(ClientFactsTest, ExtJsonReachesThoseWhoKnowIt) {
  const auto alice = modern("alice", "10.0.0.1"), bob = modern("bob", "10.0.0.2"), old = guest("old", "10.0.0.3");
  bob->take();
  old->take();
  alice->say("$ExtJSON ALICE {\"Files\":7}|");
  EXPECT_EQ(hub().user_ext_json("alice"), "$ExtJSON alice {\"Files\":7}");
  EXPECT_EQ(bob->take(), "$ExtJSON alice {\"Files\":7}|");
  EXPECT_EQ(old->take(), "");
  alice->say("$ExtJSON alice {\"Files\":7}|");  // nothing new
  EXPECT_EQ(bob->take(), "");
  EXPECT_TRUE(has(modern("late", "10.0.0.4"), "$ExtJSON alice {\"Files\":7}|"));
  EXPECT_FALSE(has(guest("late2", "10.0.0.5"), "$ExtJSON"));
}

TEST_F(ClientFactsTest, ExtJsonBeforeMyInfoIsShownWithTheUser) {
  const auto bob = modern("bob", "10.0.0.2");
  bob->take();
  const auto alice = modern("alice", "10.0.0.1", "$ExtJSON alice {}|");
  const std::string seen = bob->take();
  ASSERT_NE(seen.find("$ExtJSON alice {}|"), std::string::npos);
  EXPECT_LT(seen.find("$MyINFO $ALL alice"), seen.find("$ExtJSON alice {}|"));
  EXPECT_EQ(hub().user_ext_json("alice"), "$ExtJSON alice {}");
}

TEST_F(ClientFactsTest, ExtJsonThatIsNone) {
  const auto alice = modern("alice", "10.0.0.1");
  for (const char* bad : {"$ExtJSON|", "$ExtJSON alice|", "$ExtJSON alice |", "$ExtJSON alice x|", "$ExtJSON alice {|"}) {
    alice->say(bad);
    EXPECT_FALSE(alice->closed()) << bad;
  }
  EXPECT_EQ(hub().user_ext_json("alice"), std::nullopt);
  alice->say("$ExtJSON bob {}|");
  EXPECT_TRUE(alice->closed());
  const auto bob = modern("bob", "10.0.0.2");
  bob->say("$ExtJSON bob {" + std::string(1'024, ' ') + "}|");
  EXPECT_TRUE(bob->closed());
  const auto early = connect("10.0.0.3");
  early->say("$Supports ExtJSON2 |$ExtJSON early {}|");
  EXPECT_TRUE(early->closed());
}

TEST_F(ClientFactsTest, ExtJsonOfClientsThatDidNotOfferItAndWhenSwitchedOff) {
  const auto old = guest("old");
  old->say("$ExtJSON old {}|");
  EXPECT_FALSE(old->closed());
  EXPECT_EQ(hub().user_ext_json("old"), std::nullopt);
  set("disable_extjson", "1");
  const auto alice = modern("alice", "10.0.0.1", "$ExtJSON alice {}|");
  EXPECT_TRUE(has(alice, "$Supports NoHello NoGetINFO HubURL |"));
  EXPECT_EQ(hub().user_ext_json("alice"), std::nullopt);
}

TEST_F(ClientFactsTest, ExtJsonIsLimited) {
  set("int_flood_extjson_limit", "3");
  const auto alice = modern("alice", "10.0.0.1");
  for (int i = 0; i < 3; ++i) alice->say("$ExtJSON alice {\"n\":" + std::to_string(i) + "}|");
  EXPECT_FALSE(alice->closed());
  alice->say("$ExtJSON alice {\"n\":3}|");
  EXPECT_TRUE(alice->closed());
}

TEST_F(ClientFactsTest, VersionAndShareComeFromMyInfo) {
  const auto alice = guest("alice");
  EXPECT_EQ(hub().user_version("Alice"), "++ 0.868");
  EXPECT_EQ(hub().user_share("Alice"), 1073741824);
  EXPECT_EQ(hub().user_version("OpChat"), std::nullopt);
  EXPECT_EQ(hub().user_share("OpChat"), 0);
  EXPECT_EQ(hub().user_version("nobody"), std::nullopt);
  EXPECT_EQ(hub().user_share("nobody"), std::nullopt);
}

TEST_F(ClientFactsTest, Defect03RawListsAreCommands) {
  const auto alice = guest("alice");
  EXPECT_EQ(hub().raw_nick_list(), "$NickList HubSecurity$$OpChat$$alice$$");
  EXPECT_EQ(hub().raw_op_list(), "$OpList HubSecurity$$OpChat$$");
  EXPECT_EQ(hub().raw_bot_list(), "$BotList HubSecurity$$OpChat$$");
}

}  // namespace
}  // namespace vhpy::embedded
