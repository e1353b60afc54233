#include "core/embedded/server/live_feed.h"

#include "core/embedded/geoip/geoip.h"
#include "core/embedded/server/bots.h"

namespace vhpy::embedded {

namespace {

using live::UserText;

bool is_of_geography(Var var) { return var == Var::kGeoipCountryDb || var == Var::kGeoipCityDb; }

std::string_view without_pipe(std::string_view command) {
  if (command.ends_with('|')) command.remove_suffix(1);
  return command;
}

}  // namespace

void LiveFeed::write(live::Draft& draft) {
  write_settings(draft);
  if (geography_changed_) {
    for (const auto& user : context_.users.all()) context_.users.touch(*user);
  }
  context_.users.take_changes([&](const User& user) { write_user(draft, user); },
                              [&](const std::string& nick) { draft.remove_user(nick); });
  geography_changed_ = false;
  draft.set_sums(static_cast<std::int64_t>(context_.users.people()), context_.users.total_share());
}

void LiveFeed::write_settings(live::Draft& draft) {
  if (!context_.settings.has_changes()) return;
  context_.settings.take_changes(
      [&](Var var) {
        const std::string& value = context_.text(var);
        draft.set_own(store::setting_rows()[static_cast<std::size_t>(var)].name, value);
        if (var == Var::kHubTopic) draft.set_topic(value);
        geography_changed_ = geography_changed_ || is_of_geography(var);
      },
      [&] { draft.forget_others(); },
      [&](const std::string& file, const std::string& var, const std::string& value) {
        draft.set_other(file, var, value);
      });
  draft.set_bots(context_.bots->security_nick(), context_.bots->op_chat_nick());
}

void LiveFeed::write_user(live::Draft& draft, const User& user) {
  const nmdc::OwnedMyInfo shown = user.shown();
  const std::optional<std::string> client = user.client();
  const std::string country = country_of(draft, user);
  live::UserFacts facts;
  facts.text(UserText::kNick) = user.nick;
  facts.text(UserText::kIp) = user.ip();
  facts.text(UserText::kHost) = user.host;
  facts.text(UserText::kDescription) = shown.description;
  facts.text(UserText::kTag) = shown.tag;
  facts.text(UserText::kSpeed) = shown.speed;
  facts.text(UserText::kMail) = shown.mail;
  facts.text(UserText::kCountry) = country;
  if (client) facts.text(UserText::kClient) = *client;
  if (user.session) {
    facts.text(UserText::kHubUrl) = user.session->hub_url;
    if (user.session->ext_json) facts.text(UserText::kExtJson) = without_pipe(*user.session->ext_json);
    facts.login_time = user.session->accepted_at;
  }
  facts.session = user.number;
  facts.user_class = user.user_class;
  facts.shown_share = shown.share;
  facts.share = user.info.share;
  facts.bot = user.is_bot();
  facts.op = user.is_op();
  facts.has_client = client.has_value();
  draft.put(facts);
}

// Looked up when a user comes or its address changes, not at each of its MyINFOs.
std::string LiveFeed::country_of(const live::Draft& draft, const User& user) const {
  if (user.is_bot()) return {};
  const live::User* const known = geography_changed_ ? nullptr : draft.find(user.nick);
  if (known != nullptr && known->text(UserText::kIp) == user.ip()) return std::string(known->text(UserText::kCountry));
  const auto code = context_.geo->country_code(user.ip());
  return code ? code.value() : std::string{};
}

}  // namespace vhpy::embedded
