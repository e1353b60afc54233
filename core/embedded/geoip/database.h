// One database in MaxMind's format, mapped into memory.
//
// Owner: GeoIp. Thread: hub. The file must not be written to while it is open, only replaced by renaming.
#pragma once

#include <maxminddb.h>

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

#include "core/result.h"

namespace vhpy::embedded::geoip {

// An address in its binary form, and what is said of it where no database is asked.
class Address {
 public:
  // Nothing if it is neither an IPv4 nor an IPv6 address. An IPv4 address within IPv6 is taken as IPv4.
  static std::optional<Address> parse(const std::string& text);

  bool is_local() const noexcept;    // the machine itself
  bool is_private() const noexcept;  // of a network that others cannot reach
  bool is_ipv4() const noexcept { return family_ == 4; }
  // First and last address of the network of `prefix` bits that it is in.
  std::string first_of(int prefix) const { return edge(prefix, false); }
  std::string last_of(int prefix) const { return edge(prefix, true); }

 private:
  friend class Database;
  std::string edge(int prefix, bool last) const;
  bool starts_with(std::initializer_list<std::uint8_t> bytes, int bits) const noexcept;

  int family_ = 4;
  std::uint8_t bytes_[16]{};  // network order; of IPv4 the first four
};

// What a database holds for an address.
class Entry {
 public:
  using Path = std::initializer_list<const char*>;

  std::string text(Path path) const;       // empty: not there, or no text
  double real(Path path) const;            // 0: not there, or no number
  std::int64_t integer(Path path) const;   // the same
  int prefix() const noexcept { return prefix_; }  // bits of the network that it is about

 private:
  friend class Database;
  Entry(MMDB_entry_s entry, int prefix) : entry_(entry), prefix_(prefix) {}
  bool find(Path path, MMDB_entry_data_s& into) const;

  mutable MMDB_entry_s entry_;  // the library takes it without const, and does not change it
  int prefix_;
};

class Database {
 public:
  // kUnavailable, in one line that names the file: it is not there, not readable, or no such database. Blocks: for opening
  // and mapping, not for reading it.
  static Result<std::shared_ptr<const Database>> open(const std::string& file);

  ~Database();
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  // kNotFound: the address is not in it; kUnavailable: it is damaged there. An entry is valid as long as the database.
  Result<Entry> find(const Address& address) const;

 private:
  explicit Database(std::string file) : file_(std::move(file)) {}

  std::string file_;
  MMDB_s mmdb_{};
  bool open_ = false;
};

}  // namespace vhpy::embedded::geoip
