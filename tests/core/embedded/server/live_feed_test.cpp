// The live copy of this hub beyond what is compared after every test (view_check.h): when a version is made, what it costs, and
// what only the copy knows.
#include <atomic>
#include <thread>

#include "queue/lane.h"
#include "tests/core/embedded/geoip/mmdb_writer.h"
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

using live::UserText;

class LiveFeedTest : public HubTest {
 protected:
  live::Live& copy() { return server->operations().live(); }
  std::string text_of(const std::string& nick, UserText which) {
    const auto view = copy().view();
    const live::User* const user = view->contents().users.find(nick);
    return user == nullptr ? "(none)" : std::string(user->text(which));
  }
};

TEST_F(LiveFeedTest, ANewHubShowsItsBotsAndSettings) {
  EXPECT_EQ(copy().version(), 1u);
  const auto view = copy().view();
  EXPECT_EQ(view->bot_list(), hub().bot_list());
  EXPECT_EQ(view->users_count(), 0);
  EXPECT_EQ(view->config("config", "max_users", {}), hub().config("config", "max_users", {}));
  EXPECT_EQ(view->contents().own.size(), store::kVarCount);
}

TEST_F(LiveFeedTest, AVersionIsMadeAtTheEndOfATurnIfSomethingHasChanged) {
  const std::uint64_t first = copy().version();
  server->turn(std::chrono::milliseconds(0));
  EXPECT_EQ(copy().version(), first);
  const auto alice = guest("alice");
  ASSERT_TRUE(server->operations().topic("news"));
  EXPECT_EQ(copy().version_of_now(), copy().version() + 1);
  EXPECT_EQ(copy().view()->topic(), std::nullopt);
  server->turn(std::chrono::milliseconds(0));
  EXPECT_EQ(copy().view()->topic(), "news");
  EXPECT_EQ(copy().view()->user_class("ALICE"), 0);
  const std::uint64_t latest = copy().version();
  EXPECT_EQ(copy().version_of_now(), latest);
  server->turn(std::chrono::milliseconds(0));
  EXPECT_EQ(copy().version(), latest);
}

TEST_F(LiveFeedTest, WhatReadsAndSendsMakesNoVersion) {
  const auto alice = guest("alice");
  const std::uint64_t before = (copy().publish(), copy().version());
  hub().nick_list();
  EXPECT_TRUE(hub().main_chat("hello", {}).ok());
  hub().topic({});
  hub().config("config", "max_users", {});
  alice->say("<alice> hello|$Search Hub:alice F?F?0?1?test|");
  EXPECT_FALSE(hub().set_config("config", "no_such", "1").ok());
  EXPECT_EQ(copy().version_of_now(), before);
}

TEST_F(LiveFeedTest, WhoHasChangedSomethingFromAnotherThreadCanWaitForIt) {
  queue::Lane lane;
  lane.bind_consumer();
  HubServer with_lane(Tables{files->settings, files->accounts, files->bans, *files->database}, &lane,
                      HubServer::Options{.data_dir = dir.path(), .look_up_hosts = false,
                                         .password_cost = store::kCheapPasswordCost});
  Hub& there = with_lane.operations();
  const auto until = queue::Clock::now() + std::chrono::seconds(30);
  std::atomic<bool> done{false};
  std::thread caller([&] {
    for (int i = 0; i < 100; ++i) {
      std::string topic = "topic " + std::to_string(i);
      const auto call = lane.make("topic", 0, until, 0, [&there, topic] {
        there.topic(topic);
        return there.live().version_of_now();
      });
      EXPECT_EQ(lane.push(call, queue::WhenFull::kRefuse), queue::Admission::kAccepted);
      EXPECT_EQ(call->wait(until), queue::State::kDone);
      EXPECT_TRUE(there.live().wait(call->value(), until, [] { return false; }));
      EXPECT_EQ(there.live().view()->topic(), topic);
    }
    done = true;
  });
  while (!done) with_lane.turn(std::chrono::milliseconds(10));
  caller.join();
  lane.close();
  files->settings.all_changed();  // by the other hub: the fixture's has not seen it
}

TEST_F(LiveFeedTest, LoginTimeAndFlags) {
  const auto alice = guest("alice");
  const auto boss = member("boss", 5);
  copy().publish();
  const auto view = copy().view();
  const live::User* const user = view->contents().users.find("boss");
  ASSERT_NE(user, nullptr);
  EXPECT_EQ(user->login_time, wall);
  EXPECT_TRUE(user->op && !user->bot);
  const live::User* const bot = view->contents().users.find(hub().bot_list().front());
  EXPECT_EQ(bot->login_time, 0);
  EXPECT_TRUE(bot->bot);
}

TEST_F(LiveFeedTest, SomebodyElseUnderTheSameNickInOneTurn) {
  const auto first = guest("alice", "10.0.0.1");
  copy().publish();
  ASSERT_TRUE(server->operations().close_connection("alice", 0, 0).ok());
  auto second = connect("10.0.0.2");
  second->say("$Supports NoHello NoGetINFO |$Key x|$ValidateNick ALICE|");
  second->say("$Version 1,0091|$GetNickList|" + my_info("ALICE"));
  copy().publish();
  EXPECT_EQ(text_of("alice", UserText::kNick), "ALICE");
  EXPECT_EQ(text_of("alice", UserText::kIp), "10.0.0.2");
}

TEST_F(LiveFeedTest, CountriesAreThoseOfTheLoginUntilTheAddressOrTheDatabaseChanges) {
  const auto alice = guest("alice", "81.2.69.160");
  copy().publish();
  EXPECT_EQ(text_of("alice", UserText::kCountry), "");
  geoip::tests::small_city_database().write(dir.path() + "/city.mmdb");
  set("geoip_city_db", "city.mmdb");
  copy().publish();
  EXPECT_EQ(text_of("alice", UserText::kCountry), "GB");
  ASSERT_TRUE(hub().set_user_ip("alice", "127.0.0.1").ok());
  copy().publish();
  EXPECT_EQ(text_of("alice", UserText::kCountry), "L1");
}

TEST_F(LiveFeedTest, SettingsOfPluginsThatSqlRemovesAreGone) {
  ASSERT_TRUE(hub().set_config("shop", "open", "1").ok());
  ASSERT_TRUE(hub().set_config("shop", "price", "5").ok());
  copy().publish();
  ASSERT_TRUE(hub().sql("DELETE FROM SetupList WHERE file = 'shop' AND var = 'open'", 0).ok());
  ASSERT_TRUE(hub().set_config("shop", "price", "6").ok());
  copy().publish();
  EXPECT_EQ(copy().view()->config("shop", "open", "gone"), "gone");
  EXPECT_EQ(copy().view()->config("shop", "price", {}), "6");
}

TEST_F(LiveFeedTest, ManySettingsOfPluginsInOneTurn) {
  for (int i = 0; i < 1'500; ++i) {
    ASSERT_TRUE(server->operations().set_config("many", "v" + std::to_string(i), std::to_string(i)).ok());
  }
  copy().publish();
  EXPECT_EQ(copy().view()->contents().others.size(), 1'500u);
  EXPECT_EQ(copy().view()->config("many", "v1499", {}), "1499");
}

}  // namespace
}  // namespace vhpy::embedded
