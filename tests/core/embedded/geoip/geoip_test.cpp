// Shows what is said of addresses, with the small databases of mmdb_writer.h and without. No threads, a clock of its own.
#include "core/embedded/geoip/geoip.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
#include <filesystem>

#include "tests/core/embedded/geoip/mmdb_writer.h"

namespace vhpy::embedded::geoip {
namespace {

using namespace tests;

class GeoIpTest : public ::testing::Test {
 protected:
  static std::string new_directory() {
    std::string pattern = (std::filesystem::temp_directory_path() / "vhpy-geoip-XXXXXX").string();
    return mkdtemp(pattern.data()) == nullptr ? std::string("/nowhere") : pattern;
  }
  ~GeoIpTest() override { std::filesystem::remove_all(dir); }

  std::string file(const std::string& name) const { return dir + "/" + name; }
  void put_databases() const {
    small_city_database().write(file("GeoLite2-City.mmdb"));
    small_asn_database().write(file("GeoLite2-ASN.mmdb"));
  }
  template <class T>
  static Refusal why(const Result<T>& result) {
    return result.error().code;
  }

  const std::string dir = new_directory();
  GeoIp::Paths paths;
  std::int64_t wall = 1'800'000'000;
  std::vector<std::string> warnings;
  GeoIp geo{{dir, [this] { return paths; }, [this] { return wall; }, [this](const std::string& line) { warnings.push_back(line); }}};
};

TEST_F(GeoIpTest, LocalAndPrivateAddressesNeedNoDatabase) {
  for (const char* ip : {"127.0.0.1", "127.255.0.1", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_EQ(geo.country_code(ip).value(), "L1") << ip;
    EXPECT_EQ(geo.country_name(ip).value(), "Local Network") << ip;
    EXPECT_EQ(geo.city(ip, "").value(), "Local Network") << ip;
    EXPECT_EQ(geo.autonomous_system(ip, "").value(), "Local Network") << ip;
  }
  for (const char* ip : {"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.3.4", "fd00::1", "fe80::1"}) {
    EXPECT_EQ(geo.country_code(ip).value(), "P1") << ip;
    EXPECT_EQ(geo.autonomous_system(ip, "").value(), "Private Network") << ip;
  }
  const GeoRecord record = geo.record("172.20.1.2", "").value();
  EXPECT_EQ(record.country_code, "P1");
  EXPECT_EQ(record.city, "Private Network");
  EXPECT_EQ(record.range_low, "172.16.0.0");
  EXPECT_EQ(record.range_high, "172.31.255.255");
  EXPECT_EQ(geo.record("127.0.0.9", "").value().range_high, "127.255.255.255");
  EXPECT_EQ(geo.record("192.168.7.7", "").value().range_low, "192.168.0.0");
}

TEST_F(GeoIpTest, NeighboursOfPrivateNetworksAreNotPrivate) {
  for (const char* ip : {"11.0.0.1", "172.15.255.255", "172.32.0.0", "192.169.0.1", "126.0.0.1", "2001:db8::1", "::2"}) {
    EXPECT_EQ(why(geo.country_code(ip)), Refusal::kUnavailable) << ip;
  }
}

TEST_F(GeoIpTest, WithoutDatabaseNothingIsKnown) {
  EXPECT_EQ(why(geo.country_code("81.2.69.160")), Refusal::kUnavailable);
  EXPECT_EQ(why(geo.city("81.2.69.160", "")), Refusal::kUnavailable);
  EXPECT_EQ(why(geo.autonomous_system("81.2.69.160", "")), Refusal::kUnavailable);
  const auto record = geo.record("81.2.69.160", "");
  EXPECT_EQ(record.error().detail, file("GeoLite2-City.mmdb") + ": No such file or directory");
}

TEST_F(GeoIpTest, WhatIsNoAddressIsRefused) {
  for (const std::string& ip : {std::string(), std::string("1.2.3"), std::string("a.b.c.d"), std::string("1.2.3.4 "),
                                std::string(100'000, '1')}) {
    EXPECT_EQ(why(geo.country_code(ip)), Refusal::kBadArgument);
    EXPECT_EQ(why(geo.record(ip, "")), Refusal::kBadArgument);
  }
}

TEST_F(GeoIpTest, AnswersFromTheUsualFiles) {
  put_databases();
  EXPECT_EQ(geo.country_code("81.2.69.160").value(), "GB");
  EXPECT_EQ(geo.country_name("81.2.69.160").value(), "United Kingdom");
  EXPECT_EQ(geo.country_code("2001:db8::1").value(), "SE") << "the country of registration stands in";
  EXPECT_EQ(geo.city("81.2.69.160", "").value(), "London");
  EXPECT_EQ(why(geo.city("2001:db8::1", "")), Refusal::kNotFound);
  EXPECT_EQ(why(geo.country_code("81.2.70.1")), Refusal::kNotFound);
  EXPECT_EQ(geo.autonomous_system("81.2.1.1", "").value(), "AS20712 Andrews & Arnold Ltd");
  EXPECT_EQ(geo.autonomous_system("198.51.100.7", "").value(), "AS7");
  EXPECT_EQ(why(geo.autonomous_system("2001:db8::1", "")), Refusal::kNotFound) << "a database of IPv4 only";
}

TEST_F(GeoIpTest, TheWholeRecord) {
  put_databases();
  const GeoRecord record = geo.record("81.2.69.160", "").value();
  EXPECT_EQ(record.host, "81.2.69.160");
  EXPECT_EQ(record.range_low, "81.2.69.0");
  EXPECT_EQ(record.range_high, "81.2.69.255");
  EXPECT_EQ(record.country_code, "GB");
  EXPECT_EQ(record.country, "United Kingdom");
  EXPECT_EQ(record.region_code, "ENG");
  EXPECT_EQ(record.region, "England");
  EXPECT_EQ(record.time_zone, "Europe/London");
  EXPECT_EQ(record.continent_code, "EU");
  EXPECT_EQ(record.continent, "Europe");
  EXPECT_EQ(record.city, "London");
  EXPECT_EQ(record.postal_code, "W1A");
  EXPECT_EQ(record.latitude, 51.5);
  EXPECT_EQ(record.longitude, -0.125);
  EXPECT_EQ(record.metro_code, 807);
  const GeoRecord ipv6 = geo.record("2001:db8:1::1", "").value();
  EXPECT_EQ(ipv6.range_low, "2001:db8::");
  EXPECT_EQ(ipv6.range_high, "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff");
  EXPECT_EQ(ipv6.city, "");
}

TEST_F(GeoIpTest, ADatabaseByName) {
  small_city_database().write(file("other.mmdb"));
  EXPECT_EQ(geo.city("81.2.69.160", "other.mmdb").value(), "London");
  EXPECT_EQ(geo.city("81.2.69.160", file("other.mmdb")).value(), "London");
  EXPECT_EQ(geo.open_count(), 1U) << "one file, opened once";
  paths.city = "other.mmdb";
  EXPECT_EQ(geo.city("81.2.69.160", "").value(), "London");
  for (const char* name : {"../other.mmdb", "a/b.mmdb", ".."}) {
    EXPECT_FALSE(geo.city("81.2.69.160", name).ok()) << name;
  }
  EXPECT_EQ(why(geo.city("81.2.69.160", "../x")), Refusal::kBadArgument);
  EXPECT_EQ(why(geo.city("81.2.69.160", std::string(5'000, 'x'))), Refusal::kBadArgument);
}

TEST_F(GeoIpTest, FilesThatAreNoDatabase) {
  std::ofstream(file("text.mmdb")) << std::string(100'000, 'x');
  std::ofstream(file("empty.mmdb")) << "";
  ASSERT_EQ(mkfifo(file("pipe.mmdb").c_str(), 0600), 0);
  for (const char* name : {"text.mmdb", "empty.mmdb", "pipe.mmdb", "missing.mmdb", "."}) {
    const auto city = geo.city("81.2.69.160", name);
    ASSERT_FALSE(city.ok()) << name;
    EXPECT_EQ(city.error().code, Refusal::kUnavailable) << name;
    EXPECT_TRUE(city.error().detail.starts_with(file(name) + ": ")) << city.error().detail;
  }
}

TEST_F(GeoIpTest, AMissingFileIsLookedForAgainAfterAMinute) {
  EXPECT_FALSE(geo.country_code("81.2.69.160").ok());
  put_databases();
  EXPECT_FALSE(geo.country_code("81.2.69.160").ok()) << "not at every call";
  wall += GeoIp::kRetrySeconds;
  EXPECT_EQ(geo.country_code("81.2.69.160").value(), "GB");
}

TEST_F(GeoIpTest, NoMoreThanSixteenStayOpen) {
  for (int i = 0; i < 40; ++i) {
    const std::string name = "db" + std::to_string(i) + ".mmdb";
    small_city_database().write(file(name));
    EXPECT_EQ(geo.city("81.2.69.160", name).value(), "London");
  }
  EXPECT_EQ(geo.open_count(), GeoIp::kMaxOpen);
}

// Every byte changed once: an answer, or a refusal, but never a crash.
TEST_F(GeoIpTest, AFileThatIsNoDatabaseIsToldOnce) {
  EXPECT_FALSE(geo.city("81.2.69.160", ""));
  EXPECT_EQ(warnings, std::vector<std::string>{}) << "no database is nothing to tell";
  std::ofstream(file("GeoLite2-City.mmdb")) << "not a database";
  for (int minute = 0; minute < 3; ++minute) {
    wall += GeoIp::kRetrySeconds;
    EXPECT_FALSE(geo.city("81.2.69.160", ""));
    EXPECT_FALSE(geo.record("81.2.69.160", ""));
  }
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_NE(warnings[0].find("GeoLite2-City.mmdb: "), std::string::npos) << warnings[0];
  put_databases();
  wall += GeoIp::kRetrySeconds;
  EXPECT_TRUE(geo.city("81.2.69.160", ""));
  EXPECT_EQ(warnings.size(), 1U);
}

TEST_F(GeoIpTest, DamagedDatabases) {
  const std::string whole = small_city_database().bytes();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] = static_cast<char>(damaged[i] ^ 0xFF);
    std::ofstream(file("d.mmdb"), std::ios::binary | std::ios::trunc) << damaged;
    const auto opened = Database::open(file("d.mmdb"));
    if (!opened) continue;
    const auto entry = opened.value()->find(*Address::parse("81.2.69.160"));
    if (!entry) continue;
    EXPECT_LE(entry.value().text({"city", "names", "en"}).size(), 512U);
  }
}

}  // namespace
}  // namespace vhpy::embedded::geoip
