#include "tests/pymodule/fake_hub.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <stdexcept>
#include <utility>

#include "core/constants.h"

namespace vhpy::tests {
namespace {

constexpr std::int64_t kStartTime = 1'700'000'000;
constexpr const char* kBotNick = "Security";
constexpr const char* kTotalShare = "9223372036854775808";

std::string shown(const Hub::OptionalText& text) {
  return text.value_or("-");
}

Outcome no_such_user(const std::string& nick) {
  return refuse(Refusal::kNoSuchUser, nick + " is not online");
}

}  // namespace

class FakeHub::Turn {
 public:
  explicit Turn(FakeHub& hub) : lock_(hub.mutex_, std::defer_lock) {
    hub.operation_gate_.pass();
    lock_.lock();
    ++hub.operations_;
  }

 private:
  std::unique_lock<std::mutex> lock_;
};

FakeHub::FakeHub(std::string encoding) : encoding_(std::move(encoding)) {
  users_[kBotNick] = {kMaster, "127.0.0.1", true, 0, 1};
  live_.use(this);
  live_.publish();
}

bool FakeHub::changed() const noexcept {
  const std::lock_guard lock(mutex_);
  return unpublished_;
}

void FakeHub::write(live::Draft& draft) {
  const std::lock_guard lock(mutex_);
  for (const std::string& nick : live_.view()->nick_list()) {
    if (!users_.contains(nick)) draft.remove_user(nick);
  }
  for (const auto& [nick, user] : users_) write_user(draft, nick, user);
  for (const auto& [name, value] : settings_) {
    const std::size_t dot = name.find('.');
    const std::string file = name.substr(0, dot), var = name.substr(dot + 1);
    file == "config" ? draft.set_own(var, value) : draft.set_other(file, var, value);
  }
  draft.set_topic(topic_);
  draft.set_bots(bot_nick(), "OpChat");
  const auto is_person = [](const FakeUser& user) { return !user.bot; };
  draft.set_sums(static_cast<Integer>(nicks_where(is_person).size()), kTotalShare);
  unpublished_ = false;
}

// What the operations below answer.
void FakeHub::write_user(live::Draft& draft, const std::string& nick, const FakeUser& user) {
  using live::UserText;
  const std::string about = "about " + nick, mail = nick + "@example", host = nick + ".example";
  const std::string json = "$ExtJSON " + nick + " {}";
  live::UserFacts facts;
  facts.text(UserText::kNick) = nick;
  facts.text(UserText::kIp) = user.ip;
  facts.text(UserText::kDescription) = about;
  facts.text(UserText::kTag) = "<Fake V:1>";
  facts.text(UserText::kSpeed) = "100\x01";
  facts.text(UserText::kMail) = mail;
  if (!user.bot) {
    facts.text(UserText::kHost) = host;
    facts.text(UserText::kHubUrl) = "dchub://fake.example";
    facts.text(UserText::kExtJson) = json;
    facts.text(UserText::kClient) = "Fake 1";
    facts.text(UserText::kCountry) = "SE";
    facts.login_time = kStartTime;
  }
  facts.session = user.session;
  facts.user_class = user.user_class;
  facts.share = facts.shown_share = 123'456;
  facts.bot = user.bot;
  facts.op = user.user_class >= kOperator;
  facts.has_client = !user.bot;
  draft.put(facts);
}

void FakeHub::add_user(std::string nick, std::int64_t user_class, std::string ip) {
  const std::lock_guard lock(mutex_);
  unpublished_ = true;
  users_[std::move(nick)] = {user_class, std::move(ip), false, 0, ++last_session_};
}

void FakeHub::remove_user(const std::string& nick) {
  const std::lock_guard lock(mutex_);
  unpublished_ = true;
  users_.erase(nick);
}

std::vector<std::string> FakeHub::sent() const {
  const std::lock_guard lock(mutex_);
  return sent_;
}

std::size_t FakeHub::operations() const {
  const std::lock_guard lock(mutex_);
  return operations_;
}

std::string FakeHub::bot_nick() const {
  const auto renamed = settings_.find("config.hub_security");
  return renamed == settings_.end() ? kBotNick : renamed->second;
}

HubIdentity FakeHub::identity() const {
  const std::lock_guard lock(mutex_);
  return {bot_nick(), "OpChat", "/fake/config", "config", encoding_, kStartTime};
}

Hub::Nicks FakeHub::nicks_where(bool (*wanted)(const FakeUser&)) const {
  Nicks nicks;
  for (const auto& [nick, user] : users_) {
    if (wanted(user)) nicks.push_back(nick);
  }
  return nicks;
}

FakeUser* FakeHub::online(const Text& nick) {
  const auto found = users_.find(nick);
  return found == users_.end() || found->second.bot ? nullptr : &found->second;
}

Outcome FakeHub::send_if_online(const Text& nick, std::string line) {
  if (online(nick) == nullptr) return no_such_user(nick);
  sent_.push_back(std::move(line));
  return Done{};
}

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

Outcome FakeHub::main_chat(const Text& msg, const OptionalText& nick) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("mc|{}|{}", nick.value_or(kBotNick), msg));
  return Done{};
}

