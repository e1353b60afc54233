// What FakeHub consists of, beside its operations: users, knobs, the live copy.
#include "tests/pymodule/fake_hub.h"

#include <map>
#include <utility>

#include "tests/pymodule/fake_hub_impl.h"

namespace vhpy::tests {

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

void FakeHub::forget_script(ScriptId script) {
  const std::lock_guard lock(mutex_);
  unpublished_ = true;
  std::erase_if(users_,
                [script](const auto& entry) { return entry.second.bot && entry.second.owner == script; });
}

}  // namespace vhpy::tests
