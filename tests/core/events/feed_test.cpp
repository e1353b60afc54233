// The feed: who wants what, what an event says, streams that come and go.
#include "core/events/feed.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "core/script_host.h"
#include "tests/core/events/events_stage.h"

namespace vhpy::events {
namespace {

constexpr HookSet kLogin = only(HookId::kOnUserLogin), kChat = only(HookId::kOnParsedMsgChat);

// Scripts whose answer is the test's.
class Answering final : public ScriptHost {
 public:
  explicit Answering(Feed& feed) : ScriptHost(feed) {}
  void load(const ScriptRequest&, Report) override {}
  void unload(ScriptId, Report) override {}
  void reload(ScriptId, Report) override {}
  std::vector<ScriptInfo> list() const override { return {}; }
  std::string path_of(ScriptId) const override { return {}; }
  void end_of_turn() override {}

  std::function<HookResult(HookId)> answer = [](HookId) { return HookResult{}; };
  int calls = 0;

 private:
  HookResult call(HookId id, std::span<const HookArg>) override {
    ++calls;
    return answer(id);
  }
};

class EventFeedTest : public ::testing::Test {
 protected:
  std::shared_ptr<Stream> open(HookSet hooks, ScriptId owner = 1) { return feed.open({.hooks = hooks, .owner = owner}); }
  HookResult login(std::string_view nick) { return scripts.fire(HookId::kOnUserLogin, {nick}); }

  Feed feed;
  Answering scripts{feed};
};

TEST_F(EventFeedTest, AHookIsWantedByScriptsOrByStreams) {
  EXPECT_FALSE(scripts.wants(HookId::kOnUserLogin));
  login("nobody");
  EXPECT_EQ(feed.counts().published, 0u);
  auto stream = open(kLogin);
  EXPECT_TRUE(scripts.wants(HookId::kOnUserLogin));
  EXPECT_FALSE(scripts.wants(HookId::kOnUserLogout));
  login("ann");
  EXPECT_EQ(scripts.calls, 0) << "no script defines it";
  feed.set_scripts_want(kLogin | kChat);
  EXPECT_TRUE(scripts.wants(HookId::kOnParsedMsgChat));
  login("bob");
  EXPECT_EQ(scripts.calls, 1);
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"ann+0", "bob+0"}));
  feed.set_scripts_want(0);
  EXPECT_TRUE(scripts.wants(HookId::kOnUserLogin)) << "the stream still does";
  stream->finish(End::kClosed);
  feed.end_of_turn();
  EXPECT_FALSE(scripts.wants(HookId::kOnUserLogin));
  EXPECT_EQ(feed.counts().streams, 0u);
}

TEST_F(EventFeedTest, AnEventIsMadeOnceForAllStreams) {
  const auto one = open(kLogin), two = open(kLogin | kChat), other = open(kChat);
  login("ann");
  Stream::Taken first, second;
  ASSERT_TRUE(one->take(first) && two->take(second));
  EXPECT_EQ(first.event.get(), second.event.get());
  EXPECT_EQ(taken_from(*other), std::vector<std::string>{});
  EXPECT_EQ(feed.counts().published, 1u);
  EXPECT_EQ(feed.counts().streams, 3u);
}

TEST_F(EventFeedTest, AnEventSaysWhatScriptsHaveAnswered) {
  feed.set_scripts_want(kLogin | kChat | only(HookId::kOnFirstMyINFO));
  const auto stream = open(kLogin | kChat | only(HookId::kOnFirstMyINFO));
  scripts.answer = [](HookId id) {
    HookResult result;
    if (id == HookId::kOnUserLogin) result.allow = false;
    if (id == HookId::kOnParsedMsgChat) result.text = "changed";
    if (id == HookId::kOnFirstMyINFO) result.my_info = MyInfoChange{.description = {}, .tag = "<t>", .speed = {}, .mail = {}, .size = "7"};
    return result;
  };
  login("ann");
  scripts.fire(HookId::kOnParsedMsgChat, {"bob", "as typed"});
  scripts.fire(HookId::kOnFirstMyINFO, {"cid", "desc", "", "100", "mail", "1"});
  Stream::Taken taken;
  ASSERT_TRUE(stream->take(taken));
  EXPECT_FALSE(taken.event->allowed());
  EXPECT_GT(taken.event->time(), 1.7e9);
  ASSERT_TRUE(stream->take(taken));
  EXPECT_TRUE(taken.event->allowed());
  EXPECT_EQ(text_at(*taken.event, 0), "bob");
  EXPECT_EQ(text_at(*taken.event, 1), "changed");
  ASSERT_TRUE(stream->take(taken));
  std::vector<std::string> fields;
  for (std::size_t i = 0; i < 6; ++i) fields.push_back(text_at(*taken.event, i));
  EXPECT_EQ(fields, (std::vector<std::string>{"cid", "desc", "<t>", "100", "mail", "7"}));
}