Outcome FakeHub::class_chat(const Text& msg, Integer min, Integer max, const OptionalText& nick) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("classmc|{}|{}|{}|{}", nick.value_or(kBotNick), min, max, msg));
  return Done{};
}

Outcome FakeHub::user_chat(const Text& msg, const Text& nick, const OptionalText& bot) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("usermc|{}|{}|{}", nick, bot.value_or(kBotNick), msg));
}

Outcome FakeHub::private_message(const Text& msg, const Text& nick, const OptionalText& from,
                                 const OptionalText& bot) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("pm|{}|{}|{}|{}", nick, shown(from), shown(bot), msg));
}

Outcome FakeHub::op_chat(const Text& msg, const OptionalText& nick) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("opchat|{}|{}", shown(nick), msg));
  return Done{};
}

Outcome FakeHub::send_to_user(const Text& data, const Text& nick, Integer delay) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("data|{}|{}|{}", nick, delay, data));
}

Outcome FakeHub::send_to_all(const Text& data, Integer min, Integer max, Integer delay) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("dataall|{}|{}|{}|{}", min, max, delay, data));
  return Done{};
}

Outcome FakeHub::private_message_to_all(const Text& msg, const Text& from, Integer min, Integer max) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("pmall|{}|{}|{}|{}", from, min, max, msg));
  return Done{};
}

Outcome FakeHub::close_connection(const Text& nick, Integer nice, Integer reason) {
  const Turn turn(*this);
  const Outcome done = send_if_online(nick, fmt::format("close|{}|{}|{}", nick, nice, reason));
  if (done) users_.erase(nick);
  unpublished_ = true;
  return done;
}

Outcome FakeHub::send_raw(const char* what, const Text& data, Integer min, Integer max, Integer delay) {
  const Turn turn(*this);
  if (min > max) return refuse(Refusal::kBadArgument, "min is above max");
  sent_.push_back(fmt::format("{}|{}|{}|{}|{}", what, min, max, delay, data));
  return Done{};
}

Outcome FakeHub::send_to_everybody(const Text& data, Integer delay) {
  return send_raw("everybody", data, kPinger, kMaster, delay);
}

Outcome FakeHub::send_to_active(const Text& data, Integer delay) {
  return send_raw("active", data, kPinger, kMaster, delay);
}

Outcome FakeHub::send_to_passive(const Text& data, Integer delay) {
  return send_raw("passive", data, kPinger, kMaster, delay);
}

Outcome FakeHub::send_to_active_class(const Text& data, Integer min, Integer max, Integer delay) {
  return send_raw("active", data, min, max, delay);
}

Outcome FakeHub::send_to_passive_class(const Text& data, Integer min, Integer max, Integer delay) {
  return send_raw("passive", data, min, max, delay);
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

Outcome FakeHub::set_my_info(const Text& nick, const OptionalText& description, const OptionalText& tag,
                             const OptionalText& speed, const OptionalText& mail, const OptionalText& size) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("myinfo|{}|{}|{}|{}|{}|{}", nick, shown(description), shown(tag),
                                          shown(speed), shown(mail), shown(size)));
}

Outcome FakeHub::set_my_info_flag(const Text& nick, Integer flag) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("flag|{}|{}", nick, flag));
}

Outcome FakeHub::unset_my_info_flag(const Text& nick, Integer flag) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("unflag|{}|{}", nick, flag));
}

Outcome FakeHub::set_user_ip(const Text& nick, const Text& ip) {
  const Turn turn(*this);
  FakeUser* const user = online(nick);
  if (user == nullptr) return no_such_user(nick);
  user->ip = ip;
  unpublished_ = true;
  return Done{};
}

Hub::Real FakeHub::loop_rate() {
  const Turn turn(*this);
  return 12.5;
}

Outcome FakeHub::stop_hub(Integer code, Integer delay) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("stop|{}|{}", code, delay));
  return Done{};
}

Hub::Integer FakeHub::robot_nick_problem(const Text& nick) {
  const Turn turn(*this);
  if (nick.empty()) return kRobotNickEmpty;
  const auto found = users_.find(nick);
  return found != users_.end() && found->second.bot ? kRobotNickExists : kRobotNickOk;
}

Outcome FakeHub::kick_user(const Text& op, const Text& nick, const Text& why, const OptionalText& address,
                           const OptionalText& note_op, const OptionalText& note_user) {
  const Turn turn(*this);
  const Outcome done = send_if_online(nick, fmt::format("kick|{}|{}|{}|{}|{}|{}", op, nick, why,
                                                        shown(address), shown(note_op), shown(note_user)));
  if (done) users_.erase(nick);
  unpublished_ = true;
  return done;
}

Outcome FakeHub::ban(const Text& op, const Text& nick, const Text& reason, Integer seconds, Integer type) {
  const Turn turn(*this);
  if (seconds <= 0) return refuse(Refusal::kBadArgument, "seconds must be above 0");
  return send_if_online(nick, fmt::format("ban|{}|{}|{}|{}|{}", op, nick, reason, seconds, type));
}

