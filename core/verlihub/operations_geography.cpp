// Operations: where addresses are, from the databases that Verlihub has found.
#include <fmt/format.h>

#include "core/verlihub/operations.h"
#include "core/verlihub/users.h"
#include "core/wire_text.h"

namespace vhpy::verlihub {

namespace {

using nVerliHub::nTables::cBanList;

Outcome check_address(const std::string& ip) {
  unsigned long number = 0;
  if (cBanList::Ip2Num(ip, number, false)) return Done{};
  return refuse(Refusal::kBadArgument, fmt::format("{} is no IPv4 address", ip.substr(0, 64)));
}

Error unknown(const std::string& ip) {
  return refuse(Refusal::kNotFound, fmt::format("nothing is known of {}, or the hub has no database for it", ip));
}

const char* continent_name(std::string_view code) {
  if (code == "AF") return "Africa";
  if (code == "AN") return "Antarctica";
  if (code == "AS") return "Asia";
  if (code == "EU") return "Europe";
  if (code == "NA") return "North America";
  if (code == "OC") return "Oceania";
  if (code == "SA") return "South America";
  return "";
}

}  // namespace

Utf8Text Operations::utf8(const std::string& text) const { return {from_wire(text, server_.mC.hub_encoding)}; }

Result<Hub::Text> Operations::user_country_code(const Text& nick) {
  const auto user = online(server_, nick);
  if (!user) return user.error();
  const std::string code = user.value()->mxConn->GetGeoCC();  // kept with the connection
  return code.empty() || code == "--" ? Result<Text>(unknown(user.value()->mxConn->AddrIP())) : code;
}

Result<Hub::Text> Operations::country_code(const Text& ip) {
  if (auto is = check_address(ip); !is) return is.error();
  std::string code;
  if (!server_.mMaxMindDB->GetCC(ip, code) || code.empty() || code == "--") return unknown(ip);
  return code;
}

Result<Utf8Text> Operations::country_name(const Text& ip) {
  if (auto is = check_address(ip); !is) return is.error();
  std::string name;
  if (!server_.mMaxMindDB->GetCN(ip, name) || name.empty() || name == "--") return unknown(ip);
  return utf8(name);
}

Result<Utf8Text> Operations::city(const Text& ip, const Text& db) {
  if (auto is = check_address(ip); !is) return is.error();
  std::string name;
  if (!server_.mMaxMindDB->GetCity(name, ip, db) || name.empty() || name == "--") return unknown(ip);
  return utf8(name);
}

Result<Utf8Text> Operations::autonomous_system(const Text& ip, const Text& db) {
  if (auto is = check_address(ip); !is) return is.error();
  std::string name;
  if (!server_.mMaxMindDB->GetASN(name, ip, db) || name.empty() || name == "--") return unknown(ip);
  return utf8(name);
}

Result<GeoRecord> Operations::geo_record(const Text& ip, const Text& db) {
  if (auto is = check_address(ip); !is) return is.error();
  std::string host, low, high, code, code3, country, region_code, region, zone, continent, city_name, postal;
  double latitude = 0, longitude = 0;
  unsigned short metro = 0, area = 0;
  if (!server_.mMaxMindDB->GetGeoIP(host, low, high, code, code3, country, region_code, region, zone, continent, city_name,
                                    postal, latitude, longitude, metro, area, ip, db)) {
    return unknown(ip);
  }
  const auto text = [&](const std::string& from) { return utf8(from).bytes; };
  GeoRecord record;
  record.host = text(host);
  record.range_low = text(low);
  record.range_high = text(high);
  record.country_code = text(code);
  record.country_code_xxx = text(code3);
  record.country = text(country);
  record.region_code = text(region_code);
  record.region = text(region);
  record.time_zone = text(zone);
  record.continent_code = text(continent);
  record.continent = continent_name(continent);
  record.city = text(city_name);
  record.postal_code = text(postal);
  record.latitude = latitude;
  record.longitude = longitude;
  record.metro_code = metro;
  record.area_code = area;
  return record;
}

}  // namespace vhpy::verlihub
