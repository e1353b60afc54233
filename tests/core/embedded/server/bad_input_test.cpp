// The fifty kinds of bad input that clients, broken or hostile, are known to send, over real sockets: for each the
// reaction promised, and that the hub still serves others afterwards. Numbers as in the hub's notes on the protocol.
#include <set>

#include "tests/core/embedded/server/socket_fixture.h"

namespace vhpy::embedded {
namespace {

enum class From { kNew, kNamed, kPassword, kUser };
enum class Reaction {
  kReason,   // a line that says why, then the end
  kDenied,   // the same with $ValidateDenide
  kSilent,   // the end without a word
  kIgnored,  // nothing; the client can go on
  kReply,    // an answer; the client can go on
};

struct Case {
  int number;
  const char* name;
  From from;
  std::string bytes;        // ME stands for the client's nick
  Reaction reaction;
  std::string expected{};   // part of the answer or reason
};

std::string of_size(std::string head, std::size_t bytes, const std::string& tail = "") {
  head.resize(bytes - tail.size(), 'x');
  return head + tail;
}

std::string info(const std::string& share, const std::string& description = "d") {
  return "$MyINFO $ALL ME " + description + "<++ V:1,M:A,H:1/0/0,S:3>$ $1\x01$$" + share + "$|";
}

using namespace std::string_literals;

const std::vector<Case>& cases() {
  static const std::vector<Case> all = {
      {1, "chat before the nick", From::kNew, "<ME> hi|", Reaction::kReason},
      {1, "MyINFO before the nick", From::kNew, info("1"), Reaction::kReason},
      {1, "search before the nick", From::kNew, "$Search Hub:ME F?T?0?1?abcd|", Reaction::kReason},
      {1, "list before the nick", From::kNew, "$GetNickList|", Reaction::kReason},
      {1, "password before the nick", From::kNew, "$MyPass x|", Reaction::kReason},
      {2, "second Supports", From::kNew, "$Supports A |$Supports B |", Reaction::kReason},
      {2, "second Key", From::kNew, "$Key a|$Key b|", Reaction::kReason},
      {2, "second ValidateNick", From::kNamed, "$ValidateNick other|", Reaction::kReason},
      {2, "second Version", From::kUser, "$Version 1|$Version 2|", Reaction::kIgnored},
      {3, "password not asked for", From::kUser, "$MyPass x|", Reaction::kReason},
      {4, "chat instead of the password", From::kPassword, "<boss> hi|", Reaction::kReason},
      {5, "MyINFO instead of the password", From::kPassword, info("1"), Reaction::kReason},
      {6, "nick before key", From::kNew, "$Supports NoHello NoGetINFO |$ValidateNick ME|$Key x|" + info("1"), Reaction::kReply, "Welcome!|"},
      {6, "key after the nick, twice", From::kNew, "$ValidateNick ME|$Key x|$Key x|", Reaction::kReason},
      {6, "nick without key", From::kNew, "$ValidateNick ME|", Reaction::kReply, "$Hello ME|"},
      {7, "no Supports", From::kNew, "$Key x|$ValidateNick ME|" + info("1"), Reaction::kReply, "$NickList"},
      {8, "MyINFO without Version", From::kNamed, info("1"), Reaction::kReply, "Welcome!|"},
      {9, "empty nick", From::kNew, "$ValidateNick |", Reaction::kReason},
      {9, "no nick", From::kNew, "$ValidateNick|", Reaction::kReason},
      {10, "nick with a space", From::kNew, "$ValidateNick a b|", Reaction::kDenied},
      {10, "nick with a dollar", From::kNew, "$ValidateNick a$b|", Reaction::kDenied},
      {10, "nick with brackets", From::kNew, "$ValidateNick <b>|", Reaction::kDenied},
      {10, "nick with a line feed", From::kNew, "$ValidateNick a\nb|", Reaction::kDenied},
      {11, "nick of 65 bytes", From::kNew, of_size("$ValidateNick ", 14 + 65) + "|", Reaction::kDenied},
      {11, "nick of 200 bytes", From::kNew, of_size("$ValidateNick ", 14 + 200) + "|", Reaction::kDenied},
      {12, "nick with 0x01", From::kNew, "$ValidateNick a\x01|", Reaction::kDenied},
      {12, "nick with 0x05", From::kNew, "$ValidateNick a\x05|", Reaction::kDenied},
      {12, "nick with 0x7F", From::kNew, "$ValidateNick a\x7f|", Reaction::kDenied},
      {12, "nick with a tab", From::kNew, "$ValidateNick a\tb|", Reaction::kDenied},
      {13, "reserved prefix", From::kNew, "$ValidateNick [OP]ME|", Reaction::kDenied},
      {14, "nick of the hub's bot", From::kNew, "$ValidateNick HUBSECURITY|", Reaction::kDenied},
      {15, "rubbish key", From::kNew, "$Key \xff\x01\x02$$<>|$Supports NoHello NoGetINFO |$ValidateNick ME|",
       Reaction::kReply, "$Hello ME|"},
      {15, "empty key", From::kNew, "$Key |$ValidateNick ME|", Reaction::kReply, "$Hello ME|"},
      {16, "wrong password", From::kPassword, "$MyPass wrong|", Reaction::kReason, "$BadPass|"},
      {16, "empty password", From::kPassword, "$MyPass |", Reaction::kReason, "$BadPass|"},
      {17, "unknown commands", From::kUser, "$supports|$Foo x|hello|$Hello x|", Reaction::kIgnored},
      {17, "eleven unknown commands", From::kUser, "$A|$B|$C|$D|$E|$F|$G|$H|$I|$J|$K|", Reaction::kReason, "unknown"},
      {18, "HTTP", From::kNew, "GET / HTTP/1.1\r\nHost: x\r\n\r\n", Reaction::kSilent},
      {19, "TLS", From::kNew, "\x16\x03\x01\x02\x00"s, Reaction::kSilent},
      {20, "seven empty frames", From::kUser, "|||||||", Reaction::kIgnored},
      {21, "NUL inside", From::kUser, "<ME> a\0b|"s, Reaction::kSilent},
      {21, "NUL before the end", From::kUser, "<ME> nul-stripped\0|"s, Reaction::kReply, "<ME> nul-stripped|"},
      {22, "11000 bytes without an end", From::kUser, of_size("<ME> ", 11'000), Reaction::kSilent},
      {23, "20000 bytes with an end", From::kUser, of_size("<ME> ", 20'000, "|"), Reaction::kSilent},
      {24, "long Supports", From::kNew, of_size("$Supports ", 600, "|"), Reaction::kReason},
      {24, "long MyINFO", From::kUser, of_size("$MyINFO $ALL ME ", 600, "$|"), Reaction::kReason},
      {24, "long search", From::kUser, of_size("$Search Hub:ME F?T?0?1?", 300, "|"), Reaction::kReason},
      {25, "MyINFO of somebody else", From::kUser, "$MyINFO $ALL other d$ $1\x01$$1$|", Reaction::kReason},
      {26, "MyINFO in other case", From::kNamed, "$MyINFO $ALL me d$ $1\x01$$77$|", Reaction::kReply, "$MyINFO $ALL ME d"},
      {27, "MyINFO without fields", From::kUser, "$MyINFO $ALL ME|", Reaction::kReason},
      {28, "MyINFO without the last dollar", From::kNamed, "$MyINFO $ALL ME d$ $1\x01$$1234|", Reaction::kReply,
       "$1234$|"},
      {29, "negative share", From::kNamed, info("-5"), Reaction::kReply, "$0$|"},
      {29, "share of letters", From::kNamed, info("abc"), Reaction::kReply, "$0$|"},
      {29, "share of 20 digits", From::kNamed, info("12345678901234567890"), Reaction::kReply, "$0$|"},
      {29, "share of 18 digits", From::kNamed, info("123456789012345678"), Reaction::kReply, "$123456789012345678$|"},
      {30, "dollar in the description", From::kNamed, info("1", "a$b"), Reaction::kReason},
      {31, "tag without hubs and slots", From::kNamed, "$MyINFO $ALL ME d<++ V:1,M:A>$ $1\x01$$1$|", Reaction::kReply,
       "Welcome!|"},
      {32, "chat as somebody else", From::kUser, "<other> hi|", Reaction::kReason},
      {32, "chat as nobody", From::kUser, "<> hi|", Reaction::kReason},
      {33, "chat without the space", From::kUser, "<ME>hi|", Reaction::kReason},
      {33, "chat that ends in its nick", From::kUser, "<ME|", Reaction::kReason},
      {33, "chat that ends after its nick", From::kUser, "<ME>|", Reaction::kIgnored},
      {34, "empty chat", From::kUser, "<ME> |", Reaction::kIgnored},
      {35, "chat of 257 bytes", From::kUser, "<ME> " + std::string(257, 'y') + "|", Reaction::kReply, "257"},
      {35, "chat of six lines", From::kUser, "<ME> 1\n2\n3\n4\n5\n6|", Reaction::kReply, "lines"},
      {35, "repeated chat", From::kUser, "<ME> same|<ME> same|", Reaction::kReply, "just said"},
      {35, "chat too soon", From::kUser, "<ME> one|<ME> two|", Reaction::kReply, "too fast"},
      {36, "sixth line", From::kUser, "<ME> 1|<ME> 2|<ME> 3|<ME> 4|<ME> 5|<ME> 6|", Reaction::kReply, "Too fast"},
      {37, "forged sender", From::kUser, "$To: witness From: other $<ME> hi|", Reaction::kReason},
      {37, "forged signature", From::kUser, "$To: witness From: ME $<other> hi|", Reaction::kReason},
      {38, "To without parts", From::kUser, "$To: x hello|", Reaction::kReason},
      {38, "MCTo without parts", From::kUser, "$MCTo: x hello|", Reaction::kReason},
      {39, "message to nobody", From::kUser, "$To: nobody From: ME $<ME> hi|", Reaction::kReply, "no user nobody"},
      {39, "message of 1100 bytes", From::kUser, "$To: witness From: ME $<ME> " + std::string(1'100, 'y') + "|",
       Reaction::kReply, "1100"},
      {40, "search without marks", From::kUser, "$Search Hub:ME abc|", Reaction::kReason},
      {40, "search as somebody else", From::kUser, "$Search Hub:other F?T?0?1?abcd|", Reaction::kReason},
      {41, "search with port 0", From::kUser, "$Search 1.2.3.4:0 F?T?0?1?abcd|", Reaction::kIgnored},
      {41, "connection to port 99999", From::kUser, "$ConnectToMe witness 1.2.3.4:99999|", Reaction::kIgnored},
      {42, "short hash", From::kUser, "$Search Hub:ME F?T?0?9?TTH:SHORT|", Reaction::kIgnored},
      {43, "connection without a port", From::kUser, "$ConnectToMe witness 1.2.3.4|", Reaction::kReason},
      {43, "connection to oneself", From::kUser, "$ConnectToMe ME 1.2.3.4:5|", Reaction::kReply, "yourself"},
      {43, "connection to a bot", From::kUser, "$ConnectToMe OpChat 1.2.3.4:5|", Reaction::kReply, "bot"},
      {44, "forged RevConnectToMe", From::kUser, "$RevConnectToMe other witness|", Reaction::kReason},
      {44, "forged GetINFO", From::kUser, "$GetINFO witness other|", Reaction::kReason},
      {44, "forged result", From::kUser, "$SR other f\x05" "1 1/1\x05TTH:x (1.1.1.1:1)\x05witness|", Reaction::kReason},
      {45, "broken result", From::kUser, "$SR ME foo|", Reaction::kIgnored},
      {45, "result for nobody", From::kUser, "$SR ME f\x05" "1 1/1\x05TTH:x (1.1.1.1:1)\x05nobody|", Reaction::kIgnored},
      {46, "guest kicks", From::kUser, "$Kick witness|", Reaction::kReply, "no rights"},
      {46, "guest moves", From::kUser, "$OpForceMove $Who:witness$Where:x$Msg:y|", Reaction::kReply, "no rights"},
      {46, "guest asks for addresses", From::kUser, "$UserIP witness|", Reaction::kReply, "no rights"},
      {46, "guest asks who has an address", From::kUser, "$WhoIP 127.0.0.1|", Reaction::kReply, "no rights"},
      {46, "guest bans", From::kUser, "$Ban witness|", Reaction::kReply, "no rights"},
      {46, "guest sets the topic", From::kUser, "$SetTopic x|", Reaction::kReply, "no rights"},
      {46, "guest tries twice", From::kUser, "$Kick witness|$Kick witness|", Reaction::kReason, "no rights"},
      {47, "four lists in a minute", From::kUser, "$GetNickList|$GetNickList|$GetNickList|$GetNickList|$GetNickList|",
       Reaction::kIgnored},
      {48, "taken for a peer", From::kNew, "$MyNick x|$Lock EXTENDEDPROTOCOL Pk=y|", Reaction::kReason, "$Error CTM2HUB|"},
      {50, "glued frames", From::kUser, "<ME> hi|$MyINFO $ALL witness d$ $1\x01$$1$|", Reaction::kReason},
  };
  return all;
}

class BadInputTest : public SocketHubTest {
 protected:
  BadInputTest() {
    set("proto_flood_tban_time", "0");  // everybody here has the same address
    set("pwd_tmpban", "0");
    on_hub([](HubServer& hub) { return hub.operations().add_registration("boss", 5, "secret-boss", "").ok(); });
    witness_ = user("witness");
  }

  std::unique_ptr<Socket> start(From from, const std::string& nick) {
    switch (from) {
      case From::kNamed:
        return named(nick);
      case From::kUser:
        return user(nick);
      case From::kPassword: {
        auto client = fresh();
        client->say("$Supports NoHello |$Key x|$ValidateNick boss|");
        EXPECT_TRUE(client->hear("$GetPass|"));
        return client;
      }
      case From::kNew:
        break;
    }
    auto client = fresh();
    EXPECT_TRUE(client->hear("$Lock "));
    EXPECT_TRUE(client->hear("|"));
    return client;
  }

  // The client can go on as if nothing had happened.
  void expect_alive(Socket& client, From from, const std::string& nick) {
    if (from == From::kUser) {
      client.say("$GetINFO OpChat " + nick + "|");
      EXPECT_TRUE(client.hear("$MyINFO $ALL OpChat "));
    }
    EXPECT_FALSE(client.ended());
  }

  std::unique_ptr<Socket> witness_;
};

std::string with_nick(std::string text, const std::string& nick) {
  for (auto at = text.find("ME"); at != std::string::npos; at = text.find("ME", at + nick.size())) {
    text.replace(at, 2, nick);
  }
  return text;
}

TEST_F(BadInputTest, ReactionAsPromisedAndTheHubServesOn) {
  int count = 0;
  for (const Case& test : cases()) {
    SCOPED_TRACE(std::to_string(test.number) + " " + test.name);
    // Upper case, so that a test can write the nick in another case.
    const std::string nick = "N" + std::to_string(++count) + (test.number == 26 ? "A" : "");
    const auto client = start(test.from, nick);
    const std::size_t before = client->heard().size();
    std::string bytes = with_nick(test.bytes, nick);
    if (test.number == 26) bytes = "$MyINFO $ALL n" + nick.substr(1, nick.size() - 2) + "a d$ $1\x01$$77$|";
    client->say(bytes);
    const std::string expected = with_nick(test.expected, nick);
    switch (test.reaction) {
      case Reaction::kReason:
      case Reaction::kDenied: {
        EXPECT_TRUE(client->hear_end());
        const std::string said = client->heard().substr(before);
        const bool handshake = test.number == 48;
        EXPECT_NE(said.find(handshake ? "$Error" : "<HubSecurity> "), std::string::npos) << said;
        EXPECT_NE(said.find(expected), std::string::npos) << said;
        if (test.reaction == Reaction::kDenied) {
          EXPECT_LT(said.find("<HubSecurity>"), said.find("$ValidateDenide ")) << said;
          EXPECT_NE(said.find("$ValidateDenide "), std::string::npos) << said;
        }
        break;
      }
      case Reaction::kSilent:
        EXPECT_TRUE(client->hear_end());
        EXPECT_EQ(client->heard().find("<HubSecurity> ", before), std::string::npos);
        break;
      case Reaction::kReply:
        EXPECT_TRUE(client->hear(expected)) << client->heard().substr(before);
        expect_alive(*client, test.from, nick);
        break;
      case Reaction::kIgnored:
        expect_alive(*client, test.from, nick);
        EXPECT_EQ(client->heard().find("<HubSecurity> ", before), std::string::npos) << client->heard().substr(before);
        break;
    }
    witness_->say("$GetINFO HubSecurity witness|");
    ASSERT_TRUE(witness_->hear("$MyINFO $ALL HubSecurity "));
  }
}

TEST_F(BadInputTest, EveryNumberIsCovered) {
  std::set<int> numbers{49};  // the next tests
  for (const Case& test : cases()) numbers.insert(test.number);
  for (int number = 1; number <= 50; ++number) EXPECT_EQ(numbers.count(number), 1u) << number;
}

TEST_F(BadInputTest, AnySplitOfTheStreamIsTheSame) {
  const auto client = fresh();
  for (const char byte : greeting("split") + "$Version 1|" + my_info("split") + "<split> hello|") {
    ASSERT_TRUE(client->say({&byte, 1}));
  }
  EXPECT_TRUE(client->hear("<split> hello|"));
}

// 49: half-closed, reset, and gone without a word.
TEST_F(BadInputTest, EndedConnectionsAreForgotten) {
  const auto half = user("half");
  ASSERT_EQ(::shutdown(half->fd(), SHUT_WR), 0);
  EXPECT_TRUE(half->hear_end());
  EXPECT_TRUE(witness_->hear("$Quit half|"));
  for (const char* bytes : {"", "$Supports", "$Key x|$ValidateNick reset|"}) {
    const auto client = fresh();
    client->say(bytes);
    const linger now{1, 0};
    setsockopt(client->fd(), SOL_SOCKET, SO_LINGER, &now, sizeof(now));
  }
  const auto until = Socket::Clock::now() + Socket::kPatience;
  while (on_hub([](HubServer& hub) { return hub.context().sessions.size(); }) != 1 && Socket::Clock::now() < until) {
    std::this_thread::yield();
  }
  EXPECT_EQ(on_hub([](HubServer& hub) { return hub.context().sessions.size(); }), 1u);
  EXPECT_EQ(on_hub([](HubServer& hub) { return hub.operations().users_count(); }), 1);
}

// 49: a peer that never reads.
TEST_F(BadInputTest, SlowReaderIsCutAndOthersGetEverything) {
  set("adv_max_outbuf_size", "262144");
  auto slow = std::make_unique<Socket>(port_, 4'096);
  slow->say(greeting("slow") + my_info("slow"));
  EXPECT_TRUE(witness_->hear("$MyINFO $ALL slow "));
  const std::string line(30'000, 'z');
  int said = 0;
  const auto until = Socket::Clock::now() + Socket::kPatience;
  while (on_hub([](HubServer& hub) { return hub.counters().slow_readers; }) == 0 && Socket::Clock::now() < until) {
    on_hub([&](HubServer& hub) { return hub.operations().main_chat(line, std::nullopt).ok(); });
    ++said;
    ASSERT_TRUE(witness_->hear("zzz|"));
  }
  EXPECT_TRUE(witness_->hear("$Quit slow|"));
  stop();
  EXPECT_EQ(counters_.slow_readers, 1u);
  EXPECT_GT(said, 8);
}

TEST_F(BadInputTest, OneAddressMayNotTakeEverything) {
  set("max_users_from_ip", "3");
  const auto second = fresh(), third = fresh(), fourth = fresh();
  EXPECT_TRUE(second->hear("$Lock "));
  EXPECT_TRUE(third->hear("$Lock "));
  EXPECT_TRUE(fourth->hear_end());
  EXPECT_NE(fourth->heard().find("Too many connections"), std::string::npos);
  stop();
  EXPECT_EQ(counters_.refused_per_ip, 1u);
}

}  // namespace
}  // namespace vhpy::embedded
