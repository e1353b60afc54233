// What some operations answer: plain data that travels from the hub thread to whoever asked. Thread: any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace vhpy {

// What a user may not do at the moment.
struct Restrictions {
  bool chat = false, pm = false, search = false, ctm = false;
};

// Text that is UTF-8 whatever the hub's encoding: names of places.
struct Utf8Text {
  std::string bytes;
};

// What is known of the place of an address. Text is UTF-8; what is not known is empty or 0.
struct GeoRecord {
  std::string host;                  // the address that was asked for
  std::string range_low, range_high; // the network that it is in
  std::string country_code, country_code_xxx, country, region_code, region, time_zone, continent_code, continent, city,
      postal_code;
  double latitude = 0, longitude = 0;
  std::int64_t metro_code = 0, area_code = 0;
};

// Rows of a query; NULL is the text "NULL".
struct SqlRows {
  std::vector<std::vector<std::string>> rows;
};

}  // namespace vhpy
