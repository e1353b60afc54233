// Writes a database in MaxMind's format 2.0: a binary tree of address bits, whose leaves point into encoded data. For tests:
// records of 24 bits, no shared data, values of up to 284 bytes.
#pragma once

#include <arpa/inet.h>

#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>
#include <vector>

#include "core/dynamic_functions.h"

namespace vhpy::embedded::geoip::tests {

using Value = DynamicValue;  // texts, numbers, lists and dictionaries are all that such a file holds

inline Value text(std::string value) { return Value{std::move(value)}; }
inline Value number(std::int64_t value) { return Value{value}; }
inline Value real(double value) { return Value{value}; }
inline Value map(std::vector<DynamicEntry> entries) { return Value{std::move(entries)}; }
inline Value list(std::vector<Value> values) { return Value{std::move(values)}; }

class MmdbWriter {
 public:
  explicit MmdbWriter(std::string type, int ip_version = 6) : type_(std::move(type)), ip_version_(ip_version) {}

  // network: "192.0.2.0" or "2001:db8::", with its bits. Networks must not overlap.
  void add(const std::string& network, int prefix, const Value& value) {
    std::array<std::uint8_t, 16> bytes{};
    int skipped = 0;
    if (network.find(':') == std::string::npos) {
      if (inet_pton(AF_INET, network.c_str(), ip_version_ == 6 ? bytes.data() + 12 : bytes.data()) != 1) bad(network);
      skipped = ip_version_ == 6 ? 96 : 0;
    } else if (ip_version_ != 6 || inet_pton(AF_INET6, network.c_str(), bytes.data()) != 1) {
      bad(network);
    }
    const std::size_t offset = data_.size();
    encode(value, data_);
    insert(bytes, prefix + skipped, -static_cast<std::int64_t>(offset) - kLeaf);
  }

  std::string bytes() const {
    const auto count = static_cast<std::int64_t>(nodes_.size());
    std::string file;
    for (const auto& node : nodes_) {
      for (const std::int64_t side : node) {
        const std::int64_t record = side == kNothing ? count : side > 0 ? side : count + 16 + (-side - kLeaf);
        for (int shift = 16; shift >= 0; shift -= 8) file += static_cast<char>((record >> shift) & 0xFF);
      }
    }
    file.append(16, '\0');
    file += data_ + "\xAB\xCD\xEFMaxMind.com";
    append_metadata(count, file);
    return file;
  }

  void write(const std::string& path) const { std::ofstream(path, std::ios::binary) << bytes(); }

 private:
  enum Type { kText = 2, kDouble = 3, kUint16 = 5, kUint32 = 6, kMap = 7, kUint64 = 9, kArray = 11 };
  static constexpr std::int64_t kNothing = 0;  // the root is nobody's child
  static constexpr std::int64_t kLeaf = 1;     // leaves are below zero: -(offset + 1)

  [[noreturn]] static void bad(const std::string& network) { throw std::invalid_argument(network); }

  void insert(const std::array<std::uint8_t, 16>& bytes, int bits, std::int64_t leaf) {
    std::size_t at = 0;
    for (int bit = 0; bit < bits; ++bit) {
      const auto i = static_cast<std::size_t>(bit);
      const std::size_t side = (bytes[i / 8] >> (7 - i % 8)) & 1U;
      if (bit == bits - 1) {
        nodes_[at][side] = leaf;
        return;
      }
      if (nodes_[at][side] == kNothing) {
        nodes_.push_back({kNothing, kNothing});
        nodes_[at][side] = static_cast<std::int64_t>(nodes_.size()) - 1;
      }
      at = static_cast<std::size_t>(nodes_[at][side]);
    }
  }

  static void control(int type, std::size_t size, std::string& into) {
    if (size > 284) throw std::invalid_argument("too long for this writer");
    const std::size_t small = size < 29 ? size : 29;
    into += static_cast<char>((type > 7 ? 0 : type) << 5 | static_cast<int>(small));
    if (type > 7) into += static_cast<char>(type - 7);
    if (size >= 29) into += static_cast<char>(size - 29);
  }

