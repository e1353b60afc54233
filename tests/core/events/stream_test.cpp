// Streams: order, bounds, what is left out, how they end.
#include "core/events/stream.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "tests/core/events/events_stage.h"

namespace vhpy::events {
namespace {

using queue::Clock;

TEST(EventStreamTest, GivesEventsInOrder) {
  const auto stream = make_stream({});
  for (const char* nick : {"ann", "bob", "cid"}) stream->push(login_of(nick));
  EXPECT_EQ(stream->held(), 3u);
  for (const auto& [nick, sequence] : {std::pair{"ann", 1u}, {"bob", 2u}, {"cid", 3u}}) {
    Stream::Taken taken;
    ASSERT_TRUE(stream->take(taken));
    EXPECT_EQ(nick_of(taken), nick);
    EXPECT_EQ(taken.sequence, sequence);
    EXPECT_EQ(taken.skipped, 0u);
  }
  Stream::Taken taken;
  EXPECT_FALSE(stream->take(taken));
  EXPECT_EQ(stream->end(), End::kOpen);
  EXPECT_EQ(stream->held(), 0u);
}

TEST(EventStreamTest, DropsTheOldestAndSaysHowMany) {
  const auto stream = make_stream({.max_events = 3});
  for (int i = 1; i <= 10; ++i) stream->push(login_of(std::to_string(i)));
  EXPECT_EQ(stream->held(), 3u);
  EXPECT_EQ(stream->skipped(), 7u);
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"8+7", "9+0", "10+0"}));
  stream->push(login_of("11"));
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"11+0"}));
}

TEST(EventStreamTest, DropsTheNewestAndSaysHowMany) {
  const auto stream = make_stream({.max_events = 3, .overflow = Overflow::kDropNewest});
  for (int i = 1; i <= 10; ++i) stream->push(login_of(std::to_string(i)));
  EXPECT_EQ(stream->skipped(), 7u);
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"1+0", "2+0", "3+0"}));
  stream->push(login_of("11"));
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"11+7"}));
}

TEST(EventStreamTest, ClosesWhenFullAndHandsOutWhatItHolds) {
  const auto stream = make_stream({.max_events = 2, .overflow = Overflow::kClose});
  for (int i = 1; i <= 5; ++i) stream->push(login_of(std::to_string(i)));
  EXPECT_EQ(stream->end(), End::kOverflow);
  EXPECT_EQ(stream->skipped(), 1u) << "after the end nothing comes that could be left out";
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"1+0", "2+0"}));
}

TEST(EventStreamTest, IsBoundedByBytes) {
  const std::string large(30'000, 'x');
  const auto oldest = make_stream({.max_bytes = 100'000});
  const auto newest = make_stream({.max_bytes = 100'000, .overflow = Overflow::kDropNewest});
  for (int i = 0; i < 10; ++i) {
    oldest->push(login_of(large));
    newest->push(login_of(large));
  }
  EXPECT_EQ(oldest->held(), 3u);
  EXPECT_EQ(newest->held(), 3u);
  EXPECT_EQ(oldest->skipped(), 7u);
  EXPECT_EQ(newest->skipped(), 7u);
}

TEST(EventStreamTest, LeavesOutWhatIsLargerThanAll) {
  const auto stream = make_stream({.max_bytes = 4096});
  stream->push(login_of("small"));
  stream->push(login_of(std::string(10'000, 'x')));
  stream->push(login_of("after"));
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"small+0", "after+1"}));
}

TEST(EventStreamTest, GivesNothingAfterItsOwnerHasClosedIt) {
  for (const End why : {End::kClosed, End::kUnloaded}) {
    const auto stream = make_stream({});
    stream->push(login_of("ann"));
    stream->finish(why);
    stream->push(login_of("bob"));
    EXPECT_EQ(stream->end(), why);
    EXPECT_EQ(taken_from(*stream), std::vector<std::string>{});
    EXPECT_EQ(stream->held(), 0u);
  }
}

TEST(EventStreamTest, HandsOutTheRestWhenTheHubCloses) {
  const auto stream = make_stream({});
  stream->push(login_of("ann"));
  stream->push(login_of("bob"));
  stream->finish(End::kHubClosed);
  stream->finish(End::kUnloaded);
  EXPECT_EQ(stream->end(), End::kHubClosed) << "the first one counts";
  EXPECT_EQ(taken_from(*stream), (std::vector<std::string>{"ann+0", "bob+0"}));
}

TEST(EventStreamTest, ClosingDropsWhatTheHubHasLeft) {
  const auto stream = make_stream({});
  stream->push(login_of("ann"));
  stream->finish(End::kHubClosed);
  stream->finish(End::kClosed);
  EXPECT_EQ(taken_from(*stream), std::vector<std::string>{});
}

TEST(EventStreamTest, WaitingEndsInTime) {
  const auto stream = make_stream({});
  EXPECT_FALSE(stream->wait(Clock::now())) << "nothing is there";
  EXPECT_FALSE(stream->wait(Clock::now() + std::chrono::milliseconds(2)));
  stream->push(login_of("ann"));
  EXPECT_TRUE(stream->wait(Clock::now()));
}

TEST(EventStreamTest, WaitersAreWokenByAnEventAndByTheEnd) {
  const auto stream = make_stream({});
  std::thread first([&] { EXPECT_TRUE(stream->wait(patience())); });
  stream->push(login_of("ann"));
  first.join();
  EXPECT_EQ(taken_from(*stream).size(), 1u);
  std::thread second([&] { EXPECT_TRUE(stream->wait(patience())); });
  std::thread third([&] { EXPECT_TRUE(stream->wait(patience())); });
  stream->finish(End::kUnloaded);
  second.join();
  third.join();
}

TEST(EventStreamTest, ANoticeIsSentOnceForTheNextNews) {
  const auto stream = make_stream({});
  const auto box = queue::Mailbox::create();
  EXPECT_TRUE(stream->notify(box->prepare(7)));
  EXPECT_EQ(tickets(*box), std::vector<std::uint64_t>{});
  stream->push(login_of("ann"));
  stream->push(login_of("bob"));
  EXPECT_EQ(tickets(*box), std::vector<std::uint64_t>{7});
  EXPECT_FALSE(stream->notify(box->prepare(8))) << "news is there already";
  EXPECT_EQ(taken_from(*stream).size(), 2u);
  EXPECT_TRUE(stream->notify(box->prepare(9)));
  stream->finish(End::kHubClosed);
  EXPECT_EQ(tickets(*box), std::vector<std::uint64_t>{9});
  EXPECT_FALSE(stream->notify(box->prepare(10))) << "it has ended";
}

TEST(EventStreamTest, AForgottenNoticeIsNotSentAndKeepsNothing) {
  const auto stream = make_stream({});
  auto box = queue::Mailbox::create();
  const std::weak_ptr<queue::Mailbox> alive = box;
  EXPECT_TRUE(stream->notify(box->prepare(1)));
  stream->forget_notice();
  stream->push(login_of("ann"));
  EXPECT_EQ(tickets(*box), std::vector<std::uint64_t>{});
  EXPECT_EQ(taken_from(*stream).size(), 1u);
  EXPECT_TRUE(stream->notify(box->prepare(2)));
  box.reset();
  EXPECT_FALSE(alive.expired()) << "the notice keeps the descriptor";
  stream->forget_notice();
  EXPECT_TRUE(alive.expired());
}

}  // namespace
}  // namespace vhpy::events
