#include "core/verlihub/live_feed.h"

#include <cstdlib>
#include <memory>

#include "core/nmdc/nick.h"

namespace vhpy::verlihub {

using live::UserText;

namespace {

constexpr std::uint64_t kOwnSettingsEvery = 5, kOtherSettingsEvery = 60;  // ticks

std::size_t mix(std::size_t seed, std::size_t value) {
  return seed ^ (value + 0x9E3779B97F4A7C15u + (seed << 6) + (seed >> 2));
}

// When the user's object was made, in microseconds: nobody else has had the nick since.
std::uint64_t session_of(const HubUser& user) {
  return static_cast<std::uint64_t>(user.mT.connect.tv_sec) * 1'000'000u + static_cast<std::uint64_t>(user.mT.connect.tv_usec);
}

std::size_t mix(std::size_t seed, const std::string& text) { return mix(seed, std::hash<std::string>{}(text)); }

}  // namespace

void LiveFeed::touch(const std::string& nick) { touched_.insert(nick); }

void LiveFeed::touch_setting(const std::string& file, const std::string& var) {
  if (file == server_.mDBConf.config_name) {
    settings_due_ = true;
  } else {
    touched_settings_.emplace_back(file, var);
  }
}

void LiveFeed::tick() {
  ++ticks_;
  compare_users();
  settings_due_ = settings_due_ || ticks_ % kOwnSettingsEvery == 0;
  others_due_ = others_due_ || ticks_ % kOtherSettingsEvery == 0;
}

bool LiveFeed::is_op(const HubUser& user) const { return server_.mOpList.ContainsHash(user.mNickHash); }

// All that a view shows of a user, in one number.
std::size_t LiveFeed::print_of(const HubUser& user) const {
  std::size_t print = mix(static_cast<std::size_t>(session_of(user)), user.mFakeMyINFO);
  print = mix(print, static_cast<std::size_t>(user.mClass + 100));
  print = mix(print, static_cast<std::size_t>(user.mShare));
  print = mix(print, user.mExtJSON);
  print = mix(print, std::size_t{is_op(user)});
  if (is_bot(user)) return print;
  print = mix(print, user.mxConn->AddrHost());
  print = mix(print, user.mxConn->mHubURL);
  return mix(print, static_cast<std::size_t>(user.mxConn->AddrToNumber()));
}

void LiveFeed::compare_users() {
  ++round_;
  for_each_user(server_.mUserList, [&](const HubUser& user) {
    const auto known = users_.find(nmdc::fold_nick(user.mNick));
    if (known == users_.end()) return touch(user.mNick);
    known->second.round = round_;
    if (known->second.print != print_of(user)) touch(user.mNick);
  });
  for (const auto& [nick, published] : users_) {
    if (published.round != round_) touch(nick);
  }
}

void LiveFeed::write(live::Draft& draft) {
  if (std::exchange(look_again_, false)) {
    compare_users();
    settings_due_ = others_due_ = true;
  }
  write_users(draft);
  if (std::exchange(settings_due_, false)) write_own_settings(draft);
  write_other_settings(draft);
  draft.set_sums(server_.mUserCountTot, std::to_string(server_.mTotalShare));
}

void LiveFeed::write_users(live::Draft& draft) {
  for (const std::string& nick : std::exchange(touched_, {})) {
    if (const HubUser* const user = find_user(server_, nick)) {
      users_[nmdc::fold_nick(nick)] = {print_of(*user), round_};
      write_user(draft, *user);
    } else {
      users_.erase(nmdc::fold_nick(nick));
      draft.remove_user(nick);
    }
  }
}

void LiveFeed::write_user(live::Draft& draft, const HubUser& user) {
  const OwnedMyInfo shown = shown_info(user);
  const std::optional<std::string> client = client_of(shown);
  const std::string country = country_of(draft, user), ip = address_of(user);
  live::UserFacts facts;
  facts.text(UserText::kNick) = user.mNick;
  facts.text(UserText::kIp) = ip;
  facts.text(UserText::kDescription) = shown.description;
  facts.text(UserText::kTag) = shown.tag;
  facts.text(UserText::kSpeed) = shown.speed;
  facts.text(UserText::kMail) = shown.mail;
  facts.text(UserText::kCountry) = country;
  if (client) facts.text(UserText::kClient) = *client;
  if (!is_bot(user)) {
    facts.text(UserText::kHost) = user.mxConn->AddrHost();
    facts.text(UserText::kHubUrl) = user.mxConn->mHubURL;
    std::string_view json = user.mExtJSON;
    if (json.ends_with('|')) json.remove_suffix(1);
    facts.text(UserText::kExtJson) = json;
    facts.login_time = user.mT.connect.Sec() != 0 ? user.mT.connect.Sec() : server_.mTime.Sec();
  }
  facts.session = session_of(user);
  facts.user_class = user.mClass;
  facts.shown_share = shown.share;
  facts.share = share_of(user, shown);
  facts.bot = is_bot(user);
  facts.op = is_op(user);
  facts.has_client = client.has_value();
  draft.put(facts);
}

// Looked up when a user comes or its address changes, not at each of its MyINFOs.
std::string LiveFeed::country_of(const live::Draft& draft, const HubUser& user) const {
  if (is_bot(user)) return {};
  const live::User* const known = draft.find(user.mNick);
  if (known != nullptr && known->text(UserText::kIp) == user.mxConn->AddrIP()) {
    return std::string(known->text(UserText::kCountry));
  }
  const std::string code = user.mxConn->GetGeoCC();
  return code == "--" ? std::string() : code;
}

void LiveFeed::write_own_settings(live::Draft& draft) {
  for (const std::size_t hash : server_.mC.mvItems) {
    auto* const item = server_.mC.mhItems.GetByHash(static_cast<unsigned>(hash));
    if (item == nullptr) continue;
    std::string value;
    item->ConvertTo(value);
    std::string& published = own_settings_[item->mName];
    if (!published.empty() && published == value) continue;
    published = value;
    draft.set_own(item->mName, value);
  }
  draft.set_topic(server_.mC.hub_topic);
  draft.set_bots(server_.mC.hub_security, server_.mOpChat != nullptr ? server_.mOpChat->mNick : std::string());
}

// Settings of plugins and scripts lie in the database only.
void LiveFeed::write_other_settings(live::Draft& draft) {
  if (std::exchange(others_due_, false)) {
    touched_settings_.clear();
    nVerliHub::nMySQL::cQuery query(server_.mMySQL);
    query.OStream() << "SELECT `file`, `var`, `val` FROM `SetupList`";
    if (query.Query() <= 0) return;
    query.StoreResult();
    if (!query.GetResult()) return;
    draft.forget_others();
    while (const char* const* const row = query.Row()) {
      if (row[0] == nullptr || row[1] == nullptr || server_.mDBConf.config_name == row[0]) continue;
      draft.set_other(row[0], row[1], row[2] == nullptr ? "" : row[2]);
    }
    return;
  }
  for (const auto& [file, var] : std::exchange(touched_settings_, {})) {
    const std::unique_ptr<char, decltype(&std::free)> value(server_.GetConfig(file.c_str(), var.c_str(), nullptr), &std::free);
    if (value) draft.set_other(file, var, value.get());
  }
}

}  // namespace vhpy::verlihub
