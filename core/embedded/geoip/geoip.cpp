#include "core/embedded/geoip/geoip.h"

#include <unistd.h>

#include <algorithm>
#include <utility>

namespace vhpy::embedded::geoip {
namespace {

constexpr const char* kLocal = "Local Network";
constexpr const char* kPrivate = "Private Network";
constexpr const char* kLocalCode = "L1";
constexpr const char* kPrivateCode = "P1";

// What local and private networks are called; null: the address may be in a database.
const char* name_without_database(const Address& address) {
  return address.is_local() ? kLocal : address.is_private() ? kPrivate : nullptr;
}

// The network that an address without a database is said to be in.
int prefix_without_database(const Address& address) {
  if (!address.is_ipv4()) return address.is_local() ? 128 : 7;
  if (address.is_local() || address.first_of(8) == "10.0.0.0") return 8;
  return address.first_of(12) == "172.16.0.0" ? 12 : 16;
}

Error no_address(const std::string& ip) {
  return refuse(Refusal::kBadArgument, "'" + ip.substr(0, 64) + "' is no IP address");
}

Result<std::string> text_or_unknown(std::string text, const std::string& ip) {
  if (text.empty()) return refuse(Refusal::kNotFound, "not known of " + ip);
  return text;
}

std::string country_of(const Entry& entry, bool code) {
  for (const char* const which : {"country", "registered_country"}) {
    std::string text = code ? entry.text({which, "iso_code"}) : entry.text({which, "names", "en"});
    if (!text.empty()) return text;
  }
  return {};
}

GeoRecord record_of(const Entry& entry) {
  GeoRecord record;
  record.country_code = country_of(entry, true);
  record.country = country_of(entry, false);
  record.region_code = entry.text({"subdivisions", "0", "iso_code"});
  record.region = entry.text({"subdivisions", "0", "names", "en"});
  record.time_zone = entry.text({"location", "time_zone"});
  record.continent_code = entry.text({"continent", "code"});
  record.continent = entry.text({"continent", "names", "en"});
  record.city = entry.text({"city", "names", "en"});
  record.postal_code = entry.text({"postal", "code"});
  record.latitude = entry.real({"location", "latitude"});
  record.longitude = entry.real({"location", "longitude"});
  record.metro_code = entry.integer({"location", "metro_code"});
  return record;
}

}  // namespace

Result<std::string> GeoIp::country(const std::string& ip, bool code) {
  const auto address = Address::parse(ip);
  if (!address) return no_address(ip);
  if (const char* const name = name_without_database(*address)) {
    return std::string(!code ? name : address->is_local() ? kLocalCode : kPrivateCode);
  }
  auto file = database({}, Own::kCountry);
  if (!file) file = database({}, Own::kCity);
  if (!file) return file.error();
  const auto entry = file.value()->find(*address);
  if (!entry) return entry.error();
  return text_or_unknown(country_of(entry.value(), code), ip);
}

Result<std::string> GeoIp::city(const std::string& ip, const std::string& db) {
  const auto address = Address::parse(ip);
  if (!address) return no_address(ip);
  if (const char* const name = name_without_database(*address)) return std::string(name);
  const auto file = database(db, Own::kCity);
  if (!file) return file.error();
  const auto entry = file.value()->find(*address);
  if (!entry) return entry.error();
  return text_or_unknown(entry.value().text({"city", "names", "en"}), ip);
}

Result<std::string> GeoIp::autonomous_system(const std::string& ip, const std::string& db) {
  const auto address = Address::parse(ip);
  if (!address) return no_address(ip);
  if (const char* const name = name_without_database(*address)) return std::string(name);
  const auto file = database(db, Own::kAsn);
  if (!file) return file.error();
  const auto entry = file.value()->find(*address);
  if (!entry) return entry.error();
  const std::int64_t number = entry.value().integer({"autonomous_system_number"});
  if (number == 0) return refuse(Refusal::kNotFound, "not known of " + ip);
  const std::string name = entry.value().text({"autonomous_system_organization"});
  return "AS" + std::to_string(number) + (name.empty() ? "" : " " + name);
}

Result<GeoRecord> GeoIp::record(const std::string& ip, const std::string& db) {
  const auto address = Address::parse(ip);
  if (!address) return no_address(ip);
  GeoRecord record;
  int prefix = 0;
  if (const char* const name = name_without_database(*address)) {
    prefix = prefix_without_database(*address);
    record.country_code = address->is_local() ? kLocalCode : kPrivateCode;
    record.country = record.city = name;
  } else {
    const auto file = database(db, Own::kCity);
    if (!file) return file.error();
    const auto entry = file.value()->find(*address);
    if (!entry) return entry.error();
    record = record_of(entry.value());
    prefix = entry.value().prefix();
  }
  record.host = ip;
  record.range_low = address->first_of(prefix);
  record.range_high = address->last_of(prefix);
  return record;
}

Result<std::string> GeoIp::path_of(const std::string& db, Own own) const {
  std::string name = db;
  if (name.empty()) {
    Paths paths = sources_.paths();
    name = own == Own::kCity ? std::move(paths.city) : own == Own::kCountry ? std::move(paths.country) : std::move(paths.asn);
  }
  if (name.empty()) {
    name = own == Own::kCity      ? "GeoLite2-City.mmdb"
           : own == Own::kCountry ? "GeoLite2-Country.mmdb"
                                  : "GeoLite2-ASN.mmdb";
  }
  if (name.size() > kMaxNameBytes) return refuse(Refusal::kBadArgument, "the database's name is too long");
  if (name.front() == '/') return name;
  if (name.find('/') != std::string::npos) {
    return refuse(Refusal::kBadArgument,
                  "'" + name + "': expected a file's name in the data directory, or a whole path");
  }
  return sources_.data_dir + "/" + name;
}

Result<GeoIp::DatabaseRef> GeoIp::database(const std::string& db, Own own) {
  const auto path = path_of(db, own);
  if (!path) return path.error();
  return open(path.value());
}

Result<GeoIp::DatabaseRef> GeoIp::open(const std::string& path) {
  const std::int64_t now = sources_.wall();
  std::string said;  // of the last try
  const auto known = files_.find(path);
  if (known != files_.end()) {
    if (known->second.database || now < known->second.opened_at + kRetrySeconds) return known->second.database;
    said = known->second.database.error().detail;
    files_.erase(known);
  }
  auto opened = Database::open(path);
  // No database at all is how most hubs run; one that cannot be read is a mistake, told once.
  if (!opened && opened.error().detail != said && ::access(path.c_str(), F_OK) == 0) sources_.warn(opened.error().detail);
  if (files_.size() >= kMaxOpen) {
    files_.erase(std::min_element(files_.begin(), files_.end(),
                                  [](const auto& a, const auto& b) { return a.second.number < b.second.number; }));
  }
  files_.emplace(path, Kept{opened, now, ++opened_});
  return opened;
}

}  // namespace vhpy::embedded::geoip
