// What the hub knows of the place of an address: which database answers, and what is said without one.
//
// Owner: HubServer. Thread: hub. Blocks: for opening a database, once; a lookup does not.
#pragma once

#include <spdlog/spdlog.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "core/answers.h"
#include "core/embedded/geoip/database.h"
#include "core/result.h"

namespace vhpy::embedded::geoip {

class GeoIp {
 public:
  static constexpr std::size_t kMaxOpen = 16;                // databases at once
  static constexpr std::int64_t kRetrySeconds = 60;          // before a file that could not be read is tried again
  static constexpr std::size_t kMaxNameBytes = 4'096;

  // Paths as the settings have them; empty: the usual name in the data directory.
  struct Paths {
    std::string city, country, asn;
  };
  struct Sources {
    std::string data_dir;
    std::function<Paths()> paths;
    std::function<std::int64_t()> wall;  // epoch seconds
    // A line for the operator: a file is there, but is no database. Once per file, until it can be read.
    std::function<void(const std::string&)> warn = [](const std::string& line) { spdlog::warn("GeoIP: {}", line); };
  };

  explicit GeoIp(Sources sources) : sources_(std::move(sources)) {}

  // kBadArgument: no address, or a name that leads out of the data directory; kNotFound: nothing is known of the address;
  // kUnavailable: no database, or it cannot be read.
  Result<std::string> country_code(const std::string& ip) { return country(ip, true); }
  Result<std::string> country_name(const std::string& ip) { return country(ip, false); }
  // db: a file's name in the data directory, or its whole path; empty: the hub's own.
  Result<std::string> city(const std::string& ip, const std::string& db);
  Result<std::string> autonomous_system(const std::string& ip, const std::string& db);
  Result<GeoRecord> record(const std::string& ip, const std::string& db);

  std::size_t open_count() const noexcept { return files_.size(); }

 private:
  using DatabaseRef = std::shared_ptr<const Database>;
  enum class Own : std::uint8_t { kCity, kCountry, kAsn };
  struct Kept {
    Result<DatabaseRef> database;
    std::int64_t opened_at;   // epoch seconds
    std::uint64_t number;     // in the order of opening
  };

  Result<std::string> country(const std::string& ip, bool code);
  Result<std::string> path_of(const std::string& db, Own own) const;
  Result<DatabaseRef> database(const std::string& db, Own own);
  Result<DatabaseRef> open(const std::string& path);

  Sources sources_;
  std::map<std::string, Kept> files_;  // by path
  std::uint64_t opened_ = 0;
};

}  // namespace vhpy::embedded::geoip
