#include "core/live/view.h"

#include <algorithm>

namespace vhpy::live {

namespace {

std::string raw_list(std::string_view keyword, const Users& users) {
  std::string list(keyword);
  list += ' ';
  for (const std::string& nick : sorted_nicks(users)) {
    list += nick;
    list += "$$";
  }
  return list;
}

}  // namespace

Hub::Nicks sorted_nicks(const Users& users) {
  Hub::Nicks nicks;
  nicks.reserve(users.size());
  users.for_each([&](const User& user) { nicks.emplace_back(user.key()); });
  std::sort(nicks.begin(), nicks.end());
  return nicks;
}

std::string setting_name(std::string_view file, std::string_view var) {
  std::string name(file);
  name += '\0';
  name += var;
  return name;
}

Hub::Nicks View::nick_list() const { return sorted_nicks(contents_.users); }
Hub::Nicks View::op_list() const { return sorted_nicks(contents_.ops); }
Hub::Nicks View::bot_list() const { return sorted_nicks(contents_.bots); }
Hub::Text View::raw_nick_list() const { return raw_list("$NickList", contents_.users); }
Hub::Text View::raw_op_list() const { return raw_list("$OpList", contents_.ops); }
Hub::Text View::raw_bot_list() const { return raw_list("$BotList", contents_.bots); }

Hub::OptionalText View::text_of(std::string_view nick, UserText which) const {
  const User* const user = contents_.users.find(nick);
  if (user == nullptr || user->text(which).empty()) return std::nullopt;
  return Text(user->text(which));
}

Hub::OptionalText View::user_ip(std::string_view nick) const { return text_of(nick, UserText::kIp); }
Hub::OptionalText View::user_host(std::string_view nick) const { return text_of(nick, UserText::kHost); }
Hub::OptionalText View::user_hub_url(std::string_view nick) const { return text_of(nick, UserText::kHubUrl); }
Hub::OptionalText View::user_ext_json(std::string_view nick) const { return text_of(nick, UserText::kExtJson); }
Hub::OptionalText View::user_country_code(std::string_view nick) const { return text_of(nick, UserText::kCountry); }

std::optional<MyInfo> View::my_info(std::string_view nick) const {
  const User* const user = contents_.users.find(nick);
  if (user == nullptr) return std::nullopt;
  const auto text = [&](UserText which) { return std::string(user->text(which)); };
  return MyInfo{text(UserText::kNick),  text(UserText::kDescription), text(UserText::kTag),
                text(UserText::kSpeed), text(UserText::kMail),        std::to_string(user->shown_share)};
}

Hub::OptionalText View::user_version(std::string_view nick) const {
  const User* const user = contents_.users.find(nick);
  if (user == nullptr || !user->has_client) return std::nullopt;
  return Text(user->text(UserText::kClient));
}

std::optional<Hub::Integer> View::user_share(std::string_view nick) const {
  const User* const user = contents_.users.find(nick);
  if (user == nullptr) return std::nullopt;
  return static_cast<Integer>(user->share);
}

Hub::OptionalText View::topic() const {
  return contents_.topic.empty() ? std::nullopt : OptionalText(contents_.topic);
}

Hub::OptionalText View::config(std::string_view conf, std::string_view var, OptionalView fallback) const {
  const Setting* const setting = conf == contents_.config_name ? contents_.own.find(var)
                                                               : contents_.others.find(setting_name(conf, var));
  if (setting != nullptr) return setting->value();
  return fallback ? OptionalText(*fallback) : std::nullopt;
}

}  // namespace vhpy::live
