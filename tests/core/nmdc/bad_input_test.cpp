// Shows the reaction to bad input where syntax alone decides it: one row per frame that clients, broken or
// hostile, are known to send. Where meaning decides (who is it, may it now), the row shows that the frame is
// parsed, and the server's tests show the rest.
#include <gtest/gtest.h>

#include "core/nmdc/frame.h"
#include "core/nmdc/message.h"
#include "core/nmdc/nick.h"

namespace vhpy::nmdc {
namespace {

enum class Judged { kClose, kIgnore, kParsed, kUnknown };

Judged judge(std::string_view frame) {
  const Message message = parse(frame);
  if (const auto* bad = std::get_if<Malformed>(&message)) {
    EXPECT_FALSE(bad->detail.empty());
    EXPECT_FALSE(bad->keyword.empty());
    return bad->reaction == Reaction::kClose ? Judged::kClose : Judged::kIgnore;
  }
  return std::holds_alternative<Unknown>(message) ? Judged::kUnknown : Judged::kParsed;
}

std::string of_size(std::string_view head, std::size_t bytes) {
  std::string frame(head);
  frame.resize(bytes, 'x');
  return frame;
}

TEST(BadInput, Frames) {
  struct Case {
    std::string frame;
    Judged judged;
  };
  const std::string five = "\x05";
  const Case cases[] = {
      // nick and key: see BadInput.Nicks
      {"$ValidateNick ", Judged::kParsed},
      {"$ValidateNick", Judged::kParsed},
      {"$Key", Judged::kParsed},
      {"$Key \xff\x01$", Judged::kParsed},
      {of_size("$Key ", 600), Judged::kClose},
      {"$MyPass", Judged::kParsed},
      {of_size("$MyPass ", 300), Judged::kClose},
      // unknown, wrong case, hub's own commands
      {"$supports NoHello", Judged::kUnknown},
      {"$Foo x", Judged::kUnknown},
      {"hello", Judged::kUnknown},
      {"$Hello x", Judged::kUnknown},
      {"$To bob", Judged::kUnknown},
      // sizes
      {of_size("$Supports ", 512), Judged::kParsed},
      {of_size("$Supports ", 600), Judged::kClose},
      {of_size("$Version ", 65), Judged::kClose},
      {of_size("$MyINFO $ALL me d$ $1\x01$$", 600), Judged::kClose},
      {of_size("$Search Hub:me F?T?0?1?", 256), Judged::kParsed},
      {of_size("$Search Hub:me F?T?0?1?", 300), Judged::kClose},
      {of_size("$MyHubURL ", 200), Judged::kClose},
      {of_size("$BotINFO ", 300), Judged::kClose},
      {of_size("$ExtJSON me {", 1025), Judged::kClose},
      // ExtJSON
      {"$ExtJSON", Judged::kIgnore},
      {"$ExtJSON me", Judged::kIgnore},
      {"$ExtJSON  {}", Judged::kIgnore},
      {"$ExtJSON me {", Judged::kIgnore},
      {"$ExtJSON me {\n}", Judged::kIgnore},
      {"$ExtJSON me {}", Judged::kParsed},
      // MyINFO
      {"$MyINFO $ALL me", Judged::kClose},
      {"$MyINFO", Judged::kClose},
      {"$MyINFO $ALL me d$ $1\x01$$123", Judged::kParsed},
      {"$MyINFO $ALL me d$ $1\x01$$-5$", Judged::kParsed},
      {"$MyINFO $ALL me d$ $1\x01$$abc$", Judged::kParsed},
      {"$MyINFO $ALL me d$ $1\x01$$99999999999999999999$", Judged::kParsed},
      {"$MyINFO $ALL me a$b$ $1\x01$$0$", Judged::kClose},
      {"$MyINFO $ALL me <++ V:1>$ $1\x01$$0$", Judged::kParsed},  // tag without H or S
      // chat
      {"<other> hi", Judged::kParsed},  // the server knows who may say so
      {"<> hi", Judged::kClose},
      {"<me>hi", Judged::kClose},
      {"<me", Judged::kClose},
      {"<", Judged::kClose},
      {"<me>", Judged::kIgnore},
      {"<me> ", Judged::kParsed},
      // private messages
      {"$To: x hello", Judged::kClose},
      {"$To: ", Judged::kClose},
      {"$To:", Judged::kClose},
      {"$To: x From: me hello", Judged::kClose},
      {"$To: x From: me $<me>hello", Judged::kClose},
      {"$To:  From: me $<me> hello", Judged::kClose},
      {"$To: x From:  $<me> hello", Judged::kClose},
      {"$To: x From: me $<> hello", Judged::kClose},
      {"$MCTo: x hello", Judged::kClose},
      {"$MCTo:", Judged::kClose},
      {"$MCTo:  $me hello", Judged::kClose},
      // searches
      {"$Search", Judged::kClose},
      {"$Search Hub:me", Judged::kClose},
      {"$Search Hub:me hello", Judged::kClose},
      {"$Search Hub:me F?T?0?1", Judged::kClose},
      {"$Search Hub:me X?T?0?1?abcd", Judged::kClose},
      {"$Search Hub: F?T?0?1?abcd", Judged::kClose},
      {"$Search 1.2.3.4 F?T?0?1?abcd", Judged::kClose},
      {"$Search :412 F?T?0?1?abcd", Judged::kClose},
      {"$Search 1.2.3.4: F?T?0?1?abcd", Judged::kClose},
      {"$Search 1.2.3.4:0 F?T?0?1?abcd", Judged::kIgnore},
      {"$Search 1.2.3.4:99999 F?T?0?1?abcd", Judged::kIgnore},
      {"$Search 1.2.3.4:99999999999999999999 F?T?0?1?abcd", Judged::kIgnore},
      {"$Search 1.2.3.4:4x F?T?0?1?abcd", Judged::kIgnore},
      {"$Search Hub:me F?T?0?0?abcd", Judged::kIgnore},
      {"$Search Hub:me F?T?0?x?abcd", Judged::kIgnore},
      {"$Search Hub:me F?T?0?1?", Judged::kIgnore},
      {"$Search Hub:me F?T?0?9?TTH:SHORT", Judged::kIgnore},
      {"$Search Hub:me F?T?0?9?ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFG", Judged::kIgnore},
      {"$Search Hub:me F?T?0?9?TTH:ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEF1", Judged::kIgnore},
      {"$Search Hub:me F?T?-3?1?abcd", Judged::kParsed},
      {"$SA SHORT 1.2.3.4:412", Judged::kIgnore},
      {"$SA SHORT", Judged::kClose},
      {"$SP SHORT me", Judged::kIgnore},
      {"$SP", Judged::kClose},
      // results
      {"$SR me foo", Judged::kIgnore},
      {"$SR", Judged::kIgnore},
      {"$SR me" + five + "a" + five + "b", Judged::kIgnore},
      {"$SR me path" + five + "you", Judged::kIgnore},
      {"$SR me path" + five + "1/1" + five, Judged::kIgnore},
      {of_size("$SR me path", 3000), Judged::kIgnore},
      // connections
      {"$ConnectToMe", Judged::kClose},
      {"$ConnectToMe you", Judged::kClose},
      {"$ConnectToMe you 1.2.3.4", Judged::kClose},
      {"$ConnectToMe you 1.2.3.4:", Judged::kClose},
      {"$ConnectToMe you :50", Judged::kClose},
      {"$ConnectToMe you 1.2.3.4:0", Judged::kIgnore},
      {"$ConnectToMe you 1.2.3.4:99999", Judged::kIgnore},
      {"$ConnectToMe you 1.2.3.4:S", Judged::kIgnore},
      {"$ConnectToMe you 1.2.3.4:50X", Judged::kIgnore},
      {of_size("$ConnectToMe you 1.2.3.4:50", 300), Judged::kClose},
      {"$RevConnectToMe me", Judged::kClose},
      {"$RevConnectToMe me ", Judged::kClose},
      {"$GetINFO you", Judged::kClose},
      {"$GetINFO", Judged::kClose},
      // operators' commands from whoever: parsed, the server knows the rights
      {"$Kick", Judged::kParsed},
      {"$OpForceMove", Judged::kIgnore},
      {"$OpForceMove $Who:x$Msg:y", Judged::kIgnore},
      {"$OpForceMove $Who:$Where:a$Msg:b", Judged::kIgnore},
      {"$UserIP x", Judged::kParsed},
      {"$Ban x", Judged::kParsed},
      {"$WhoIP x", Judged::kParsed},
      {"$SetTopic x", Judged::kParsed},
      // the hub taken for a peer
      {"$MyNick x", Judged::kParsed},
      {"$Lock x Pk=y", Judged::kParsed},
  };
  for (const Case& c : cases) EXPECT_EQ(judge(c.frame), c.judged) << c.frame.substr(0, 80);
}

TEST(BadInput, TooManyNicksInUserIp) {
  std::string frame = "$UserIP ";
  for (int i = 0; i < 101; ++i) frame += "a$$";
  EXPECT_EQ(judge(frame), Judged::kClose);
}

TEST(BadInput, Nicks) {
  for (const std::string& nick :
       {std::string(), std::string("a b"), std::string("a$b"), std::string("<b>"), std::string("a\nb"),
        std::string(65, 'x'), std::string(200, 'x'), std::string("a\x01"), std::string("a\x05"),
        std::string("a\x7f"), std::string("a\tb"), std::string("[OP]x")}) {
    const std::string frame = "$ValidateNick " + nick;
    const Message message = parse(frame);
    ASSERT_TRUE(std::holds_alternative<ValidateNick>(message));
    EXPECT_TRUE(check_nick(std::get<ValidateNick>(message).nick, {}, false)) << nick;
  }
}

TEST(BadInput, Streams) {
  struct Case {
    std::string bytes;
    FrameFault fault;
    std::size_t frames;  // delivered before the fault
  };
  using namespace std::string_literals;
  const Case cases[] = {
      {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", FrameFault::kNotNmdc, 0},
      {"\x16\x03\x01\x02\x00\x01"s, FrameFault::kNotNmdc, 0},
      {"hello|", FrameFault::kNotNmdc, 0},
      {"|||||||", FrameFault::kNone, 7},
      {"$Ke\0y x|"s, FrameFault::kNulInside, 0},
      {"$Key x\0|"s, FrameFault::kNone, 1},
      {of_size("$", 10240), FrameFault::kNone, 0},
      {of_size("$", 11000), FrameFault::kLineTooLong, 0},
      {"$Key x|" + of_size("$", 20000) + "|", FrameFault::kLineTooLong, 1},
      {"<me> hi|$MyINFO $ALL op d$ $1\x01$$0$|", FrameFault::kNone, 2},
      {"$MyNick x|$Lock y Pk=z|", FrameFault::kNone, 2},
  };
  for (const Case& c : cases) {
    Framer framer;
    framer.feed(c.bytes);
    std::size_t frames = 0;
    while (framer.next()) ++frames;
    EXPECT_EQ(framer.fault(), c.fault) << c.bytes.substr(0, 40);
    EXPECT_EQ(frames, c.frames) << c.bytes.substr(0, 40);
  }
}

}  // namespace
}  // namespace vhpy::nmdc