Outcome FakeHub::add_registration(const Text& nick, Integer user_class, const Text&, const Text&) {
  const Turn turn(*this);
  if (!registrations_.emplace(nick, user_class).second)
    return refuse(Refusal::kExists, nick + " is registered");
  return Done{};
}

Outcome FakeHub::delete_registration(const Text& nick) {
  const Turn turn(*this);
  if (registrations_.erase(nick) == 0) return refuse(Refusal::kNotFound, nick + " is not registered");
  return Done{};
}

Outcome FakeHub::set_registration_class(const Text& nick, Integer user_class) {
  const Turn turn(*this);
  const auto found = registrations_.find(nick);
  if (found == registrations_.end()) return refuse(Refusal::kNotFound, nick + " is not registered");
  found->second = user_class;
  return Done{};
}

Hub::OptionalText FakeHub::topic(const OptionalText& topic) {
  const Turn turn(*this);
  if (topic) topic_ = *topic;
  unpublished_ = unpublished_ || topic;
  return topic_.empty() ? OptionalText() : OptionalText(topic_);
}

Hub::OptionalText FakeHub::config(const Text& conf, const Text& var, const OptionalText& fallback) {
  const Turn turn(*this);
  if (var == "throw" && fallback == "bad_alloc") throw std::bad_alloc();
  if (var == "throw" && fallback == "an int") throw 42;
  if (var == "throw") throw std::runtime_error(fallback.value_or("thrown"));
  const auto found = settings_.find(conf + "." + var);
  return found == settings_.end() ? fallback : OptionalText(found->second);
}

Outcome FakeHub::set_config(const Text& conf, const Text& var, const Text& value) {
  const Turn turn(*this);
  settings_[conf + "." + var] = value;
  unpublished_ = true;
  return Done{};
}

Result<Restrictions> FakeHub::user_restrictions(const Text& nick, const OptionalText& chat, const OptionalText& pm,
                                                const OptionalText& search, const OptionalText& ctm) {
  const Turn turn(*this);
  if (online(nick) == nullptr) return refuse(Refusal::kNoSuchUser, nick + " is not online");
  for (const OptionalText* field : {&chat, &pm, &search, &ctm}) {
    if (*field && (*field)->starts_with("bad")) return refuse(Refusal::kBadArgument, "no length");
  }
  const auto set = [](const OptionalText& field) { return field && !field->empty() && *field != "0"; };
  return Restrictions{set(chat), set(pm), set(search), set(ctm)};
}

Outcome FakeHub::delete_nick_temp_ban(const Text& nick) {
  const Turn turn(*this);
  return send_if_online(nick, "unban|" + nick);
}

Outcome FakeHub::delete_ip_temp_ban(const Text& ip) {
  const Turn turn(*this);
  sent_.push_back("unbanip|" + ip);
  return Done{};
}

Outcome FakeHub::parse_command(const Text& nick, const Text& command, Integer in_pm) {
  const Turn turn(*this);
  return send_if_online(nick, fmt::format("command|{}|{}|{}", nick, command, in_pm));
}

Outcome FakeHub::script_command(const Caller& caller, const Text& command, const Text& data, Integer inst) {
  const Turn turn(*this);
  sent_.push_back(fmt::format("script|{}|{}|{}|{}", caller.script, command, data, inst));
  return Done{};
}

Result<SqlRows> FakeHub::sql(const Text& query, Integer limit) {
  const Turn turn(*this);
  if (query == "bad") return refuse(Refusal::kBadArgument, "no statement");
  return SqlRows{{{query, std::to_string(limit), "NULL"}}};
}

// Without the lock: a function may call the hub.
DynamicAnswer FakeHub::call_dynamic_function(const Text& name, const DynamicValues& arguments) {
  { const Turn turn(*this); }
  return dynamic_functions_.call(name, arguments);
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

Outcome FakeHub::add_robot(const Caller& caller, const Text& nick, Integer user_class, const Text&,
                           const Text&, const Text&, const Text&) {
  const Turn turn(*this);
  if (!users_.emplace(nick, FakeUser{user_class, "127.0.0.1", true, caller.script}).second) {
    return refuse(Refusal::kExists, nick + " is taken");
  }
  unpublished_ = true;
  sent_.push_back(fmt::format("robot|{}|{}", nick, caller.script));
  return Done{};
}

Outcome FakeHub::delete_robot(const Caller&, const Text& nick) {
  const Turn turn(*this);
  const auto found = users_.find(nick);
  if (found == users_.end() || !found->second.bot) return refuse(Refusal::kNotFound, nick + " is not a bot");
  users_.erase(found);
  unpublished_ = true;
  return Done{};
}

void FakeHub::forget_script(ScriptId script) {
  const std::lock_guard lock(mutex_);
  unpublished_ = true;
  std::erase_if(users_,
                [script](const auto& entry) { return entry.second.bot && entry.second.owner == script; });
}

}  // namespace vhpy::tests
