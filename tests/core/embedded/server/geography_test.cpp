// GetUserCC, GetIPCC and their like on the hub: which databases the settings and the data directory give it.
#include "tests/core/embedded/geoip/mmdb_writer.h"
#include "tests/core/embedded/server/hub_fixture.h"

namespace vhpy::embedded {
namespace {

using GeographyTest = HubTest;

TEST_F(GeographyTest, WithoutDatabase) {
  const auto alice = guest("alice", "81.2.69.160");
  EXPECT_EQ(hub().user_country_code("alice").error().code, Refusal::kUnavailable);
  EXPECT_EQ(hub().user_country_code("nobody").error().code, Refusal::kNoSuchUser);
  EXPECT_EQ(hub().user_country_code("OpChat").error().code, Refusal::kNoSuchUser);
  EXPECT_EQ(hub().country_code("127.0.0.1").value(), "L1");
  EXPECT_FALSE(hub().geo_record("81.2.69.160", "").ok());
}

TEST_F(GeographyTest, FromTheDataDirectory) {
  geoip::tests::small_city_database().write(dir.path() + "/GeoLite2-City.mmdb");
  const auto alice = guest("alice", "81.2.69.160");
  EXPECT_EQ(hub().user_country_code("ALICE").value(), "GB");
  EXPECT_EQ(hub().country_name("81.2.69.160").value().bytes, "United Kingdom");
  EXPECT_EQ(hub().city("81.2.69.160", "").value().bytes, "London");
  EXPECT_EQ(hub().geo_record("81.2.69.160", "").value().postal_code, "W1A");
}

TEST_F(GeographyTest, FromTheSettings) {
  geoip::tests::small_asn_database().write(dir.path() + "/nets.mmdb");
  EXPECT_FALSE(hub().autonomous_system("81.2.1.1", "").ok());
  set("geoip_asn_db", "nets.mmdb");
  EXPECT_EQ(hub().autonomous_system("81.2.1.1", "").value().bytes, "AS20712 Andrews & Arnold Ltd") << "at once";
  set("geoip_asn_db", "");
  EXPECT_EQ(hub().autonomous_system("81.2.1.1", dir.path() + "/nets.mmdb").value().bytes, "AS20712 Andrews & Arnold Ltd");
}

}  // namespace
}  // namespace vhpy::embedded
