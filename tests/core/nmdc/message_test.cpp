// Shows that every well-formed command becomes its type with the right fields; ill-formed ones are in
// bad_input_test.cpp.
#include "core/nmdc/message.h"

#include <gtest/gtest.h>

#include "core/nmdc/limits.h"

namespace vhpy::nmdc {
namespace {

template <class Type>
Type parse_as(std::string_view frame) {
  Message message = parse(frame);
  if (const auto* bad = std::get_if<Malformed>(&message)) ADD_FAILURE() << frame << ": " << bad->detail;
  EXPECT_TRUE(std::holds_alternative<Type>(message)) << frame;
  return std::holds_alternative<Type>(message) ? std::get<Type>(message) : Type{};
}

using Views = std::vector<std::string_view>;
constexpr std::string_view kTth = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567ABCDEFG";

TEST(Parse, Login) {
  parse_as<KeepAlive>("");
  EXPECT_EQ(parse_as<Supports>("$Supports NoHello  NoGetINFO ").features, (Views{"NoHello", "NoGetINFO"}));
  EXPECT_TRUE(parse_as<Supports>("$Supports").features.empty());
  EXPECT_EQ(parse_as<Key>("$Key \x14\xd1 x").key, "\x14\xd1 x");
  EXPECT_EQ(parse_as<Key>("$Key").key, "");
  EXPECT_EQ(parse_as<ValidateNick>("$ValidateNick a b$c").nick, "a b$c");
  EXPECT_EQ(parse_as<ValidateNick>("$ValidateNick ").nick, "");
  EXPECT_EQ(parse_as<MyPass>("$MyPass op+p$ss word").password, "op+p$ss word");
  EXPECT_EQ(parse_as<MyPass>("$MyPass").password, "");
  EXPECT_EQ(parse_as<Version>("$Version 1,0091").version, "1,0091");
  parse_as<GetNickList>("$GetNickList");
  EXPECT_EQ(parse_as<MyInfo>("$MyINFO $ALL me d$ $1\x01$$7$").share, 7u);
  EXPECT_EQ(parse_as<BotInfo>("$BotINFO pinger").text, "pinger");
  EXPECT_EQ(parse_as<MyHubUrl>("$MyHubURL dchub://x:1").url, "dchub://x:1");
  EXPECT_EQ(parse_as<ExtJson>("$ExtJSON me {\"a\": 1}").nick, "me");
  EXPECT_EQ(parse_as<ExtJson>("$ExtJSON me {\"a\": 1}").json, "{\"a\": 1}");
}

TEST(Parse, ManyFeaturesAreCut) {
  std::string frame = "$Supports";
  for (int i = 0; i < 200; ++i) frame += " a";
  EXPECT_EQ(parse_as<Supports>(frame).features.size(), kMaxSupportsFeatures);
}

TEST(Parse, Text) {
  const auto chat = parse_as<Chat>("<me> hi <you> $5\r\nthere");
  EXPECT_EQ(chat.nick, "me");
  EXPECT_EQ(chat.text, "hi <you> $5\r\nthere");
  EXPECT_EQ(parse_as<Chat>("<me> ").text, "");

  const auto pm = parse_as<PrivateMessage>("$To: bob From: me $<me> hi $<x> y");
  EXPECT_EQ(pm.to, "bob");
  EXPECT_EQ(pm.from, "me");
  EXPECT_EQ(pm.signed_by, "me");
  EXPECT_EQ(pm.text, "hi $<x> y");

  const auto mc = parse_as<McTo>("$MCTo: bob $me hi there");
  EXPECT_EQ(mc.to, "bob");
  EXPECT_EQ(mc.from, "me");
  EXPECT_EQ(mc.text, "hi there");
}

TEST(Parse, SearchActive) {
  const auto search = parse_as<Search>("$Search 10.0.0.1:412 T?F?1000?2?a$b?c");
  EXPECT_TRUE(search.active);
  EXPECT_EQ(search.ip, "10.0.0.1");
  EXPECT_EQ(search.port, 412);
  EXPECT_TRUE(search.size_limited);
  EXPECT_FALSE(search.size_is_max);
  EXPECT_EQ(search.size, 1000u);
  EXPECT_EQ(search.type, Search::kAudio);
  EXPECT_EQ(search.pattern, "a$b?c");
  EXPECT_EQ(search.query, "T?F?1000?2?a$b?c");
  EXPECT_EQ(parse_as<Search>("$Search [::1]:412 F?T?0?1?x").ip, "[::1]");
}

TEST(Parse, SearchPassiveByHash) {
  const std::string frame = "$Search Hub:me F?T?0?9?TTH:" + std::string(kTth);
  const auto search = parse_as<Search>(frame);
  EXPECT_FALSE(search.active);
  EXPECT_EQ(search.nick, "me");
  EXPECT_EQ(search.type, Search::kTth);
  EXPECT_EQ(search.pattern, kTth);
  EXPECT_FALSE(search.short_form);
}

TEST(Parse, ShortSearches) {
  const std::string active_frame = "$SA " + std::string(kTth) + " 10.0.0.1:412";
  const auto active = parse_as<Search>(active_frame);
  EXPECT_TRUE(active.active && active.short_form);
  EXPECT_EQ(active.port, 412);
  EXPECT_EQ(active.pattern, kTth);
  EXPECT_EQ(active.type, Search::kTth);
  const std::string passive_frame = "$SP " + std::string(kTth) + " me";
  const auto passive = parse_as<Search>(passive_frame);
  EXPECT_TRUE(!passive.active && passive.short_form);
  EXPECT_EQ(passive.nick, "me");
}

TEST(Parse, SearchResult) {
  const auto file = parse_as<SearchResult>(
      "$SR me a b\\c.txt\x05"
      "123 1/4\x05TTH:X (1.2.3.4:411)\x05you");
  EXPECT_EQ(file.from, "me");
  EXPECT_EQ(file.to, "you");
  EXPECT_EQ(file.frame,
            "$SR me a b\\c.txt\x05"
            "123 1/4\x05TTH:X (1.2.3.4:411)");
  EXPECT_EQ(parse_as<SearchResult>("$SR me dir 1/4\x05Hub (1.2.3.4)\x05you").frame,
            "$SR me dir 1/4\x05Hub (1.2.3.4)");
}

TEST(Parse, Connections) {
  struct Case {
    std::string_view frame, suffix, from;
  };
  for (const auto& [frame, suffix, from] :
       {Case{"$ConnectToMe you 1.2.3.4:50", "", ""}, Case{"$ConnectToMe you 1.2.3.4:50S", "S", ""},
        Case{"$ConnectToMe you 1.2.3.4:50N me", "N", "me"},
        Case{"$ConnectToMe you 1.2.3.4:50NS me", "NS", "me"}, Case{"$ConnectToMe you 1.2.3.4:50R", "R", ""},
        Case{"$ConnectToMe you 1.2.3.4:50RS", "RS", ""}}) {
    const auto request = parse_as<ConnectToMe>(frame);
    EXPECT_EQ(request.to, "you");
    EXPECT_EQ(request.ip, "1.2.3.4");
    EXPECT_EQ(request.port, 50);
    EXPECT_EQ(request.suffix, suffix);
    EXPECT_EQ(request.from, from);
  }
  const auto reverse = parse_as<RevConnectToMe>("$RevConnectToMe me you");
  EXPECT_EQ(reverse.from, "me");
  EXPECT_EQ(reverse.to, "you");
  const auto info = parse_as<GetInfo>("$GetINFO you me");
  EXPECT_EQ(info.other, "you");
  EXPECT_EQ(info.from, "me");
  EXPECT_EQ(parse_as<UserIp>("$UserIP a$$b").nicks, (Views{"a", "b"}));
  EXPECT_EQ(parse_as<UserIp>("$UserIP a$$$$b$$").nicks, (Views{"a", "b"}));
  EXPECT_TRUE(parse_as<UserIp>("$UserIP").nicks.empty());
}

TEST(Parse, Operators) {
  EXPECT_EQ(parse_as<Kick>("$Kick bob").nick, "bob");
  EXPECT_EQ(parse_as<Close>("$Close bob").nick, "bob");
  const auto move = parse_as<OpForceMove>("$OpForceMove $Who:bob$Where:x.org:411$Msg:why $5");
  EXPECT_EQ(move.nick, "bob");
  EXPECT_EQ(move.address, "x.org:411");
  EXPECT_EQ(move.reason, "why $5");
  parse_as<GetTopic>("$GetTopic");
  EXPECT_EQ(parse_as<SetTopic>("$SetTopic a b").topic, "a b");
  EXPECT_EQ(parse_as<SetTopic>("$SetTopic").topic, "");
  EXPECT_EQ(parse_as<OperatorCommand>("$Ban x").keyword, "$Ban");
  EXPECT_EQ(parse_as<OperatorCommand>("$WhoIP x").keyword, "$WhoIP");
}

TEST(Parse, Strangers) {
  EXPECT_EQ(parse_as<PeerHandshake>("$MyNick x").argument, "x");
  EXPECT_EQ(parse_as<PeerHandshake>("$Lock EXTENDED Pk=x").keyword, "$Lock");
  EXPECT_EQ(parse_as<Unknown>("$supports x").keyword, "$supports");   // keywords have a case
  EXPECT_EQ(parse_as<Unknown>("$MCTo bob $me hi").keyword, "$MCTo");  // without the colon nobody reads it
  EXPECT_EQ(parse_as<Unknown>("$").keyword, "$");
  EXPECT_EQ(parse_as<Unknown>("hello you").keyword, "hello");
}

}  // namespace
}  // namespace vhpy::nmdc
