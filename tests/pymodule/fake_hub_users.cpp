// Operations of FakeHub that tell of users, and where addresses are.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "tests/pymodule/fake_hub_impl.h"

namespace vhpy::tests {

Hub::Nicks FakeHub::nick_list() {
  const Turn turn(*this);
  return nicks_where([](const FakeUser&) { return true; });
}

Hub::Nicks FakeHub::op_list() {
  const Turn turn(*this);
  return nicks_where([](const FakeUser& user) { return user.user_class >= kOperator; });
}

Hub::Nicks FakeHub::bot_list() {
  const Turn turn(*this);
  return nicks_where([](const FakeUser& user) { return user.bot; });
}

std::optional<Hub::Integer> FakeHub::user_class(const OptionalText& nick) {
  const Turn turn(*this);
  if (!nick) return std::nullopt;
  const auto found = users_.find(*nick);
  return found == users_.end() ? static_cast<Integer>(kUnknownUser) : found->second.user_class;
}

Hub::OptionalText FakeHub::user_ip(const Text& nick) {
  const Turn turn(*this);
  const auto found = users_.find(nick);
  if (found == users_.end()) return std::nullopt;
  return found->second.ip;
}

Hub::OptionalText FakeHub::user_host(const Text& nick) {
  const Turn turn(*this);
  if (online(nick) == nullptr) return std::nullopt;
  return nick + ".example";
}

std::optional<MyInfo> FakeHub::my_info(const Text& nick) {
  const Turn turn(*this);
  if (!users_.contains(nick)) return std::nullopt;
  return MyInfo{nick, "about " + nick, "<Fake V:1>", "100\x01", nick + "@example", "123456"};
}

Hub::Integer FakeHub::users_count() {
  const Turn turn(*this);
  return static_cast<Integer>(nicks_where([](const FakeUser& user) { return !user.bot; }).size());
}

Hub::Text FakeHub::total_share_size() {
  const Turn turn(*this);
  return kTotalShare;
}

Hub::Text FakeHub::raw_list(const char* keyword, bool (*wanted)(const FakeUser&)) {
  const Turn turn(*this);
  return fmt::format("{} {}$$", keyword, fmt::join(nicks_where(wanted), "$$"));
}

Hub::Text FakeHub::raw_nick_list() {
  return raw_list("$NickList", [](const FakeUser&) { return true; });
}

Hub::Text FakeHub::raw_op_list() {
  return raw_list("$OpList", [](const FakeUser& user) { return user.user_class >= kOperator; });
}

Hub::Text FakeHub::raw_bot_list() {
  return raw_list("$BotList", [](const FakeUser& user) { return user.bot; });
}

Hub::OptionalText FakeHub::user_hub_url(const Text& nick) {
  const Turn turn(*this);
  return online(nick) == nullptr ? OptionalText() : OptionalText("dchub://fake.example");
}

Hub::OptionalText FakeHub::user_ext_json(const Text& nick) {
  const Turn turn(*this);
  return online(nick) == nullptr ? OptionalText() : OptionalText("$ExtJSON " + nick + " {}");
}

Hub::OptionalText FakeHub::user_version(const Text& nick) {
  const Turn turn(*this);
  return online(nick) == nullptr ? OptionalText() : OptionalText("Fake 1");
}

std::optional<Hub::Integer> FakeHub::user_share(const Text& nick) {
  const Turn turn(*this);
  return users_.contains(nick) ? std::optional<Integer>(123'456) : std::nullopt;
}

Result<Hub::Text> FakeHub::user_country_code(const Text& nick) {
  const Turn turn(*this);
  if (online(nick) == nullptr) return refuse(Refusal::kNoSuchUser, nick + " is not online");
  return Text("SE");
}

Result<Hub::Text> FakeHub::country_code(const Text& ip) {
  const Turn turn(*this);
  return ip == "127.0.0.1" ? Result<Text>("L1") : refuse(Refusal::kNotFound, "not known");
}

Result<Utf8Text> FakeHub::country_name(const Text& ip) {
  const Turn turn(*this);
  return Utf8Text{"Country of " + ip};
}

Result<Utf8Text> FakeHub::city(const Text& ip, const Text& db) {
  const Turn turn(*this);
  return Utf8Text{"Malm\xC3\xB6 of " + ip + " in " + db};
}

Result<Utf8Text> FakeHub::autonomous_system(const Text& ip, const Text& db) {
  const Turn turn(*this);
  return Utf8Text{"AS1 of " + ip + " in " + db};
}

Result<GeoRecord> FakeHub::geo_record(const Text& ip, const Text&) {
  const Turn turn(*this);
  if (ip == "nowhere") return refuse(Refusal::kNotFound, "not known");
  GeoRecord record;
  record.host = ip;
  record.city = "Malm\xC3\xB6";
  record.latitude = 55.5;
  record.metro_code = 7;
  return record;
}

}  // namespace vhpy::tests
