// Deliveries to one event loop: each once, in the order settled, one wake-up per batch; either side may go first.
#include "queue/mailbox.h"

#include <vector>

#include "tests/queue/support.h"

namespace vhpy::queue {
namespace {

using testing::drain_all;
using testing::eventually;
using testing::make;
using testing::patience;

bool is_readable(int fd) {
  pollfd readable{fd, POLLIN, 0};
  return ::poll(&readable, 1, 0) == 1;
}

class MailboxTest : public ::testing::Test {
 protected:
  auto pushed() {
    auto command = make(lane, [] { return 5; });
    EXPECT_EQ(lane.push(command, WhenFull::kRefuse), Admission::kAccepted);
    return command;
  }
  Lane lane;
  std::shared_ptr<Mailbox> box = Mailbox::create();
  std::vector<Mailbox::Delivery> got;
};

TEST_F(MailboxTest, DeliversABatchInTheOrderSettled) {
  for (std::uint64_t ticket = 1; ticket <= 5; ++ticket) box->post_when_settled(ticket, pushed());
  EXPECT_FALSE(is_readable(box->fd()));
  drain_all(lane);
  EXPECT_TRUE(is_readable(box->fd()));
  box->take(got);
  ASSERT_EQ(got.size(), 5u);
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i].ticket, i + 1);
    EXPECT_EQ(got[i].command->state(), State::kDone);
  }
  EXPECT_FALSE(is_readable(box->fd()));
  box->take(got);
  EXPECT_EQ(got.size(), 5u);
}

TEST_F(MailboxTest, OneWakeupPerBatch) {
  for (std::uint64_t ticket = 0; ticket < 100; ++ticket) box->post_when_settled(ticket, pushed());
  drain_all(lane);
  eventfd_t writes = 0;
  ASSERT_EQ(::eventfd_read(box->fd(), &writes), 0);
  EXPECT_EQ(writes, 1u);
}

TEST_F(MailboxTest, DeliversWhatIsSettledAlready) {
  auto command = pushed();
  drain_all(lane);
  box->post_when_settled(9, command);
  box->take(got);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].command, Ref<Command>(command));
}

TEST_F(MailboxTest, DeliversCancelledAndAbandoned) {
  auto cancelled = pushed();
  box->post_when_settled(1, cancelled);
  box->post_when_settled(2, pushed());
  EXPECT_TRUE(cancelled->withdraw(State::kCancelled));
  lane.abort();
  box->take(got);
  ASSERT_EQ(got.size(), 2u);
  EXPECT_EQ(got[0].command->state(), State::kCancelled);
  EXPECT_EQ(got[1].command->state(), State::kAbandoned);
}

TEST_F(MailboxTest, ClosedBoxDropsDeliveries) {
  box->post_when_settled(1, pushed());
  box->post_when_settled(2, pushed());
  lane.drain(Budget{.max_commands = 1});
  box->close();  // one delivered and not taken, one under way
  drain_all(lane);
  box->post_when_settled(3, pushed());
  drain_all(lane);
  box->take(got);
  EXPECT_TRUE(got.empty());
  box->close();
}

TEST_F(MailboxTest, BoxGoesFirst) {
  std::weak_ptr<Mailbox> watch = box;
  box->post_when_settled(1, pushed());
  box.reset();
  EXPECT_FALSE(watch.expired());  // the ticket under way keeps it
  drain_all(lane);
  EXPECT_TRUE(watch.expired());
}

TEST_F(MailboxTest, UntakenDeliveriesDieWithTheBox) {
  std::weak_ptr<Mailbox> watch = box;
  box->post_when_settled(1, pushed());
  drain_all(lane);
  box.reset();
  EXPECT_TRUE(watch.expired());
}

TEST_F(MailboxTest, LaneGoesFirst) {
  auto other = std::make_unique<Lane>();
  auto command = make(*other, [] {});
  ASSERT_EQ(other->push(command, WhenFull::kRefuse), Admission::kAccepted);
  box->post_when_settled(4, command);
  other.reset();
  box->take(got);
  ASSERT_EQ(got.size(), 1u);
  EXPECT_EQ(got[0].command->state(), State::kAbandoned);
}

// A loop that sleeps only on its descriptor, commands settled by the consumer and by withdrawals: each delivered once.
TEST_F(MailboxTest, StressEveryTicketOnce) {
  constexpr std::uint64_t kTickets = 20'000;
  testing::ConsumerThread consumer(lane);
  std::vector<int> seen(kTickets, 0);
  std::thread loop([&] {
    std::vector<Mailbox::Delivery> batch;
    for (std::uint64_t count = 0; count < kTickets; count += batch.size()) {
      batch.clear();
      pollfd readable{box->fd(), POLLIN, 0};
      ASSERT_EQ(::poll(&readable, 1, 60'000), 1) << "a delivery without a wake-up";
      box->take(batch);
      for (const auto& delivery : batch) {
        EXPECT_TRUE(is_final(delivery.command->state()));
        ++seen[delivery.ticket];
      }
    }
  });
  for (std::uint64_t ticket = 0; ticket < kTickets; ++ticket) {
    auto command = make(lane, [] {});
    ASSERT_EQ(lane.push(command, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
    box->post_when_settled(ticket, command);
    if (ticket % 7 == 0) command->withdraw(State::kCancelled);
  }
  loop.join();
  for (const int count : seen) ASSERT_EQ(count, 1);
}

// Closing while deliveries arrive: nothing leaks, nothing is delivered afterwards (the address sanitizer is the judge).
TEST_F(MailboxTest, StressCloseUnderLoad) {
  testing::ConsumerThread consumer(lane);
  for (int round = 0; round < 500; ++round) {
    auto closing = Mailbox::create();
    for (std::uint64_t ticket = 0; ticket < 20; ++ticket) {
      auto command = make(lane, [] {});
      ASSERT_EQ(lane.push(command, WhenFull::kWaitUntilDeadline), Admission::kAccepted);
      closing->post_when_settled(ticket, command);
    }
    closing->close();
    std::vector<Mailbox::Delivery> batch;
    closing->take(batch);
    EXPECT_TRUE(batch.empty());
  }
}

}  // namespace
}  // namespace vhpy::queue