  // The library insists on the type of each number here.
  void append_metadata(std::int64_t count, std::string& into) const {
    const auto numbered = [&into](const char* key, int type, int bytes, std::int64_t value) {
      encode(text(key), into);
      control(type, static_cast<std::size_t>(bytes), into);
      big_endian(static_cast<std::uint64_t>(value), bytes, into);
    };
    control(kMap, 9, into);
    numbered("node_count", kUint32, 4, count);
    numbered("record_size", kUint16, 2, 24);
    numbered("ip_version", kUint16, 2, ip_version_);
    numbered("binary_format_major_version", kUint16, 2, 2);
    numbered("binary_format_minor_version", kUint16, 2, 0);
    numbered("build_epoch", kUint64, 8, 1'700'000'000);
    for (const auto& [key, value] : {DynamicEntry{"database_type", text(type_)}, {"languages", list({text("en")})},
                                     {"description", map({{"en", text("a test")}})}}) {
      encode(text(key), into);
      encode(value, into);
    }
  }

  static void big_endian(std::uint64_t value, int bytes, std::string& into) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) into += static_cast<char>((value >> shift) & 0xFF);
  }

  static void encode(const Value& value, std::string& into) {
    if (value.is<std::string>()) {
      control(kText, value.as<std::string>().size(), into);
      into += value.as<std::string>();
    } else if (value.is<double>()) {
      control(kDouble, 8, into);
      big_endian(std::bit_cast<std::uint64_t>(value.as<double>()), 8, into);
    } else if (value.is<std::int64_t>()) {
      control(kUint32, 4, into);
      big_endian(static_cast<std::uint64_t>(value.as<std::int64_t>()), 4, into);
    } else if (value.is<Value::Dict>()) {
      control(kMap, value.as<Value::Dict>().size(), into);
      for (const DynamicEntry& entry : value.as<Value::Dict>()) {
        encode(text(entry.key), into);
        encode(entry.value, into);
      }
    } else {
      control(kArray, value.as<Value::List>().size(), into);
      for (const Value& item : value.as<Value::List>()) encode(item, into);
    }
  }

  std::string type_;
  int ip_version_;
  std::vector<std::array<std::int64_t, 2>> nodes_{{kNothing, kNothing}};
  std::string data_;
};

// What the tests of the hub look for.
inline MmdbWriter small_city_database() {
  MmdbWriter writer("GeoLite2-City");
  const auto named = [](const char* name) { return map({{"en", text(name)}}); };
  writer.add("81.2.69.0", 24,
             map({{"city", map({{"names", named("London")}})},
                  {"continent", map({{"code", text("EU")}, {"names", named("Europe")}})},
                  {"country", map({{"iso_code", text("GB")}, {"names", named("United Kingdom")}})},
                  {"location", map({{"latitude", real(51.5)}, {"longitude", real(-0.125)}, {"metro_code", number(807)},
                                    {"time_zone", text("Europe/London")}})},
                  {"postal", map({{"code", text("W1A")}})},
                  {"subdivisions", list({map({{"iso_code", text("ENG")}, {"names", named("England")}})})}}));
  writer.add("2001:db8::", 32, map({{"registered_country", map({{"iso_code", text("SE")}, {"names", named("Sweden")}})}}));
  return writer;
}

inline MmdbWriter small_asn_database() {
  MmdbWriter writer("GeoLite2-ASN", 4);
  writer.add("81.2.0.0", 16, map({{"autonomous_system_number", number(20712)},
                                  {"autonomous_system_organization", text("Andrews & Arnold Ltd")}}));
  writer.add("198.51.100.0", 24, map({{"autonomous_system_number", number(7)}}));
  return writer;
}

}  // namespace vhpy::embedded::geoip::tests
