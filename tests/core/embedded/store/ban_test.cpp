// Shows how addresses, ranges and host names are read, by tables.
#include "core/embedded/store/ban.h"

#include <gtest/gtest.h>

namespace vhpy::embedded::store {
namespace {

TEST(Ipv4, Addresses) {
  EXPECT_EQ(parse_ipv4("0.0.0.0"), 0u);
  EXPECT_EQ(parse_ipv4("1.2.3.4"), 0x01020304u);
  EXPECT_EQ(parse_ipv4("255.255.255.255"), 0xFFFFFFFFu);
  for (const char* bad : {"", "1", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.-4", "1.2.3.04", "1.2.3.4 ",
                          " 1.2.3.4", "1..3.4", "1.2.3.", "a.b.c.d", "::1", "0x1.2.3.4"}) {
    EXPECT_EQ(parse_ipv4(bad), std::nullopt) << bad;
  }
  for (const std::uint32_t address : {0u, 1u, 0x7F000001u, 0xC0A80101u, 0xFFFFFFFFu}) {
    EXPECT_EQ(parse_ipv4(format_ipv4(address)), address);
  }
}

TEST(Ipv4, Ranges) {
  using Range = std::pair<std::uint32_t, std::uint32_t>;
  EXPECT_EQ(parse_ipv4_range("1.2.3.4-1.2.3.9"), Range(0x01020304, 0x01020309));
  EXPECT_EQ(parse_ipv4_range("1.2.3.4..1.2.3.4"), Range(0x01020304, 0x01020304));
  EXPECT_EQ(parse_ipv4_range("10.1.2.3/8"), Range(0x0A000000, 0x0AFFFFFF));
  EXPECT_EQ(parse_ipv4_range("10.1.2.3/32"), Range(0x0A010203, 0x0A010203));
  EXPECT_EQ(parse_ipv4_range("10.1.2.3/0"), Range(0, 0xFFFFFFFF));
  for (const char* bad :
       {"", "1.2.3.4", "1.2.3.9-1.2.3.4", "1.2.3.4/33", "1.2.3.4/-1", "1.2.3.4/", "/8", "a-b", "-"}) {
    EXPECT_EQ(parse_ipv4_range(bad), std::nullopt) << bad;
  }
}

TEST(HostPart, Labels) {
  const std::string host = "dsl-1.Www.Example.ORG";
  EXPECT_EQ(host_part(host, kBanHost1), ".org");
  EXPECT_EQ(host_part(host, kBanHost2), ".example.org");
  EXPECT_EQ(host_part(host, kBanHost3), ".www.example.org");
  EXPECT_EQ(host_part(host, kBanHostReverse1), "dsl-1");
  EXPECT_EQ(host_part("localhost", kBanHost1), ".localhost");
  EXPECT_EQ(host_part("localhost", kBanHost2), std::nullopt);
  EXPECT_EQ(host_part("a.b", kBanHost2), ".a.b");
  EXPECT_EQ(host_part("", kBanHost1), std::nullopt);
  EXPECT_EQ(host_part(".", kBanHost1), std::nullopt);
  EXPECT_EQ(host_part(host, kBanNick), std::nullopt);
}

TEST(HostPart, OfAPartIsThePart) {
  for (const BanType type : {kBanHost1, kBanHost2, kBanHost3, kBanHostReverse1}) {
    const std::string part = *host_part("a.b.c.d", type);
    EXPECT_EQ(host_part(part, type), part);
  }
}

}  // namespace
}  // namespace vhpy::embedded::store