TEST_F(EventFeedTest, TheHubsTextMayGoWhileScriptsAnswer) {
  feed.set_scripts_want(kLogin);
  const auto stream = open(kLogin);
  auto nick = std::make_unique<std::string>("a nick that is too long for a short string");
  scripts.answer = [&](HookId) {
    nick.reset();  // the user was thrown out
    return HookResult{};
  };
  login(*nick);
  EXPECT_EQ(taken_from(*stream), std::vector<std::string>{"a nick that is too long for a short string+0"});
}

TEST_F(EventFeedTest, NumbersKeepTheirKinds) {
  const auto stream = open(only(HookId::kOnTimer) | only(HookId::kOnCloseConnEx));
  scripts.fire(HookId::kOnTimer, {1.5});
  scripts.fire(HookId::kOnCloseConnEx, {"192.0.2.1", std::int64_t{3}, "ann"});
  Stream::Taken taken;
  ASSERT_TRUE(stream->take(taken));
  EXPECT_EQ(std::get<double>(taken.event->values()[0]), 1.5);
  ASSERT_TRUE(stream->take(taken));
  EXPECT_EQ(std::get<std::int64_t>(taken.event->values()[1]), 3);
}

TEST_F(EventFeedTest, OfHooksWithinHooksTheInnerOneComesFirst) {
  feed.set_scripts_want(kLogin | kChat);
  const auto stream = open(kLogin | kChat);
  scripts.answer = [&](HookId id) {
    if (id == HookId::kOnUserLogin) scripts.fire(HookId::kOnParsedMsgChat, {"inner", "hello"});
    return HookResult{};
  };
  login("outer");
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"inner+0", "outer+0"}));
}

TEST_F(EventFeedTest, AStreamThatIsOpenedInAHookGetsTheNext) {
  feed.set_scripts_want(kLogin);
  std::shared_ptr<Stream> stream;
  scripts.answer = [&](HookId) {
    if (stream == nullptr) stream = open(kLogin);
    return HookResult{};
  };
  login("this one");
  login("the next");
  EXPECT_EQ(taken_from(*stream), std::vector<std::string>{"the next+0"});
}

TEST_F(EventFeedTest, AScriptThatLeavesTakesItsStreamsAlong) {
  const auto mine = open(kLogin, 1), other = open(kLogin, 2);
  login("ann");
  feed.end_of_script(1);
  login("bob");
  EXPECT_EQ(mine->end(), End::kUnloaded);
  EXPECT_EQ(taken_from(*mine), std::vector<std::string>{});
  EXPECT_EQ(taken_from(*other), (std::vector<std::string>{"ann+0", "bob+0"}));
  EXPECT_EQ(feed.counts().streams, 1u);
}

TEST_F(EventFeedTest, ClosingEndsAllAndNewOnesHaveEnded) {
  const auto before = open(kLogin);
  login("ann");
  feed.close();
  EXPECT_EQ(before->end(), End::kHubClosed);
  EXPECT_EQ(feed.counts().streams, 0u);
  EXPECT_FALSE(feed.wanted(HookId::kOnUserLogin));
  EXPECT_EQ(taken_from(*before), std::vector<std::string>{"ann+0"});
  const auto after = open(kLogin);
  EXPECT_EQ(after->end(), End::kHubClosed);
  login("bob");
  EXPECT_EQ(taken_from(*after), std::vector<std::string>{});
}

TEST_F(EventFeedTest, ThereIsABoundOnStreams) {
  std::vector<std::shared_ptr<Stream>> all;
  for (std::size_t i = 0; i < Feed::kMaxStreams; ++i) all.push_back(open(kLogin));
  EXPECT_EQ(open(kLogin), nullptr);
  EXPECT_EQ(feed.counts().refused, 1u);
  all[17]->finish(End::kClosed);
  EXPECT_EQ(open(kLogin), nullptr) << "the hub thread has not seen it yet";
  feed.end_of_turn();
  EXPECT_NE(open(kLogin), nullptr);
}

TEST_F(EventFeedTest, AStreamOutlivesTheFeed) {
  std::shared_ptr<Stream> stream;
  {
    Feed other;
    stream = other.open({.hooks = kLogin});
  }
  EXPECT_EQ(stream->end(), End::kHubClosed);
  EXPECT_EQ(taken_from(*stream), std::vector<std::string>{});
}

}  // namespace
}  // namespace vhpy::events
