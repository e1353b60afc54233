// Shows the exact bytes of every frame the hub sends, and that no text can end a frame early or empty a list
// item.
#include "core/nmdc/format.h"

#include <gtest/gtest.h>

#include <array>

namespace vhpy::nmdc::format {
namespace {

using Strings = std::vector<std::string>;

TEST(Format, Login) {
  EXPECT_EQ(lock("EXTENDEDPROTOCOL_x", "vhpy 0.1"), "$Lock EXTENDEDPROTOCOL_x Pk=vhpy 0.1|");
  EXPECT_EQ(lock("EXTENDEDPROTOCOL_x", ""),
            "$Lock EXTENDEDPROTOCOL_x Pk=hub|");  // a character after Pk= is a must
  const std::array<std::string_view, 2> features{"NoHello", "UserIP2"};
  EXPECT_EQ(supports(features), "$Supports NoHello UserIP2 |");
  EXPECT_EQ(hub_name("Hub", ""), "$HubName Hub|");
  EXPECT_EQ(hub_name("Hub", "Weekly $ topic"), "$HubName Hub - Weekly $ topic|");
  EXPECT_EQ(hub_topic("t"), "$HubTopic t|");
  EXPECT_EQ(hello("n"), "$Hello n|");
  EXPECT_EQ(logged_in("n"), "$LogedIn n|");
  EXPECT_EQ(get_pass(), "$GetPass|");
  EXPECT_EQ(bad_pass(), "$BadPass|");
  EXPECT_EQ(validate_denide("n"), "$ValidateDenide n|");
  EXPECT_EQ(bad_nick("Min 3"), "$BadNick Min 3|");
  EXPECT_EQ(hub_is_full(), "$HubIsFull|");
  EXPECT_EQ(force_move("x.org:411"), "$ForceMove x.org:411|");
  EXPECT_EQ(get_hub_url(), "$GetHubURL|");
  EXPECT_EQ(error_ctm_to_hub(), "$Error CTM2HUB|");
  EXPECT_EQ(ping(), "|");
}

TEST(Format, Lists) {
  EXPECT_EQ(nick_list(Strings{"a", "b"}), "$NickList a$$b$$|");
  EXPECT_EQ(op_list(Strings{}), "$OpList |");
  EXPECT_EQ(op_list(Strings{"a", "", "b"}), "$OpList a$$b$$|");
  EXPECT_EQ(bot_list(Strings{""}), "$BotList |");
  EXPECT_EQ(user_ip("a", "1.2.3.4"), "$UserIP a 1.2.3.4$$|");
  const std::vector<std::pair<std::string, std::string>> ips{{"a", "1.2.3.4"}, {"", "x"}, {"b", "5.6.7.8"}};
  EXPECT_EQ(user_ips(ips), "$UserIP a 1.2.3.4$$b 5.6.7.8$$|");
  EXPECT_EQ(quit("n"), "$Quit n|");
  EXPECT_EQ(ext_json("n", "{}"), "$ExtJSON n {}|");
  EXPECT_EQ(ext_json("n", "{|}"), "$ExtJSON n {&#124;}|");
}

TEST(Format, Text) {
  EXPECT_EQ(chat("n", "hi $5"), "<n> hi $5|");
  EXPECT_EQ(action("n", "waves"), "** n waves|");
  EXPECT_EQ(private_message("to", "room", "who", "hi"), "$To: to From: room $<who> hi|");
  EXPECT_EQ(mc_to("to", "me", "hi"), "$MCTo: to $me hi|");
}

TEST(Format, NoTextEndsAFrameEarly) {
  EXPECT_EQ(chat("n", "a|$Kick x|"), "<n> a&#124;$Kick x&#124;|");
  EXPECT_EQ(op_list(Strings{"a|b"}), "$OpList a&#124;b$$|");
  EXPECT_EQ(hub_name("a|b", "c|d"), "$HubName a&#124;b - c&#124;d|");
  EXPECT_EQ(force_move("a|"), "$ForceMove a&#124;|");
}

TEST(Format, Relayed) {
  EXPECT_EQ(search_active("1.2.3.4", 412, "F?T?0?1?a$b"), "$Search 1.2.3.4:412 F?T?0?1?a$b|");
  EXPECT_EQ(search_passive("n", "F?T?0?1?a$b"), "$Search Hub:n F?T?0?1?a$b|");
  EXPECT_EQ(search_tth_active("T", "1.2.3.4", 412), "$SA T 1.2.3.4:412|");
  EXPECT_EQ(search_tth_passive("T", "n"), "$SP T n|");
  EXPECT_EQ(query_for_tth("T"), "F?T?0?9?TTH:T");
  EXPECT_EQ(rev_connect_to_me("a", "b"), "$RevConnectToMe a b|");
  const std::string_view sr =
      "$SR me p\x05"
      "1 1/1\x05H (h)\x05you";
  EXPECT_EQ(search_result(std::get<SearchResult>(parse(sr))),
            "$SR me p\x05"
            "1 1/1\x05H (h)|");
  const auto relay = [](std::string_view frame) {
    return connect_to_me(std::get<ConnectToMe>(parse(frame)), "9.9.9.9");
  };
  EXPECT_EQ(relay("$ConnectToMe you 1.2.3.4:50S"), "$ConnectToMe you 9.9.9.9:50S|");
  EXPECT_EQ(relay("$ConnectToMe you 1.2.3.4:50NS me"), "$ConnectToMe you 9.9.9.9:50NS me|");
}

TEST(Format, UserCommand) {
  EXPECT_EQ(user_command(255, 15), "$UserCommand 255 15 |");
  EXPECT_EQ(user_command(0, 3), "$UserCommand 0 3 |");
  EXPECT_EQ(user_command(1, 3, "Hub\\Help", "<%[mynick]> +help|"),
            "$UserCommand 1 3 Hub\\Help$<%[mynick]> +help&#124;|");
}

TEST(Format, HubInfo) {
  HubInfo info;
  info.name = "a$b";
  info.host = "h:411";
  info.description = "d";
  info.software = "vhpy";
  info.owner = "o";
  info.category = "c";
  info.encoding = "utf-8";
  info.max_users = 10;
  info.min_slots = 1;
  EXPECT_EQ(hub_info(info), "$HubINFO a&#36;b$h:411$d$10$0$1$0$vhpy$o$c$utf-8|");
}

}  // namespace
}  // namespace vhpy::nmdc::format
