// Shows whom each type of ban keeps out and whom not, when bans end, that adding, removing and purging change
// memory and file alike, and that the index agrees with a plain walk over all bans.
#include "core/embedded/store/bans.h"

#include <random>

#include "core/nmdc/nick.h"
#include "tests/core/embedded/store/temporary_directory.h"

namespace vhpy::embedded::store {
namespace {

constexpr std::int64_t kNow = 1'700'000'000;

class BansTest : public StoreTest {
 protected:
  Bans load() {
    auto loaded = Bans::load(database());
    EXPECT_TRUE(loaded.ok());
    return std::move(loaded).value();
  }
  Bans after_restart() {
    reopen();
    return load();
  }
};

Ban ban_of(BanType type, std::int64_t seconds = 0) {
  Ban ban;
  ban.type = type;
  ban.date_start = kNow;
  ban.date_limit = seconds == 0 ? 0 : kNow + seconds;
  ban.reason = "reason";
  ban.nick_op = "op";
  return ban;
}

Ban nick_ban(std::string nick, std::int64_t seconds = 0) {
  Ban ban = ban_of(kBanNick, seconds);
  ban.nick = std::move(nick);
  return ban;
}

Ban ip_ban(std::string ip, std::int64_t seconds = 0) {
  Ban ban = ban_of(kBanIp, seconds);
  ban.ip = std::move(ip);
  return ban;
}

Ban range_ban(std::string_view range, std::int64_t seconds = 0) {
  Ban ban = ban_of(kBanRange, seconds);
  std::tie(ban.range_from, ban.range_to) = parse_ipv4_range(range).value();
  return ban;
}

Ban host_ban(BanType type, std::string host) {
  Ban ban = ban_of(type);
  ban.host = std::move(host);
  return ban;
}

std::vector<Ban> one_of_each_type() {
  Ban nick_ip = ban_of(kBanNickIp);
  nick_ip.nick = "Both";
  nick_ip.ip = "1.1.1.1";
  Ban share = ban_of(kBanShare);
  share.share = 4711;
  Ban prefix = ban_of(kBanPrefix);
  prefix.nick = "[Bad]";
  return {nick_ip,
          ip_ban("2.2.2.2"),
          nick_ban("Nick"),
          range_ban("3.3.3.0/24"),
          host_ban(kBanHost1, "x.aa"),
          host_ban(kBanHost2, "x.two.bb"),
          host_ban(kBanHost3, "x.a.three.cc"),
          share,
          prefix,
          host_ban(kBanHostReverse1, "dsl.some.dd")};
}

struct Question {
  Candidate candidate;
  std::optional<BanType> expected;
};

const Question kQuestions[] = {
    {{"BOTH", "9.9.9.9", {}, ""}, kBanNickIp},
    {{"other", "1.1.1.1", {}, ""}, kBanNickIp},
    {{"", "2.2.2.2", {}, ""}, kBanIp},
    {{"", "2.2.2.3", {}, ""}, {}},
    {{"nICK", "", {}, ""}, kBanNick},
    {{"nick2", "", {}, ""}, {}},
    {{"", "3.3.3.0", {}, ""}, kBanRange},
    {{"", "3.3.3.255", {}, ""}, kBanRange},
    {{"", "3.3.4.0", {}, ""}, {}},
    {{"", "3.3.2.255", {}, ""}, {}},
    {{"", "", {}, "any.thing.AA"}, kBanHost1},
    {{"", "", {}, "any.Two.bb"}, kBanHost2},
    {{"", "", {}, "any.other.bb"}, {}},
    {{"", "", {}, "any.a.three.cc"}, kBanHost3},
    {{"", "", {}, "any.b.three.cc"}, {}},
    {{"", "", {}, "DSL.else.where"}, kBanHostReverse1},
    {{"", "", {}, "two.bb.org"}, {}},
    {{"", "", 4711, ""}, kBanShare},
    {{"", "", 4712, ""}, {}},
    {{"[bad]guy", "", {}, ""}, kBanPrefix},
    {{"x[bad]", "", {}, ""}, {}},
    {{"innocent", "8.8.8.8", 1, "host.example.org"}, {}},
    {{"", "", {}, ""}, {}},
};

void ask_all(const Bans& bans) {
  for (const auto& [candidate, expected] : kQuestions) {
    const Ban* found = bans.find(candidate, kNow + 1);
    ASSERT_EQ(found != nullptr, expected.has_value()) << candidate.nick << candidate.ip << candidate.host;
    if (found != nullptr) {
      EXPECT_EQ(found->type, *expected) << candidate.nick << candidate.ip << candidate.host;
      EXPECT_EQ(found->reason, "reason");
    }
  }
}

TEST_F(BansTest, EachTypeBeforeAndAfterARestart) {
  Bans bans = load();
  for (const Ban& ban : one_of_each_type()) ASSERT_TRUE(bans.add(ban).ok());
  ask_all(bans);
  ask_all(after_restart());
}

TEST_F(BansTest, RemovedByWhatTheListShows) {
  Bans bans = load();
  for (const Ban& ban : one_of_each_type()) ASSERT_TRUE(bans.add(ban).ok());
  std::vector<std::string> targets;
  for (const Ban* ban : bans.list()) targets.push_back(target_of(*ban));
  ASSERT_EQ(targets.size(), 10u);
  for (const std::string& target : targets) {
    const auto removed = bans.remove(target);
    ASSERT_TRUE(removed.ok());
    EXPECT_EQ(removed.value().size(), 1u) << target;
  }
  EXPECT_EQ(bans.size(), 0u);
  EXPECT_EQ(bans.find({"nick", "3.3.3.3", 4711, "x.aa"}, kNow), nullptr);
  EXPECT_EQ(after_restart().size(), 0u);
}

TEST_F(BansTest, RemovedByOtherNames) {
  Bans bans = load();
  for (const Ban& ban : one_of_each_type()) ASSERT_TRUE(bans.add(ban).ok());
  for (const char* target : {"both", "NICK", "3.3.3.0/24", "two.bb", "4711"}) {
    EXPECT_EQ(bans.remove(target).value().size(), 1u) << target;
  }
  EXPECT_TRUE(bans.remove("nobody").value().empty());
  EXPECT_EQ(bans.size(), 5u);
}

TEST_F(BansTest, EndByTheClock) {
  Bans bans = load();
  ASSERT_TRUE(bans.add(nick_ban("a", 60)).ok());
  ASSERT_TRUE(bans.add(nick_ban("b", 0)).ok());
  ASSERT_TRUE(bans.add(range_ban("1.0.0.0/8", 30)).ok());
  EXPECT_NE(bans.find({"a", "", {}, ""}, kNow + 60), nullptr);
  EXPECT_EQ(bans.find({"a", "", {}, ""}, kNow + 61), nullptr);
  EXPECT_NE(bans.find({"b", "", {}, ""}, kNow + 1'000'000'000), nullptr);

  EXPECT_EQ(bans.purge(kNow + 30).value(), 0u);
  EXPECT_EQ(bans.purge(kNow + 31).value(), 1u);
  EXPECT_EQ(bans.purge(kNow + 1000).value(), 1u);
  EXPECT_EQ(bans.size(), 1u);
  EXPECT_EQ(bans.find({"x", "1.2.3.4", {}, ""}, kNow), nullptr) << "gone from the index too";
  EXPECT_EQ(after_restart().size(), 1u);
}

TEST_F(BansTest, TheLongestIsFound) {
  Bans bans = load();
  ASSERT_TRUE(bans.add(ip_ban("1.2.3.4", 50)).ok());
  ASSERT_TRUE(bans.add(range_ban("1.2.0.0/16", 500)).ok());
  ASSERT_TRUE(bans.add(nick_ban("a", 5)).ok());
  EXPECT_EQ(bans.find({"a", "1.2.3.4", {}, ""}, kNow)->type, kBanRange);
  ASSERT_TRUE(bans.add(nick_ban("a", 0)).ok());
  EXPECT_EQ(bans.find({"a", "1.2.3.4", {}, ""}, kNow)->type, kBanNick);
}

TEST_F(BansTest, AddingAgainNeverShortens) {
  Bans bans = load();
  ASSERT_TRUE(bans.add(nick_ban("A", 100)).ok());
  Ban shorter = nick_ban("a", 10);
  shorter.reason = "new";
  ASSERT_TRUE(bans.add(shorter).ok());
  EXPECT_EQ(bans.size(), 1u);
  EXPECT_EQ(bans.find({"a", "", {}, ""}, kNow)->date_limit, kNow + 100);
  EXPECT_EQ(bans.find({"a", "", {}, ""}, kNow)->reason, "new");
  ASSERT_TRUE(bans.add(nick_ban("a", 0)).ok());
  ASSERT_TRUE(bans.add(nick_ban("a", 1000)).ok());
  EXPECT_TRUE(bans.find({"a", "", {}, ""}, kNow)->permanent());
  EXPECT_EQ(after_restart().size(), 1u) << "one row, whatever the case";
}

TEST_F(BansTest, IllFormedBansAreRefused) {
  Bans bans = load();
  Ban two_bits = nick_ban("a");
  two_bits.type = static_cast<BanType>(6);
  Ban too_big = nick_ban("a");
  too_big.type = static_cast<BanType>(1024);
  Ban backwards = range_ban("1.0.0.0/8");
  std::swap(backwards.range_from, backwards.range_to);
  Ban before_time = nick_ban("a");
  before_time.date_limit = -1;
  for (const Ban& bad :
       {two_bits, too_big, backwards, before_time, nick_ban(""), ip_ban(""), ip_ban("nonsense"),
        host_ban(kBanHost2, "localhost"), ban_of(kBanPrefix), ban_of(kBanNickIp), Ban{}}) {
    const auto refused = bans.add(bad);
    ASSERT_FALSE(refused.ok()) << bad.type;
    EXPECT_EQ(refused.error().code, Refusal::kBadArgument);
  }
  EXPECT_TRUE(bans.add(ip_ban("2001:db8::1")).ok());
  EXPECT_EQ(bans.size(), 1u);
}

TEST_F(BansTest, ListIsNewestFirst) {
  Bans bans = load();
  for (int i = 0; i < 5; ++i) {
    Ban ban = nick_ban("n" + std::to_string(i));
    ban.date_start = kNow + i;
    ASSERT_TRUE(bans.add(ban).ok());
  }
  const auto newest = bans.list(2);
  ASSERT_EQ(newest.size(), 2u);
  EXPECT_EQ(newest[0]->nick, "n4");
  EXPECT_EQ(newest[1]->nick, "n3");
}

TEST_F(BansTest, RowsOfAVerlihub) {
  ASSERT_TRUE(database()
                  .execute("INSERT INTO banlist (ip, nick, ban_type, range_fr, range_to, date_limit) VALUES "
                           "('5.5.5.5', '_rangeban_', 3, 84215040, 84215295, NULL),"
                           "('_nickban_', 'Bad', 2, NULL, NULL, 0),"
                           "('x', 'y', 77, NULL, NULL, 0), ('nonsense', '_ipban_', 1, NULL, NULL, 0)")
                  .ok());
  Bans bans = load();
  EXPECT_EQ(bans.size(), 2u) << "rows that make no sense are left out";
  EXPECT_NE(bans.find({"", "5.5.5.200", {}, ""}, kNow), nullptr);
  EXPECT_NE(bans.find({"bad", "", {}, ""}, kNow), nullptr);
  EXPECT_EQ(bans.remove("5.5.5.0-5.5.5.255").value().size(), 1u);
  EXPECT_EQ(after_restart().size(), 1u) << "gone from the file, though its key was another";
}

// The plain walk that the index saves.
bool applies(const Ban& ban, const Candidate& c) {
  switch (ban.type) {
    case kBanNickIp:
      return nmdc::same_nick(ban.nick, c.nick) || ban.ip == c.ip;
    case kBanIp:
      return ban.ip == c.ip;
    case kBanNick:
      return nmdc::same_nick(ban.nick, c.nick);
    case kBanPrefix:
      return nmdc::same_nick(ban.nick, c.nick.substr(0, ban.nick.size()));
    case kBanRange: {
      const auto address = parse_ipv4(c.ip);
      return address && *address >= ban.range_from && *address <= ban.range_to;
    }
    case kBanShare:
      return c.share == ban.share;
    default:
      return host_part(c.host, ban.type) == ban.host;
  }
}

std::int64_t longest_by_walk(const Bans& bans, const Candidate& candidate, std::int64_t now) {
  std::int64_t longest = -1;
  for (const Ban* ban : bans.list()) {
    if (!ban->holds_at(now) || !applies(*ban, candidate)) continue;
    longest = std::max(longest, ban->permanent() ? INT64_MAX : ban->date_limit);
  }
  return longest;
}

TEST_F(BansTest, IndexAgreesWithAPlainWalk) {
  Bans bans = load();
  std::mt19937 random(5);
  const auto below = [&](unsigned n) { return static_cast<std::uint32_t>(random() % n); };
  const auto letter = [&] {
    return std::string(1, static_cast<char>((below(2) ? 'a' : 'A') + static_cast<int>(below(4))));
  };
  const auto address = [&] { return format_ipv4(0x0A000000u + below(64)); };
  const auto host = [&] { return letter() + "." + letter() + "." + letter(); };
  for (int round = 0; round < 1500; ++round) {
    Ban ban = ban_of(static_cast<BanType>(1 << below(10)), below(4) == 0 ? 0 : 1 + below(1000));
    ban.nick = letter() + letter();
    ban.ip = address();
    ban.host = host();
    ban.share = below(20);
    ban.range_from = 0x0A000000u + below(64);
    ban.range_to = ban.range_from + below(32);
    ASSERT_TRUE(bans.add(ban).ok());
    ASSERT_TRUE(below(10) != 0 || bans.remove(address()).ok());
    ASSERT_TRUE(below(200) != 0 || bans.purge(kNow + below(500)).ok());
    const std::string nick = letter() + letter() + letter(), ip = address(), name = host();
    const Candidate candidate{nick, ip, below(30), name};
    const std::int64_t now = kNow + below(1200);
    const Ban* found = bans.find(candidate, now);
    const std::int64_t longest = found == nullptr ? -1 : found->permanent() ? INT64_MAX : found->date_limit;
    ASSERT_EQ(longest, longest_by_walk(bans, candidate, now)) << "round " << round;
  }
}

TEST_F(BansTest, TenThousandSurviveARestart) {
  {
    Bans bans = load();
    Transaction one_commit(database());
    for (std::uint32_t i = 0; i < 10'000; ++i) {
      const std::uint32_t from = 0x01000000u + i * 512;
      Ban range = ban_of(kBanRange, 100);
      range.range_from = from;
      range.range_to = from + 255;
      ASSERT_TRUE(bans.add(i % 2 ? range : nick_ban("n" + std::to_string(i))).ok());
    }
    ASSERT_TRUE(one_commit.commit().ok());
  }
  Bans bans = after_restart();
  EXPECT_EQ(bans.size(), 10'000u);
  EXPECT_NE(bans.find({"n9998", "", {}, ""}, kNow), nullptr);
  EXPECT_EQ(bans.find({"n9999", "", {}, ""}, kNow), nullptr);
  EXPECT_NE(bans.find({"", format_ipv4(0x01000000u + 5001 * 512 + 255), {}, ""}, kNow), nullptr);
  EXPECT_EQ(bans.find({"", format_ipv4(0x01000000u + 5001 * 512 + 256), {}, ""}, kNow), nullptr);
  EXPECT_EQ(bans.purge(kNow + 101).value(), 5'000u);
}

TEST_F(BansTest, AFailedWriteChangesNothing) {
  Bans bans = load();
  ASSERT_TRUE(bans.add(nick_ban("a", 10)).ok());
  forbid_writing();
  EXPECT_EQ(bans.add(nick_ban("b")).error().code, Refusal::kUnavailable);
  EXPECT_FALSE(bans.remove("a").ok());
  EXPECT_FALSE(bans.purge(kNow + 100).ok());
  EXPECT_FALSE(bans.record_kick({}).ok());
  allow_writing();
  EXPECT_EQ(bans.size(), 1u);
  EXPECT_NE(bans.find({"a", "", {}, ""}, kNow), nullptr);
  EXPECT_EQ(bans.find({"b", "", {}, ""}, kNow), nullptr);
  EXPECT_EQ(bans.remove("a").value().size(), 1u);
}

TEST_F(BansTest, KickLog) {
  {
    Bans bans = load();
    for (int i = 0; i < 3; ++i) {
      Kick kick{"Bob", kNow + i, "1.2.3.4", "host", 5, "op", "why " + std::to_string(i), i == 1};
      ASSERT_TRUE(bans.record_kick(kick).ok());
    }
    ASSERT_TRUE(bans.record_kick({"Eve", kNow, "", "", 0, "op", "", false}).ok());
  }
  Bans bans = after_restart();
  const auto kicks = bans.recent_kicks("bob", 2);
  ASSERT_TRUE(kicks.ok());
  ASSERT_EQ(kicks.value().size(), 2u);
  EXPECT_EQ(kicks.value()[0].reason, "why 2");
  const Kick& drop = kicks.value()[1];
  EXPECT_TRUE(drop.is_drop);
  EXPECT_EQ(drop.nick + drop.ip + drop.host + drop.op, "Bob1.2.3.4hostop");
  EXPECT_EQ(drop.share, 5u);
  EXPECT_EQ(drop.time, kNow + 1);
  ASSERT_TRUE(bans.purge(kNow + kKickLogSeconds + 2).ok());
  EXPECT_EQ(bans.recent_kicks("bob", 10).value().size(), 1u);
}

}  // namespace
}  // namespace vhpy::embedded::store
