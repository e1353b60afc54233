#include "core/embedded/geoip/database.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace vhpy::embedded::geoip {
namespace {

constexpr std::size_t kMaxTextBytes = 512;  // longer names are cut: no place has one
constexpr std::size_t kMaxAddressBytes = 64;
constexpr int kIpv4InIpv6 = 96;             // bits before an IPv4 address in a database of IPv6 addresses

}  // namespace

std::optional<Address> Address::parse(const std::string& text) {
  Address address;
  if (text.size() > kMaxAddressBytes) return std::nullopt;
  if (inet_pton(AF_INET, text.c_str(), address.bytes_) == 1) return address;
  if (inet_pton(AF_INET6, text.c_str(), address.bytes_) != 1) return std::nullopt;
  address.family_ = 6;
  if (address.starts_with({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF}, 96)) {
    std::copy_n(address.bytes_ + 12, 4, address.bytes_);
    address.family_ = 4;
  }
  return address;
}

bool Address::starts_with(std::initializer_list<std::uint8_t> bytes, int bits) const noexcept {
  const std::uint8_t* own = bytes_;
  for (const std::uint8_t byte : bytes) {
    const int taken = std::min(bits, 8);
    const auto mask = static_cast<std::uint8_t>(0xFF << (8 - taken));
    if ((*own++ & mask) != (byte & mask)) return false;
    bits -= taken;
  }
  return true;
}

bool Address::is_local() const noexcept {
  if (is_ipv4()) return starts_with({127}, 8);
  return starts_with({0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}, 128);
}

bool Address::is_private() const noexcept {
  if (is_ipv4()) {
    return starts_with({10}, 8) || starts_with({172, 16}, 12) || starts_with({192, 168}, 16) || starts_with({169, 254}, 16);
  }
  return starts_with({0xFC}, 7) || starts_with({0xFE, 0x80}, 10);
}

std::string Address::edge(int prefix, bool last) const {
  std::uint8_t bytes[16];
  std::copy_n(bytes_, 16, bytes);
  const int size = is_ipv4() ? 4 : 16;
  for (int i = 0; i < size; ++i) {
    const int kept = std::clamp(prefix - 8 * i, 0, 8);
    const auto mask = static_cast<std::uint8_t>(0xFF << (8 - kept));
    bytes[i] = static_cast<std::uint8_t>(last ? (bytes[i] | static_cast<std::uint8_t>(~mask)) : (bytes[i] & mask));
  }
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(is_ipv4() ? AF_INET : AF_INET6, bytes, text, sizeof text);
  return text;
}

bool Entry::find(Path path, MMDB_entry_data_s& into) const {
  std::vector<const char*> steps(path);
  steps.push_back(nullptr);
  return MMDB_aget_value(&entry_, &into, steps.data()) == MMDB_SUCCESS && into.has_data;
}

std::string Entry::text(Path path) const {
  MMDB_entry_data_s data{};
  if (!find(path, data) || data.type != MMDB_DATA_TYPE_UTF8_STRING) return {};
  return std::string(data.utf8_string, std::min<std::size_t>(data.data_size, kMaxTextBytes));
}

double Entry::real(Path path) const {
  MMDB_entry_data_s data{};
  if (!find(path, data)) return 0;
  if (data.type == MMDB_DATA_TYPE_DOUBLE) return data.double_value;
  return data.type == MMDB_DATA_TYPE_FLOAT ? static_cast<double>(data.float_value) : 0;
}

std::int64_t Entry::integer(Path path) const {
  MMDB_entry_data_s data{};
  if (!find(path, data)) return 0;
  switch (data.type) {
    case MMDB_DATA_TYPE_UINT16: return data.uint16;
    case MMDB_DATA_TYPE_UINT32: return data.uint32;
    case MMDB_DATA_TYPE_INT32: return data.int32;
    default: return 0;
  }
}

Result<std::shared_ptr<const Database>> Database::open(const std::string& file) {
  struct stat about {};
  if (stat(file.c_str(), &about) != 0) return refuse(Refusal::kUnavailable, file + ": " + std::strerror(errno));
  // Opening a pipe would wait for somebody to write to it.
  if (!S_ISREG(about.st_mode)) return refuse(Refusal::kUnavailable, file + ": not a file");
  // Made before the file is opened, so that whatever throws afterwards closes it.
  const std::shared_ptr<Database> database(new Database(file));
  errno = 0;
  const int code = MMDB_open(file.c_str(), MMDB_MODE_MMAP, &database->mmdb_);
  if (code == MMDB_SUCCESS) {
    database->open_ = true;
    return std::shared_ptr<const Database>(database);
  }
  const bool by_system = code == MMDB_FILE_OPEN_ERROR || code == MMDB_IO_ERROR;
  return refuse(Refusal::kUnavailable,
                file + ": " + (by_system && errno != 0 ? std::strerror(errno) : MMDB_strerror(code)));
}

Database::~Database() {
  if (open_) MMDB_close(&mmdb_);
}

Result<Entry> Database::find(const Address& address) const {
  sockaddr_storage storage{};
  if (address.is_ipv4()) {
    auto& ipv4 = reinterpret_cast<sockaddr_in&>(storage);
    ipv4.sin_family = AF_INET;
    std::memcpy(&ipv4.sin_addr, address.bytes_, 4);
  } else {
    auto& ipv6 = reinterpret_cast<sockaddr_in6&>(storage);
    ipv6.sin6_family = AF_INET6;
    std::memcpy(&ipv6.sin6_addr, address.bytes_, 16);
  }
  int code = MMDB_SUCCESS;
  const MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&mmdb_, reinterpret_cast<const sockaddr*>(&storage), &code);
  const bool wrong_family = code == MMDB_IPV6_LOOKUP_IN_IPV4_DATABASE_ERROR;
  if (code != MMDB_SUCCESS && !wrong_family) return refuse(Refusal::kUnavailable, file_ + ": " + MMDB_strerror(code));
  if (wrong_family || !found.found_entry) return refuse(Refusal::kNotFound, "the address is not in " + file_);
  const bool inside_ipv6 = address.is_ipv4() && mmdb_.metadata.ip_version == 6;
  return Entry(found.entry, std::max(0, found.netmask - (inside_ipv6 ? kIpv4InIpv6 : 0)));
}

}  // namespace vhpy::embedded::geoip
