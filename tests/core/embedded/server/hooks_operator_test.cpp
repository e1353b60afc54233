// The hooks of commands, kicks, registrations, bans and settings: when they fire, with what, and what a block does.
#include "tests/core/embedded/server/hooks_fixture.h"

namespace vhpy::embedded {
namespace {


class OperatorHooksTest : public HooksTest {
 protected:
  OperatorHooksTest() {
    boss = member("boss", 5);
    alice = guest("alice");
    boss->take();
    alice->take();
  }
  Client boss, alice;
};

TEST_F(OperatorHooksTest, CommandHooksAreCalledInOrder) {
  for (const HookId id : {HookId::kOnHubCommand, HookId::kOnOperatorCommand, HookId::kOnUserCommand}) watch(id);
  boss->say("<boss> !lstban all|");
  EXPECT_EQ(take(), (Said{"OnHubCommand boss,lstban all,5,0,!", "OnOperatorCommand boss,!lstban all"}));
  boss->say("<boss> +nothing|");
  EXPECT_EQ(take(), (Said{"OnHubCommand boss,nothing,5,0,+", "OnOperatorCommand boss,+nothing",
                          "OnUserCommand boss,+nothing"}))
      << "what the hub does not know is a user's command too";
  alice->say("<alice> +myip|");
  EXPECT_EQ(take(), (Said{"OnHubCommand alice,myip,0,0,+", "OnUserCommand alice,+myip"}));
  boss->say("$To: HubSecurity From: boss $<boss> !help|");
  EXPECT_EQ(take()[0], "OnHubCommand boss,help,5,1,!");
}

TEST_F(OperatorHooksTest, EachCommandHookSwallowsTheCommand) {
  watch(HookId::kOnOperatorCommand);
  watch(HookId::kOnUserCommand);
  block(HookId::kOnHubCommand);
  alice->say("<alice> +myip|");
  EXPECT_EQ(take().size(), 1u) << "the other two are not called";
  EXPECT_EQ(alice->take(), "");
  watch(HookId::kOnHubCommand);
  block(HookId::kOnUserCommand);
  alice->say("<alice> +myip|");
  EXPECT_EQ(alice->take(), "");
  block(HookId::kOnOperatorCommand);
  take();
  boss->say("<boss> +myip|");
  EXPECT_EQ(take(), (Said{"OnHubCommand boss,myip,5,0,+", "OnOperatorCommand boss,+myip"}));
  EXPECT_EQ(boss->take(), "");
}

TEST_F(OperatorHooksTest, OperatorsMayUseTheCharactersOfUsers) {
  set("cmd_start_op", "!");
  set("cmd_start_user", "+");
  watch(HookId::kOnOperatorCommand);
  watch(HookId::kOnUserCommand);
  boss->say("<boss> +myip|<boss> !myip|");
  EXPECT_EQ(take(), (Said{"OnUserCommand boss,+myip", "OnOperatorCommand boss,!myip"}));
}

TEST_F(OperatorHooksTest, OnOperatorKicksMayCancel) {
  block(HookId::kOnOperatorKicks);
  boss->say("<boss> !kick alice bad words|");
  EXPECT_EQ(take(), Said{"OnOperatorKicks boss,alice,bad words"});
  EXPECT_FALSE(alice->closed());
  EXPECT_TRUE(has(boss, "a script protects alice"));
  EXPECT_FALSE(hub().kick_user("boss", "alice", "by script", std::nullopt, std::nullopt, std::nullopt).ok());
  EXPECT_EQ(take(), Said{"OnOperatorKicks boss,alice,by script"});
  EXPECT_EQ(files->bans.size(), 0u);
  watch(HookId::kOnOperatorKicks);
  boss->say("$Kick alice|");
  EXPECT_EQ(take(), Said{"OnOperatorKicks boss,alice,"});
  EXPECT_TRUE(alice->closed());
}

TEST_F(OperatorHooksTest, WhoHasNoRightIsNotAskedAbout) {
  watch(HookId::kOnOperatorKicks);
  member("master", 10, "10.0.0.11");
  boss->say("<boss> !kick master|");
  EXPECT_EQ(take(), Said{});
}

TEST_F(OperatorHooksTest, BothDropHooksAreCalledAndEitherCancels) {
  const Said both{"OnOperatorDrops boss,alice", "OnOperatorDropsWithReason boss,alice,why not"};
  block(HookId::kOnOperatorDrops);
  watch(HookId::kOnOperatorDropsWithReason);
  boss->say("<boss> !drop alice why not|");
  EXPECT_EQ(take(), both);
  EXPECT_FALSE(alice->closed());
  watch(HookId::kOnOperatorDrops);
  block(HookId::kOnOperatorDropsWithReason);
  boss->say("<boss> !drop alice why not|");
  EXPECT_EQ(take(), both);
  EXPECT_FALSE(alice->closed());
  watch(HookId::kOnOperatorDropsWithReason);
  boss->say("<boss> !drop alice why not|");
  EXPECT_TRUE(alice->closed());
}

TEST_F(OperatorHooksTest, AHookMayRemoveTheVictimAndTheOperator) {
  scripts.define(HookId::kOnOperatorKicks, [this](Args) {
    EXPECT_TRUE(hub().close_connection("alice", 0, 0).ok());
    EXPECT_TRUE(hub().close_connection("boss", 0, 0).ok());
    return HookResult{};
  });
  boss->say("<boss> !kick alice|");
  EXPECT_TRUE(boss->closed());
  EXPECT_EQ(files->bans.size(), 0u) << "who has gone by itself is not banned";
}

TEST_F(OperatorHooksTest, OnNewRegIsForRegnewOnly) {
  block(HookId::kOnNewReg);
  boss->say("<boss> !regnew carol 2 secret-carol|");
  EXPECT_EQ(take(), Said{"OnNewReg boss,carol,2"});
  EXPECT_EQ(files->accounts.find("carol"), nullptr);
  EXPECT_TRUE(has(boss, "a script forbids it"));
  EXPECT_TRUE(hub().add_registration("carol", 2, "secret-carol", "boss").ok());
  EXPECT_EQ(take(), Said{});
}

TEST_F(OperatorHooksTest, OnNewBanSeesAddressRangeOrNick) {
  block(HookId::kOnNewBan);
  boss->say("<boss> !ban 10.9.9.9 spam|");
  boss->say("<boss> !ban_1h 10.9.0.0/16 more spam|");
  boss->say("<boss> !ban alice too|");
  EXPECT_EQ(take(), (Said{"OnNewBan boss,10.9.9.9,,spam", "OnNewBan boss,10.9.0.0/16,,more spam",
                          "OnNewBan boss,,alice,too"}));
  EXPECT_EQ(files->bans.size(), 0u);
  EXPECT_FALSE(alice->closed());
  EXPECT_TRUE(hub().ban("boss", "alice", "by script", 60, kBanNick).ok());
  EXPECT_EQ(take(), Said{}) << "vh.Ban does not fire it";
}

TEST_F(OperatorHooksTest, OnSetConfigFindsTheNewValueAndABlockRestoresTheOldOne) {
  scripts.define(HookId::kOnSetConfig, [this](Args args) {
    std::string line;
    for (std::size_t i = 0; i < 5; ++i) line += FakeScripts::text(args[i]) + ",";
    said.push_back(line + std::to_string(std::get<std::int64_t>(args[5])));
    said.push_back(*hub().config("config", "max_users", std::nullopt));
    return FakeScripts::allow(false);
  });
  boss->say("<boss> !set max_users 7|");
  EXPECT_EQ(take(), (Said{"boss,config,max_users,7,6000,3", "7"}));
  EXPECT_EQ(files->settings.integer(Var::kMaxUsers), 6000);
  EXPECT_TRUE(has(boss, "a script forbids this value of max_users"));
  EXPECT_FALSE(hub().set_config("config", "hub_name", "Other").ok());
  EXPECT_EQ(take()[0], "HubSecurity,config,hub_name,Other,vhpy hub,12");
  EXPECT_EQ(files->settings.text(Var::kHubName), "vhpy hub");
  EXPECT_FALSE(hub().set_config("config", "send_user_ip", "0").ok());
  EXPECT_EQ(take()[0], "HubSecurity,config,send_user_ip,0,1,1");
  restart();
  EXPECT_EQ(files->settings.integer(Var::kMaxUsers), 6000) << "nor is it kept";
}

TEST_F(OperatorHooksTest, OnSetConfigOfOtherFilesComesBeforeAnythingIsWritten) {
  block(HookId::kOnSetConfig);
  EXPECT_FALSE(hub().set_config("pi_shop", "price", "3").ok());
  EXPECT_EQ(take(), Said{"OnSetConfig HubSecurity,pi_shop,price,3,,-1"});
  EXPECT_EQ(hub().config("pi_shop", "price", std::nullopt), std::nullopt);
  watch(HookId::kOnSetConfig);
  EXPECT_TRUE(hub().set_config("pi_shop", "price", "3").ok());
  EXPECT_TRUE(hub().set_config("pi_shop", "price", "4").ok());
  EXPECT_EQ(take()[1], "OnSetConfig HubSecurity,pi_shop,price,4,3,-1");
  EXPECT_FALSE(hub().set_config("config", "no_such_setting", "4").ok());
  EXPECT_EQ(take(), Said{});
}

TEST_F(OperatorHooksTest, Defect10OnTimerThatBlocksLeavesTheHubRunning) {
  block(HookId::kOnTimer);
  pass(std::chrono::seconds(1));
  pass(std::chrono::seconds(1));
  EXPECT_EQ(take().size(), 2u);
  const auto silent = connect();
  pass(std::chrono::hours(1));
  EXPECT_TRUE(silent->closed()) << "time limits still hold";
}

}  // namespace
}  // namespace vhpy::embedded
