// Operations: where addresses are.
#include <utility>

#include "core/embedded/geoip/geoip.h"
#include "core/embedded/server/hub_operations.h"

namespace vhpy::embedded {

namespace {

Result<Utf8Text> utf8(Result<std::string> name) {
  return name ? Result<Utf8Text>(Utf8Text{std::move(name).value()}) : Result<Utf8Text>(name.error());
}

}  // namespace

Result<Hub::Text> HubOperations::user_country_code(const Text& nick) {
  const auto user = online(nick);
  return user ? context_.geo->country_code(user.value()->ip()) : Result<Text>(user.error());
}

Result<Hub::Text> HubOperations::country_code(const Text& ip) { return context_.geo->country_code(ip); }
Result<Utf8Text> HubOperations::country_name(const Text& ip) { return utf8(context_.geo->country_name(ip)); }
Result<Utf8Text> HubOperations::city(const Text& ip, const Text& db) { return utf8(context_.geo->city(ip, db)); }

Result<Utf8Text> HubOperations::autonomous_system(const Text& ip, const Text& db) {
  return utf8(context_.geo->autonomous_system(ip, db));
}

Result<GeoRecord> HubOperations::geo_record(const Text& ip, const Text& db) { return context_.geo->record(ip, db); }

}  // namespace vhpy::embedded
