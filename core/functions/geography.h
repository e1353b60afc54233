// Rows: where addresses are, from databases in MaxMind's format.
#pragma once

#include "core/function.h"

namespace vhpy::functions {

inline constexpr NotCached kOfTheDatabase = not_cached("it looks into a database on the hub thread");

inline constexpr auto kGetUserCC = function<&Hub::user_country_code, &live::View::user_country_code>(
    "GetUserCC", Effect::kReads,
    "Country code of a user's address, as GetIPCC.\n\nnick: any case. Returns None for an unknown nick, for a bot, and\n"
    "if the country is not known.",
    param("nick"));

inline constexpr auto kGetIPCC = function<&Hub::country_code>(
    "GetIPCC", Effect::kReads,
    "Country code of an address: two letters, 'L1' for the machine itself, 'P1' for a private network.\n\nip: the\n"
    "address. Returns None if it is not known.",
    kOfTheDatabase, param("ip"));

inline constexpr auto kGetIPCN = function<&Hub::country_name>(
    "GetIPCN", Effect::kReads,
    "Country of an address, by its English name; 'Local Network' for the machine itself, 'Private Network'.\n\nip: the\n"
    "address. Returns None if it is not known.",
    kOfTheDatabase, param("ip"));

inline constexpr auto kGetIPCity = function<&Hub::city>(
    "GetIPCity", Effect::kReads,
    "City of an address; 'Local Network' for the machine itself, 'Private Network'.\n\nip: the address. db: a database\n"
    "file to look in, by its name in the hub's data directory or by its whole path; '' for the hub's own. Returns None\n"
    "if it is not known or the database cannot be read.",
    kOfTheDatabase, param("ip"), param("db", ""));

inline constexpr auto kGetIPASN = function<&Hub::autonomous_system>(
    "GetIPASN", Effect::kReads,
    "Autonomous system of an address, as 'AS123 Name'; 'Local Network' for the machine itself, 'Private Network'.\n\n"
    "ip: the address. db: as with GetIPCity. Returns None if it is not known or the database cannot be read.",
    kOfTheDatabase, param("ip"), param("db", ""));

inline constexpr auto kGetGeoIP = function<&Hub::geo_record>(
    "GetGeoIP", Effect::kReads,
    "All that is known of the place of an address.\n\nip: the address. db: as with GetIPCity. Returns a dict: latitude,\n"
    "longitude (float), metro_code, area_code (int), host, range_low, range_high, country_code, country_code_xxx,\n"
    "country, region_code, region, time_zone, continent_code, continent, city, postal_code (str); '' and 0 where nothing\n"
    "is known. None if the address is not in the database, or it cannot be read.",
    kOfTheDatabase, param("ip"), param("db", ""));

struct GeographyFunctions {
  static constexpr const char* kTitle = "Where addresses are";
  using Table = FunctionTable<kGetUserCC, kGetIPCC, kGetIPCN, kGetIPCity, kGetIPASN, kGetGeoIP>;
};

}  // namespace vhpy::functions
